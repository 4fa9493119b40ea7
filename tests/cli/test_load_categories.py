"""`gridsvc load-categories`: the difference at the prompt, then the scheme in force."""

from pathlib import Path

from tests.cli.at_the_prompt import Prompt, Said
from tests.cli.desk import ask
from tests.schemes.tables import COVERS, RUBBISH, book


def load(prompt: Prompt, url: str, file: Path, *options: str, language: str = "C.UTF-8") -> Said:
    return prompt.run(
        *("load-categories", str(file), "--scheme", "city", *options),
        GRIDSVC_DATABASE_URL=url,
        LC_ALL=language,
    )


def test_it_is_compared_and_then_put_in_force(
    prompt: Prompt, city_url: str, tmp_path: Path
) -> None:
    first = book(tmp_path, components=COVERS, events=RUBBISH)
    said = load(prompt, city_url, first, "--dry-run", "--valid-from", "2026-01-01")
    assert (said.code, said.out.splitlines()[-1]) == (0, "Nothing was written.")
    said = load(prompt, city_url, first, "--valid-from", "2026-01-01")
    assert "Version 1 of city: 3 categories" in said.out
    said = load(prompt, city_url, book(tmp_path, components=COVERS), language="zh_CN.UTF-8")
    assert "[停用] E0101 暴露垃圾" in said.out
    assert "新增 0、修改 0、停用 1" in said.out
    assert ask(city_url, "SELECT max(version) FROM category_scheme WHERE code = 'city'") == [(2,)]


def test_all_that_is_wrong_is_listed_and_nothing_is_loaded(
    prompt: Prompt, database_url: str, tmp_path: Path
) -> None:
    bad = [(*row[:5], "2天", *row[6:]) for row in COVERS]
    said = load(prompt, database_url, book(tmp_path, components=bad))
    assert said.code == 1
    assert said.out.count("处置时限") == 3
    assert "3 of the table's cells cannot be taken; nothing was loaded" in said.err
    assert ask(database_url, "SELECT count(*) FROM category_scheme WHERE code = 'city'") == [(0,)]
