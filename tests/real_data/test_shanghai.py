"""Shanghai: official street codes, a district of which all are here, and sub-estates of others."""

import csv
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas
import httpx
import pytest
import pytest_asyncio

from geodata.crs import Crs, from_wgs84
from gridsvc.auth.principal import Role
from tests.cli.at_the_prompt import Said
from tests.live import live
from tests.real_data.place import Place

pytestmark = pytest.mark.real_data

HUANGPU = "310101"
ZHENRU = "310107022"
ESTATES_SINCE = "2025-01-01"
BEFORE, AFTER = "2024-06-01T12:00:00+08:00", "2025-06-01T12:00:00+08:00"


@pytest.fixture(scope="module")
def loaded(place: Place, data: Path) -> dict[str, Said]:
    """The district, its streets and those of others by code; later, estates by their place."""
    folder = data / "shanghai"
    since = ("--valid-from", "2020-01-01")
    said = {
        "district": place.load(
            folder / "district_huangpu.geojson", "--level", "district", "--code", "nbs_code", *since
        ),
        "streets": place.load(
            folder / "streets_central.geojson", "--level", "street", "--code", "nbs_code", *since
        ),
        "estates": place.load(
            folder / "estates_named_osm_residential.geojson",
            *("--level", "sub_estate", "--code", "osm_object", "--name", "estate"),
            *("--parent-by", "place", "--valid-from", ESTATES_SINCE),
        ),
    }
    place.table(
        "categories",
        [
            {
                "code": "0201",
                "name": "暴露垃圾",
                "major": "02",
                "major_name": "市容环境",
                "kind": "event",
                "limit_value": 4,
                "limit_unit": "urgent_hour",
            }
        ],
        *("--scheme", "shanghai"),
        *since,
    )
    return said


@pytest.fixture(scope="module")
def streets(data: Path) -> geopandas.GeoDataFrame:
    return geopandas.read_file(data / "shanghai/streets_central.geojson")


@pytest.fixture(scope="module")
def estates(data: Path) -> geopandas.GeoDataFrame:
    return geopandas.read_file(data / "shanghai/estates_named_osm_residential.geojson")


class TestStreets:
    def test_codes_and_names_are_the_official_ones(
        self, place: Place, loaded: dict[str, Said], data: Path
    ) -> None:
        with (data / "china_codes/streets.csv").open(encoding="utf-8", newline="") as file:
            official = {row["code"]: row["name"] for row in csv.DictReader(file)}
        ours = place.ask(
            "SELECT a.code, a.name FROM area a JOIN layer l ON l.id = a.layer_id"
            " WHERE l.level = 'street'"
        )
        assert len(ours) == 33
        assert [(code, official.get(str(code))) for code, _ in ours] == ours

    def test_the_ten_of_huangpu_lie_under_it(self, place: Place, loaded: dict[str, Said]) -> None:
        assert place.ask(
            "SELECT a.parent_code, count(*), bool_and(left(a.code, 6) = '310101') FROM area a"
            " JOIN layer l ON l.id = a.layer_id WHERE l.level = 'street' GROUP BY 1 ORDER BY 1"
        ) == [(HUANGPU, 10, True), (None, 23, False)]

    def test_the_others_say_that_their_district_is_missing(
        self, place: Place, data: Path, loaded: dict[str, Said], tmp_path: Path
    ) -> None:
        findings = findings_of(
            place, data / "shanghai/streets_central.geojson", tmp_path, "street", "nbs_code"
        )
        missing = [it for it in findings if it["code"] == "missing_parent"]
        assert len(missing) == 23
        for finding in missing:
            district = finding["areas"][:6]
            assert f"belongs to {district} by its code, and no district in force" in finding["en"]
            assert f"按编码属于 {district}，现行区中没有该编码" in finding["zh"]
        assert {it["severity"] for it in findings} == {"warning"}


def findings_of(
    place: Place, file: Path, folder: Path, level: str, code: str, *options: str
) -> Sequence[Mapping[str, Any]]:
    """Check a file again and read every finding."""
    said = place.run(
        *("load", str(file), "--level", level, "--code", code, "--dry-run", *options),
        *("--valid-from", "2026-01-01", "--findings-geojson", str(folder / "findings.geojson")),
    )
    assert said.code == 0, said.err
    document = json.loads((folder / "findings.geojson").read_text(encoding="utf-8"))
    return [feature["properties"] for feature in document["features"]]


class TestEstates:
    def test_those_of_zhenguang_lie_in_zhenru_and_the_others_nowhere(
        self, place: Place, loaded: dict[str, Said], estates: geopandas.GeoDataFrame
    ) -> None:
        rows = place.ask(
            "SELECT a.code, a.parent_code FROM area a JOIN layer l ON l.id = a.layer_id"
            " WHERE l.level = 'sub_estate'"
        )
        parents = {str(code): parent for code, parent in rows}
        expected = {
            estate.osm_object: ZHENRU if estate.sector == "真光" else None
            for estate in estates.itertuples()
        }
        assert parents == expected
        assert list(parents.values()).count(ZHENRU) == 14

    def test_the_others_are_said_to_be_outside(
        self, place: Place, data: Path, loaded: dict[str, Said], tmp_path: Path
    ) -> None:
        findings = findings_of(
            place,
            data / "shanghai/estates_named_osm_residential.geojson",
            tmp_path,
            *("sub_estate", "osm_object", "--name", "estate", "--parent-by", "place"),
        )
        assert len(findings) == 20
        assert {it["code"] for it in findings} == {"missing_parent"}
        assert all("lies outside every street in force" in it["en"] for it in findings)
        assert all("位于现行各街道之外" in it["zh"] for it in findings)


@pytest_asyncio.fixture(scope="module")
async def worker(place: Place, loaded: dict[str, Said]) -> AsyncIterator[httpx.AsyncClient]:
    async with live(place.url) as running:
        yield await running.client(Role.GRID_WORKER)


async def chains(
    worker: httpx.AsyncClient,
    points: Sequence[tuple[float, float]],
    *,
    crs: Crs = Crs.WGS84,
    at: str = BEFORE,
) -> Sequence[Mapping[str, Any]]:
    """Ask in which areas points lie."""
    asked = [{"lon": lon, "lat": lat, "category": "0201", "at": at} for lon, lat in points]
    answer = await worker.post("/v1/route", json={"crs": crs.value, "points": asked})
    assert answer.status_code == 200, answer.text
    return [it["areas"] for it in answer.json()["answers"]]


def inside(frame: geopandas.GeoDataFrame) -> list[tuple[float, float]]:
    points = frame.representative_point()
    return list(zip(points.x, points.y, strict=True))


class TestReports:
    async def test_a_point_of_each_street_lies_there_and_huangpus_in_huangpu(
        self, worker: httpx.AsyncClient, streets: geopandas.GeoDataFrame
    ) -> None:
        expected = [
            {"street": code} | ({"district": HUANGPU} if code.startswith(HUANGPU) else {})
            for code in streets["nbs_code"]
        ]
        assert await chains(worker, inside(streets)) == expected

    @pytest.mark.parametrize("crs", [Crs.GCJ02, Crs.BD09, Crs.CGCS2000])
    async def test_the_same_places_in_another_system_lie_in_the_same_streets(
        self,
        worker: httpx.AsyncClient,
        streets: geopandas.GeoDataFrame,
        estates: geopandas.GeoDataFrame,
        crs: Crs,
    ) -> None:
        """A quarter of a mile and more lies between the numbers of two of these systems."""
        points = [*inside(streets), *inside(estates)]
        shifted = [from_wgs84(lon, lat, crs) for lon, lat in points]
        assert await chains(worker, shifted, crs=crs) == await chains(worker, points)

    async def test_taken_for_the_wrong_system_no_estate_is_found(
        self, worker: httpx.AsyncClient, estates: geopandas.GeoDataFrame
    ) -> None:
        undeclared = [from_wgs84(lon, lat, Crs.GCJ02) for lon, lat in inside(estates)]
        found = await chains(worker, undeclared, at=AFTER)
        pairs = zip(found, estates["osm_object"], strict=True)
        assert not any(it.get("sub_estate") == estate for it, estate in pairs)

    async def test_from_an_estate_without_a_street_the_report_is_outside_or_refused(
        self, worker: httpx.AsyncClient, estates: geopandas.GeoDataFrame
    ) -> None:
        """Within five kilometres of a street they are taken in as `outside`, farther refused."""
        elsewhere = estates[estates["sector"] != "真光"]
        answers = [
            await worker.post("/v1/incidents", json=report(lon, lat, occurred_at=BEFORE))
            for lon, lat in inside(elsewhere)
        ]
        taken = [it.json()["routing"] for it in answers if it.status_code == 201]
        refused = [it.json() for it in answers if it.status_code == 422]
        assert (len(taken), len(refused)) == (14, 6)
        assert {(it["outcome"], it["lead"]) for it in taken} == {("outside", None)}
        assert all(0 < it["nearest"]["distance_m"] <= 5_000 for it in taken)
        assert {it["code"] for it in refused} == {"outside_service_area"}
        assert all(5_000 < it["distance_m"] < 6_000 for it in refused)

    async def test_once_the_estate_is_on_the_map_the_chain_names_it(
        self, worker: httpx.AsyncClient, estates: geopandas.GeoDataFrame
    ) -> None:
        found = await chains(worker, inside(estates), at=AFTER)
        assert [it["sub_estate"] for it in found] == estates["osm_object"].tolist()
        assert [it.get("street") for it in found] == [
            ZHENRU if sector == "真光" else None for sector in estates["sector"]
        ]


def report(lon: float, lat: float, *, occurred_at: str) -> dict[str, Any]:
    return {
        "category": "0201",
        "location": {"lon": lon, "lat": lat, "crs": "wgs84"},
        "description": "路边有暴露垃圾",
        "channel": "worker_app",
        "occurred_at": occurred_at,
    }
