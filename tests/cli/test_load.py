"""`gridsvc load` as an engineer types it: what it prints, writes, refuses and leaves behind."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas
import psycopg
import pytest
from shapely import Polygon

from geodata.crs import Crs, shift_geometry
from tests.cli.at_the_prompt import Prompt, Said
from tests.factories import at, cell, frame
from tests.fixtures.cluster import Cluster
from tests.geodata.files import shapefile_parts, write_shapefile

LATER = ("--valid-from", "2026-03-01")


class Engineer:
    """Somebody at the prompt with boundary files and one database."""

    def __init__(self, prompt: Prompt, url: str, folder: Path) -> None:
        self.prompt, self.url, self.folder = prompt, url, folder

    def load(
        self, areas: geopandas.GeoDataFrame | Path, *options: str, language: str = "C.UTF-8"
    ) -> Said:
        return self.prompt.run(
            "load",
            str(areas if isinstance(areas, Path) else self.file(areas)),
            *options,
            GRIDSVC_DATABASE_URL=self.url,
            LC_ALL=language,
        )

    def file(self, areas: geopandas.GeoDataFrame) -> Path:
        file = self.folder / "areas.geojson"
        areas.to_file(file)
        return file

    def ask(self, query: str) -> Sequence[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode()).fetchall()

    def rows(self) -> Sequence[tuple[Any, ...]]:
        """Count what a load writes."""
        counts = [f"(SELECT count(*) FROM {table})" for table in ("layer", "release", "area")]
        return self.ask(f"SELECT {', '.join(counts)}, (SELECT number FROM map_version)")

    def codes(self, layer: str) -> list[str]:
        rows = self.ask(
            "SELECT a.code FROM area a JOIN layer l ON l.id = a.layer_id"
            f" WHERE l.name = '{layer}' AND a.valid_to IS NULL ORDER BY 1"
        )
        return [code for (code,) in rows]


@pytest.fixture
def engineer(prompt: Prompt, city_url: str, tmp_path: Path) -> Engineer:
    return Engineer(prompt, city_url, tmp_path)


@pytest.fixture
def refused(prompt: Prompt, database_url: str, tmp_path: Path) -> Engineer:
    """Of whom nothing may land: the database is every test's."""
    return Engineer(prompt, database_url, tmp_path)


def moved_streets() -> geopandas.GeoDataFrame:
    """The streets of the city of squares with the border a cell farther west, and a new one."""
    return frame(
        ("S1", "甲街道", "D1", cell(0, 0, 1, 2)),
        ("S2", "丙街道", "D1", cell(1, 0, 2, 2)),
        ("S3", "新街道", "D1", cell(3, 0, 1, 2)),
    )


def heating() -> geopandas.GeoDataFrame:
    return frame(("H1", "供热一片", None, cell(0, 0, 2, 2)), ("H2", "供热二片", None, cell(2, 0)))


def overlapping() -> geopandas.GeoDataFrame:
    return frame(("H1", "甲", None, cell(0, 0, 2)), ("H2", "乙", None, cell(1, 0, 2)))


BOW_TIE = Polygon([at(0, 0), at(1, 1), at(1, 0), at(0, 1)])


class TestDryRun:
    def test_it_shows_the_difference_and_writes_nothing(self, refused: Engineer) -> None:
        before = refused.rows()
        said = refused.load(moved_streets(), "--level", "street", "--dry-run", *LATER)
        assert said.code == 0
        lines = said.out.splitlines()
        assert "S3 新街道 is new." in lines
        assert "S2 丙街道 was called 乙街道." in lines
        assert any(re.match(r"S1 甲街道 gained 0.00 m² and lost 2.1\d km²\.", it) for it in lines)
        assert lines[-3:] == [
            "1 added, 0 removed, 1 renamed, 0 under another parent, 2 moved, 0 unchanged.",
            '{"areas": 3, "error": 0, "warning": 0, "info": 0}',
            "Nothing was written.",
        ]
        assert refused.rows() == before

    def test_in_chinese(self, refused: Engineer) -> None:
        said = refused.load(
            moved_streets(), "--level", "street", "--dry-run", *LATER, language="zh_CN.UTF-8"
        )
        assert "新街道（S3）为新增区域。" in said.out
        assert said.out.endswith("未写入任何数据。\n")

    def test_errors_and_conflicts_are_told_as_the_load_itself_would(
        self, refused: Engineer
    ) -> None:
        said = refused.load(overlapping(), "--zone-layer", "heating", "--dry-run")
        assert said.code == 1
        assert said.out.startswith("[error] overlap @104.015000,30.605000: H1 甲 and H2 乙")
        assert said.err.startswith("1 error kept it from loading; the first: H1 甲 and H2 乙")
        taken = ("--valid-from", "2026-01-01T00:00+00:00")
        said = refused.load(moved_streets(), "--level", "street", "--dry-run", *taken)
        assert (said.code, "already has a release from" in said.err) == (1, True)


class TestLanding:
    def test_a_second_release_follows_the_first(self, engineer: Engineer) -> None:
        said = engineer.load(moved_streets(), "--level", "street", *LATER)
        assert said.code == 0
        assert said.out.splitlines()[-1] == (
            "Release 2 of street: 3 areas in force from 2026-03-01 00:00 CST on."
        )
        assert engineer.codes("street") == ["S1", "S2", "S3"]
        assert engineer.ask(
            "SELECT count(*) FROM area a JOIN layer l ON l.id = a.layer_id WHERE l.name = 'street'"
        ) == [(5,)]

    def test_a_new_zone_layer_is_declared_once(self, engineer: Engineer) -> None:
        options = ("--title", "供热", "--title-en", "Heating", "--owner-basis")
        said = engineer.load(
            heating(), "--zone-layer", "heating", *options, *LATER, language="zh_CN.UTF-8"
        )
        assert said.out.splitlines()[-1].startswith("供热（heating）第 1 版：2 个区域，自 2026-03")
        again = engineer.load(heating(), "--zone-layer", "heating", "--valid-from", "2026-04-01")
        assert again.code == 0
        assert engineer.ask(
            "SELECT title, title_en, basis, tiles FROM layer WHERE name = 'heating'"
        ) == [("供热", "Heating", "owner", False)]

    def test_without_a_time_it_holds_from_now_on(self, engineer: Engineer) -> None:
        assert engineer.load(heating(), "--zone-layer", "heating").code == 0
        assert engineer.ask(
            "SELECT now() - valid_from BETWEEN '0' AND '5 minutes' FROM release"
            " ORDER BY valid_from DESC LIMIT 1"
        ) == [(True,)]

    def test_long_lists_are_cut_and_counted(self, engineer: Engineer) -> None:
        cells = [(f"H{n:02}", "", None, cell(n / 30, 0, 1 / 30)) for n in range(25)]
        said = engineer.load(frame(*cells), "--zone-layer", "heating", *LATER)
        assert said.out.count("has no name") == 20
        assert "… and 5 more" in said.out

    def test_only_what_is_asked_for_is_repaired(self, engineer: Engineer) -> None:
        zone = frame(("H1", "甲", None, BOW_TIE))
        said = engineer.load(zone, "--zone-layer", "heating", "--repair", "orient", *LATER)
        assert (said.code, engineer.codes("heating")) == (1, [])
        said = engineer.load(zone, "--zone-layer", "heating", "--repair", "make_valid", *LATER)
        assert said.out.startswith("H1 甲: its invalid polygon was made valid")
        assert (said.code, engineer.codes("heating")) == (0, ["H1"])

    def test_an_accepted_error_is_named_and_no_hindrance(self, engineer: Engineer) -> None:
        options = ("--zone-layer", "heating", "--accept", "overlap", *LATER)
        said = engineer.load(overlapping(), *options)
        assert (said.code, "[error] overlap" in said.out) == (0, True)
        assert engineer.ask(
            "SELECT findings->'accepted' FROM release WHERE area_count = 2"
            " AND valid_from = '2026-03-01T00:00+08:00'"
        ) == [(["overlap"],)]


class TestFindings:
    def test_they_are_written_where_asked(self, refused: Engineer) -> None:
        geojson, html = refused.folder / "findings.geojson", refused.folder / "findings.html"
        files = ("--findings-geojson", str(geojson), "--findings-html", str(html))
        said = refused.load(overlapping(), "--zone-layer", "heating", *files)
        assert said.code == 1
        (feature,) = json.loads(geojson.read_text(encoding="utf-8"))["features"]
        assert feature["properties"]["code"] == "overlap"
        assert feature["properties"]["areas"] == "H1,H2"
        assert feature["geometry"]["type"] == "Polygon"
        page = html.read_text(encoding="utf-8")
        assert "H1 甲 and H2 乙 both cover" in page
        assert "http://" not in page.replace("http://www.w3.org", "")

    def test_none_make_an_empty_collection(self, refused: Engineer) -> None:
        geojson = refused.folder / "findings.geojson"
        options = ("--level", "street", "--dry-run", "--findings-geojson", str(geojson))
        assert refused.load(moved_streets(), *options, *LATER).code == 0
        assert json.loads(geojson.read_text(encoding="utf-8"))["features"] == []

    @pytest.mark.parametrize("option", ["--findings-geojson", "--findings-html"])
    def test_where_they_cannot_be_written_nothing_is_loaded(
        self, refused: Engineer, option: str
    ) -> None:
        before = refused.rows()
        nowhere = str(refused.folder / "no such folder" / "findings")
        said = refused.load(heating(), "--zone-layer", "heating", option, nowhere, *LATER)
        assert said.code == 1
        assert "cannot be written (No such file or directory); nothing was loaded" in said.err
        assert refused.rows() == before


class TestReading:
    def test_gbk_is_read_where_it_is_declared(self, engineer: Engineer) -> None:
        names = ["供热一片".encode("gbk"), "供热二片".encode("gbk")]
        file = write_shapefile(engineer.folder, shapefile_parts(names))
        options = ("--zone-layer", "heating", "--code", "name", *LATER)
        said = engineer.load(file, *options)
        assert (said.code, "--encoding" in said.err) == (1, True)
        assert engineer.load(file, *options, "--encoding", "gbk").code == 0
        assert engineer.codes("heating") == ["供热一片", "供热二片"]

    def test_a_shifted_file_is_declared_as_such(self, engineer: Engineer) -> None:
        zones = heating()
        there = shift_geometry(zones.geometry.to_numpy(), Crs.WGS84, target=Crs.GCJ02)
        shifted = zones.set_geometry(geopandas.GeoSeries(there, crs=zones.crs))
        options = ("--zone-layer", "heating", "--crs", "gcj02", *LATER)
        assert engineer.load(shifted, *options).code == 0
        said = engineer.load(zones, "--zone-layer", "heating", "--dry-run", "--valid-from", "2027")
        assert (said.code, "is no date or time" in said.err) == (1, True)
        said = engineer.load(
            zones, "--zone-layer", "heating", "--dry-run", "--valid-from", "2027-01-01"
        )
        assert "0 moved, 2 unchanged" in said.out

    def test_one_layer_of_a_file_is_named(self, engineer: Engineer) -> None:
        file = engineer.folder / "areas.gpkg"
        for name in ("heating", "water"):
            heating().to_file(file, layer=name)
        options = ("--zone-layer", "heating", *LATER)
        said = engineer.load(file, *options)
        assert "holds these layers: heating, water" in said.err
        assert engineer.load(file, *options, "--layer", "water").code == 0

    def test_a_missing_column_names_those_there_are(self, refused: Engineer) -> None:
        said = refused.load(heating(), "--zone-layer", "heating", "--code", "number")
        assert "has no column number; its columns are: code, name, parent" in said.err


class TestLayers:
    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            ((), "--level or --zone-layer, one of them"),
            (("--level", "street", "--zone-layer", "heating"), "one of them"),
            (("--zone-layer", "street"), '"street" is the name of a level'),
            (("--zone-layer", " "), "has 1 to 64 characters"),
            (("--zone-layer", "a/b"), "and no slash"),
            (("--zone-layer", "heating", "--tiles", "--overlap-allowed"), "may not overlap"),
            (("--zone-layer", "cleaning", "--overlap-allowed"), "may not overlap"),
            (("--zone-layer", "cleaning", "--owner-basis"), "basis: 'territory', not 'owner'"),
            (("--zone-layer", "power", "--title", "电"), "title: '供电片区', not '电'"),
            (("--level", "street", "--no-tiles"), "tiles: True, not False"),
        ],
    )
    def test_what_a_layer_cannot_be_is_refused(
        self, refused: Engineer, options: tuple[str, ...], sentence: str
    ) -> None:
        before = refused.rows()
        said = refused.load(heating(), *options, *LATER)
        assert (said.code, said.out) == (1, "")
        assert sentence in said.err
        in_chinese = refused.load(heating(), *options, *LATER, language="zh_CN.UTF-8").err
        assert re.search("[一-鿿]{4}", in_chinese)
        assert refused.rows() == before

    def test_an_unknown_level_is_refused_with_the_levels(self, refused: Engineer) -> None:
        said = refused.load(heating(), "--level", "parish")
        assert said.code == 2
        assert "sub_estate" in said.err


class TestDatabase:
    def test_one_that_does_not_answer(self, prompt: Prompt, tmp_path: Path) -> None:
        nowhere = Engineer(prompt, "postgresql://me:hush@127.0.0.1:1/x", tmp_path)
        said = nowhere.load(heating(), "--zone-layer", "heating")
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("The database does not answer (")
        assert "hush" not in said.err

    def test_one_without_our_schema(self, prompt: Prompt, cluster: Cluster, tmp_path: Path) -> None:
        empty = Engineer(prompt, cluster.address.socket_url, tmp_path)
        said = empty.load(heating(), "--zone-layer", "heating")
        assert (said.code, "run: gridsvc migrate" in said.err) == (1, True)
