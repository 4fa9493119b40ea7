"""`gridsvc load-indicators`: a file is checked, and then in force."""

from pathlib import Path

from gridsvc.indicators.edition_file import SHIPPED
from tests.cli.at_the_prompt import Prompt, Said
from tests.indicators.test_editions import MINE


def load(prompt: Prompt, url: str, file: Path, *options: str) -> Said:
    return prompt.run(
        *("load-indicators", str(file), *options), GRIDSVC_DATABASE_URL=url, LC_ALL="C.UTF-8"
    )


def test_it_is_checked_and_then_in_force(prompt: Prompt, city_url: str, tmp_path: Path) -> None:
    said = load(prompt, city_url, SHIPPED, "--dry-run")
    assert said.out.endswith("sound; nothing was written.\n")
    file = tmp_path / "indicators.toml"
    file.write_text(MINE.replace('"closed"', '"shut"'), encoding="utf-8")
    said = load(prompt, city_url, file)
    assert (said.code, "numerator.0" in said.err) == (1, True)
    file.write_text(MINE, encoding="utf-8")
    said = load(prompt, city_url, file, "--valid-from", "2026-02-01")
    assert said.out.startswith("Edition 1 with 1 indicators")
    said = load(prompt, city_url, tmp_path / "none.toml")
    assert (said.code, "cannot be read" in said.err) == (1, True)
