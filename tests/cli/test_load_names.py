"""`gridsvc load-names` and tables of house numbers as somebody at the prompt loads them."""

from pathlib import Path
from typing import Any

import geopandas
import pytest
from shapely.geometry import LineString, Point

from tests.cli.at_the_prompt import Prompt, Said
from tests.cli.desk import Desk, ask
from tests.factories import at

IN_FORCE = """
SELECT code, name FROM place_name WHERE valid_to IS NULL ORDER BY code
"""


class Surveyor:
    """Somebody at the prompt with a file of names and one database."""

    def __init__(self, prompt: Prompt, url: str, folder: Path) -> None:
        self.prompt, self.url, self.folder = prompt, url, folder

    def load(self, rows: list[dict[str, Any]], *options: str, language: str = "C.UTF-8") -> Said:
        file = self.folder / "names.gpkg"
        file.unlink(missing_ok=True)
        geopandas.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326").to_file(file)
        environment = {"GRIDSVC_DATABASE_URL": self.url, "LC_ALL": language}
        return self.prompt.run("load-names", str(file), *options, **environment)


@pytest.fixture
def surveyor(prompt: Prompt, city_url: str, tmp_path: Path) -> Surveyor:
    return Surveyor(prompt, city_url, tmp_path)


def road(code: str, name: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": name, "geometry": LineString([at(0, 1), at(4, 1)]), **more}


def test_roads_land_with_their_numbers_and_are_replaced(surveyor: Surveyor) -> None:
    stretches = [
        road("R1", "解放路", aliases="中街;老街", first=1, last=99, parity="odd"),
        road("R1", "解放路", aliases="中街;老街", first=2, last=98, parity="even"),
        road("R2", "和平路"),
    ]
    said = surveyor.load(stretches)
    assert (said.code, said.out) == (0, "2 names and 2 ranges of house numbers loaded.\n")
    said = surveyor.load([road("R3", "新路")], "--replace", language="zh_CN.UTF-8")
    assert said.out == "已载入名称 1 个、门牌号段 0 个。\n"
    assert ask(surveyor.url, IN_FORCE) == [("R3", "新路")]


def test_places_have_columns_of_their_own(surveyor: Surveyor) -> None:
    place = {"编号": "P1", "名称": "真如寺", "geometry": Point(at(1, 1))}
    columns = ("--code", "编号", "--name", "名称")
    said = surveyor.load([place], "--kind", "place", *columns)
    assert said.out == "1 name and 0 ranges of house numbers loaded.\n"
    assert ask(surveyor.url, IN_FORCE) == [("P1", "真如寺")]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (road("R1", ""), "row 2"),
        (road("R1", "解放路", first=9, last=1), "row 2: house numbers go from 1 up"),
        (road("R1", "解放路", first=1, last=9, parity="some"), "row 2"),
    ],
)
def test_one_bad_row_stops_them_all(surveyor: Surveyor, row: dict[str, Any], sentence: str) -> None:
    said = surveyor.load([road("R0", "和平路"), row])
    assert (said.code, said.out) == (1, "")
    assert sentence in said.err.lower()
    assert ask(surveyor.url, IN_FORCE) == []


def test_house_numbers_come_as_a_table(surveyor: Surveyor, tmp_path: Path) -> None:
    desk = Desk(surveyor.prompt, surveyor.url, tmp_path)
    head = "road,first,last,parity,level,area"
    said = desk.load("house_numbers", head, "R1,1,99,odd,grid,G00")
    assert (said.code, "there is no road" in said.err) == (1, True)
    assert surveyor.load([road("R1", "解放路")]).code == 0
    said = desk.load("house_numbers", head, "R1,1,99,odd,grid,G00", "R1,2,98,even,grid,G00")
    assert (said.code, said.out) == (0, "2 rows of house_numbers loaded.\n"), said.err
    for line, sentence in (("R1,1,9,odd,grid,G99", "G99"), ("R1,0,9,odd,grid,G00", "Row 1: first")):
        said = desk.load("house_numbers", head, line)
        assert (said.code, sentence in said.err) == (1, True), said
