"""`gridsvc route`: a file of points at the prompt."""

import json
from pathlib import Path

import pytest

from tests.cli.at_the_prompt import Prompt, Said
from tests.factories import at

PLACES = [(0.5, 0.5), (3.5, 0.5), (0.5, 1.5), (9.0, 9.0)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "points.csv"
    lines = [",".join([*map(str, at(*place)), "0201", "2026-03-01"]) for place in PLACES]
    path.write_text("\n".join(["经度,纬度,类别,时间", *lines, "x,y,0201,"]), encoding="gb18030")
    return path


class Desk:
    """Somebody who routes files by one database."""

    def __init__(self, prompt: Prompt, url: str, file: Path) -> None:
        self.prompt, self.url, self.file = prompt, url, file
        self.out = file.with_name("out.csv")

    def route(self, *more: str, language: str = "C.UTF-8", **options: str) -> Said:
        asked = {
            "lon": "经度",
            "lat": "纬度",
            "crs": "wgs84",
            "category": "类别",
            "at": "时间",
            "out": str(self.out),
            **options,
        }
        said = [part for name, value in asked.items() for part in (f"--{name}", value)]
        return self.prompt.run(
            "route", str(self.file), *said, *more, GRIDSVC_DATABASE_URL=self.url, LC_ALL=language
        )


@pytest.fixture
def desk(prompt: Prompt, database_url: str, file: Path) -> Desk:
    return Desk(prompt, database_url, file)


def test_a_file_is_routed_by_the_map_in_the_database(desk: Desk) -> None:
    said = desk.route()
    assert (said.code, json.loads(said.out)) == (
        0,
        {"rows": 4, "bad": 1, "outside": 1, "routed": 3},
    )
    assert said.err == f"1 row could not be decided; see {desk.out.with_name('out.bad.csv')}.\n"
    leads = [line.split(",")[5] for line in desk.out.read_text("utf-8").splitlines()]
    assert leads == ['"lead"', '"clean1"', '"clean2"', '"clean1"', ""]


def test_one_time_and_one_category_may_hold_for_all(desk: Desk) -> None:
    said = desk.route(category="0301", at="2026-03-01")
    assert json.loads(said.out)["fallback"] == 3


def test_chinese_is_spoken_where_it_is_asked_for(desk: Desk) -> None:
    assert desk.route(language="zh_CN.UTF-8").err.startswith("1 行无法判定，见 ")


def test_a_folder_becomes_a_folder(desk: Desk) -> None:
    desk.out = desk.out.with_suffix(".parquet")
    desk.route()
    folder = desk.file.with_name("many")
    folder.mkdir()
    desk.out.rename(folder / "a.parquet")
    desk.file, desk.out = folder, folder.with_name("routed")
    said = desk.route("--keep", "类别")
    assert json.loads(said.out) == {"rows": 4, "bad": 0, "outside": 1, "routed": 3}
    assert (desk.out / "a.parquet").is_file()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"category": "9999", "at": "2026-03-01"}, 'No category "9999" is in force then'),
        ({"at": "soon"}, "There is no column 'soon', and it is no date or time either."),
        ({"lon": "x"}, "There is no column x; there is 经度, 纬度, 类别, 时间."),
        ({"scheduler": "tcp://127.0.0.1:9"}, "A cluster shares out the files of a folder"),
        ({"encoding": "klingon"}, '"klingon" is no known encoding'),
    ],
)
def test_what_makes_no_sense_is_one_sentence(
    desk: Desk, options: dict[str, str], sentence: str
) -> None:
    said = desk.route(**options)
    assert said.code == 1
    assert sentence in said.err
    assert not desk.out.exists()
