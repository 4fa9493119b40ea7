"""`gridsvc replay`: the past against a draft, at the prompt."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import geopandas
import openpyxl
import psycopg
import pytest
from shapely import Point

from gridsvc.lab.trial import Trial
from tests.cli.at_the_prompt import Prompt, Said
from tests.factories import at, cell, frame

PLACES = [(0.5, 0.5, "clean1"), (2.5, 0.5, "环卫一所"), (2.5, 1.5, ""), (3.5, 0.5, "someone")]
"""Two lie in what the draft gives to the second zone; the city says itself who owned them."""


class Desk:
    """Somebody who tries one draft on the past."""

    def __init__(self, prompt: Prompt, url: str, folder: Path) -> None:
        self.prompt, self.url, self.folder = prompt, url, folder
        self.draft = self.run("draft", "new", "--title", "调整", "--layer", "cleaning").out.strip()
        file = folder / "zones.gpkg"
        zones = [("Z1", "一区", cell(0, 0, 2, 2)), ("Z2", "二区", cell(2, 0, 2, 2))]
        frame(*((code, name, None, shape) for code, name, shape in zones)).to_file(file)
        assert self.run("draft", "upload", self.draft, str(file)).code == 0

    def run(self, *arguments: str, language: str = "C.UTF-8") -> Said:
        return self.prompt.run(*arguments, GRIDSVC_DATABASE_URL=self.url, LC_ALL=language)

    def replay(self, *arguments: str, language: str = "C.UTF-8") -> Said:
        return self.run("replay", self.draft, *arguments, language=language)

    def file(self) -> str:
        path = self.folder / "past.csv"
        lines = [f"{','.join(map(str, at(x, y)))},0201,2026-03-01,{who}" for x, y, who in PLACES]
        path.write_text("\n".join(["x,y,kind,time,who", *lines, "a,b,0201,,"]), encoding="utf-8")
        return str(path)


COLUMNS = ("--lon", "x", "--lat", "y", "--crs", "wgs84", "--category", "kind", "--at", "time")


REPORTED = """
INSERT INTO incident (id, reference, category_id, status, channel, description, location,
    occurred_at, reported_at, reporter_id, report_hash, due_at, outcome)
SELECT gen_random_uuid(), 'R', (SELECT id FROM category WHERE code = '0201'), 'filed', 'app', '',
    ST_SetSRID(ST_MakePoint(%s, %s), 4326), '2024-03-01', now(), (SELECT id FROM account LIMIT 1),
    sha256(''), now(), 'routed'
"""


@pytest.fixture
def desk(prompt: Prompt, city_url: str, tmp_path: Path) -> Desk:
    return Desk(prompt, city_url, tmp_path)


def reported(desk: Desk) -> None:
    login = ("user", "add", "worker", "--role", "grid_worker", "--generate")
    assert desk.run(*login).code == 0
    with psycopg.connect(desk.url) as connection:
        for x, y, _ in PLACES:
            connection.execute(REPORTED, at(x, y))


def matrix(desk: Desk) -> dict[tuple[str | None, str | None], int]:
    told = json.loads((desk.folder / "out.json").read_text("utf-8"))
    return {(code(one["before"]), code(one["after"])): one["count"] for one in told["matrix"]}


def code(organisation: dict[str, str] | None) -> str | None:
    return organisation["code"] if organisation else None


def test_incidents_of_the_database(desk: Desk) -> None:
    reported(desk)
    said = desk.replay("--from", "2024-01-01", "-o", str(desk.folder / "out.json"))
    assert said.code == 0, said.err
    assert matrix(desk) == {
        ("clean1", "clean1"): 1,
        ("clean1", "clean2"): 2,
        ("clean2", "clean2"): 1,
    }
    assert re.search("^With another owner +2$", said.out, re.MULTILINE)
    assert re.search("^clean1 Cleaning 1 +clean2 Cleaning 2 +2$", said.out, re.MULTILINE)
    assert desk.replay("--months", "1").out.splitlines()[0].endswith(" 0")


def test_a_file_with_the_citys_own_word_on_who_owned_it(desk: Desk) -> None:
    said = desk.replay(desk.file(), *COLUMNS, "--owner", "who", "-o", str(desk.folder / "out.json"))
    assert said.code == 0, said.err
    assert matrix(desk) == {
        ("clean1", "clean1"): 1,
        ("clean1", "clean2"): 1,
        (None, "clean2"): 1,
        ("someone", "clean2"): 1,
    }
    assert said.err.startswith("1 row could not be read and is left out; the first are:\n6: ")


@pytest.mark.parametrize("name", ["past.gpkg", "past.geojson", "past.parquet"])
def test_the_files_that_route_reads(desk: Desk, name: str) -> None:
    places = [Point(*at(x, y)) for x, y, _ in PLACES]
    points = geopandas.GeoDataFrame({"kind": ["0201"] * 4}, geometry=places, crs="EPSG:4326")
    points["time"] = datetime(2026, 3, 1, tzinfo=UTC)
    path = desk.folder / name
    points.to_parquet(path) if name.endswith("parquet") else points.to_file(path)
    said = desk.replay(str(path), "--category", "kind", "--at", "2026-03-01")
    assert said.code == 0, said.err
    assert "clean2 Cleaning 2  1         3\n" in said.out


def test_on_paper(desk: Desk) -> None:
    for form in ("xlsx", "html"):
        out = str(desk.folder / f"out.{form}")
        assert desk.replay(desk.file(), *COLUMNS, "-o", out, language="zh_CN.UTF-8").code == 0
    book = openpyxl.load_workbook(desk.folder / "out.xlsx")
    assert [cell.value for cell in book["各单位工作量"][2]] == ["clean1 环卫一所", 3, 1]
    assert "由谁转给谁" in (desk.folder / "out.html").read_text("utf-8")


def test_broken_off_it_leaves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Trial, "steps", interrupted)
    before = set(desk.folder.iterdir())
    said = desk.replay(desk.file(), *COLUMNS, "-o", str(desk.folder / "out.json"))
    assert said.code != 0
    assert "Traceback" not in said.err
    assert set(desk.folder.iterdir()) - before == {desk.folder / "past.csv"}


def test_what_makes_no_sense_is_one_sentence(desk: Desk) -> None:
    file = desk.file()
    for arguments, sentence in (
        ((), "Give either `months`"),
        ((file, "--months", "3", *COLUMNS), "of a file all rows count"),
        ((file, "--category", "kind"), "A file needs --at"),
        ((file, *COLUMNS, "--owner", "whose"), "There is no column whose"),
        (("--months", "1", "-o", "out.txt"), "ends in none of .json, .xlsx, .html"),
        (("--months", "1", "-o", str(desk.folder / "no" / "out.json")), "cannot be written"),
    ):
        said = desk.replay(*arguments)
        assert (said.code, sentence in said.err) == (1, True), said
    assert desk.run("draft", "discard", desk.draft).code == 0
    assert "only an open one" in desk.replay("--months", "1").err
