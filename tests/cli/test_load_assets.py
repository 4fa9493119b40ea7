"""`gridsvc load-assets` as an engineer types it: what it prints, writes and refuses."""

from pathlib import Path
from typing import Any

import geopandas
import psycopg
import pytest

from tests.assets.things import lamp, spot
from tests.cli.at_the_prompt import Prompt, Said


class Engineer:
    """Somebody at the prompt with files of components and one database."""

    def __init__(self, prompt: Prompt, url: str, folder: Path) -> None:
        self.prompt, self.url, self.folder = prompt, url, folder

    def load(self, rows: list[dict[str, Any]], *options: str, language: str = "C.UTF-8") -> Said:
        file = self.folder / "lamps.gpkg"
        file.unlink(missing_ok=True)
        geopandas.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326").to_file(file)
        return self.prompt.run(
            "load-assets",
            str(file),
            *options,
            GRIDSVC_DATABASE_URL=self.url,
            LC_ALL=language,
        )

    def count(self) -> tuple[Any, ...]:
        """Count versions, those in force, and the map's."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute(
                "SELECT count(*), count(*) FILTER (WHERE valid_to IS NULL),"
                " (SELECT number FROM map_version) FROM asset"
            ).fetchone()
        assert row is not None
        return row


@pytest.fixture
def engineer(prompt: Prompt, city_url: str, tmp_path: Path) -> Engineer:
    return Engineer(prompt, city_url, tmp_path)


def lamps(*numbers: int, **more: Any) -> list[dict[str, Any]]:
    return [{"code": lamp(n), "geometry": spot(0.5 + n / 10, 0.5)} | more for n in numbers]


def test_components_land_are_renewed_and_change_the_map_once(engineer: Engineer) -> None:
    version = engineer.count()[2]
    first = engineer.load(lamps(1, 2), "--owner", "power", "--valid-from", "2026-03-01")
    assert (first.code, first.out.splitlines()) == (
        0,
        [
            "2 new, 0 changed, 0 ended, 0 unchanged.",
            '{"components": 2, "errors": 0}',
        ],
    )
    assert engineer.count() == (2, 2, version + 1)
    second = engineer.load(lamps(2, 3), "--owner", "power", "--replace", language="zh_CN.UTF-8")
    assert second.out.startswith("新增 1，变更 0，终止 1，不变 1。")
    assert engineer.count() == (3, 2, version + 2)


def test_a_dry_run_tells_the_same_and_writes_nothing(engineer: Engineer) -> None:
    before = engineer.count()
    said = engineer.load(lamps(1), "--owner", "power", "--dry-run")
    assert "1 new" in said.out
    assert said.out.endswith("Nothing was written.\n")
    assert engineer.count() == before


@pytest.mark.parametrize(
    ("language", "words"),
    [("C.UTF-8", "Rows 1, 2: there is no owner."), ("zh_CN.UTF-8", "没有权属单位")],
)
def test_an_error_is_told_with_its_rows_and_keeps_the_file_out(
    engineer: Engineer, language: str, words: str
) -> None:
    before = engineer.count()
    said = engineer.load(lamps(1, 2), language=language)
    assert said.code == 1
    assert "[error] missing_owner: " in said.out
    assert words in said.out
    assert words in said.err
    assert engineer.count() == before


def test_columns_are_named_and_the_findings_beyond_twenty_are_counted(engineer: Engineer) -> None:
    rows = [{"no": "x", "geometry": spot(1, 1)} for _ in range(3)]
    missing = engineer.load(rows, "--owner", "power")
    assert "there are: no" in missing.err
    bad = [{"no": f"x{number}", "geometry": spot(1, 1)} for number in range(30)]
    said = engineer.load(bad, "--owner", "power", "--code-column", "no", "--category", "0101")
    assert "… and 10 more" in said.out
    assert '"bad_code": 30' in said.out
