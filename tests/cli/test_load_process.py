"""`gridsvc load-process`: a city's own closed loop, checked before it is in force."""

from pathlib import Path

from gridsvc.incidents.process_file import SHIPPED
from tests.cli.at_the_prompt import Prompt

TEXT = SHIPPED.read_text(encoding="utf-8")


def test_one_is_checked_and_put_in_force(prompt: Prompt, city_url: str, tmp_path: Path) -> None:
    file = tmp_path / "process.toml"
    environment = {"GRIDSVC_DATABASE_URL": city_url, "LC_ALL": "C.UTF-8"}
    file.write_text(TEXT.replace('action = "verify"', 'action = "vanish"'), encoding="utf-8")
    refused = prompt.run("load-process", str(file), "--dry-run", **environment)
    assert refused.code == 1
    assert "steps.1.action" in refused.err
    file.write_text(TEXT, encoding="utf-8")
    assert "nothing was written" in prompt.run("load-process", str(file), "--dry-run").out
    loaded = prompt.run("load-process", str(file), **environment)
    assert (loaded.code, loaded.out.partition(" with ")[0]) == (0, "Process 1")


def test_a_file_that_is_not_there(prompt: Prompt, tmp_path: Path) -> None:
    refused = prompt.run("load-process", str(tmp_path / "none.toml"))
    assert refused.code == 1
    assert "process_unreadable" in refused.err or "cannot be read" in refused.err
