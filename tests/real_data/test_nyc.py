"""New York City: 71 community districts, 4,905 labelled requests, and five that lie outside all."""

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas
import httpx
import pandas as pd
import pytest
import pytest_asyncio
import shapely

from gridsvc.auth.principal import Role
from gridsvc.settings import Settings
from tests.live import Live, live
from tests.real_data.labels import METRES, agreement, among_candidates, told, told_among
from tests.real_data.place import Place

pytestmark = pytest.mark.real_data

SINCE = ("--valid-from", "2013-01-01")


@pytest.fixture(scope="module")
def requests(data: Path) -> pd.DataFrame:
    """The requests that have a place and the label of a district that is on the map."""
    file = data / "nyc_311/nyc_311_animal_requests_2025q1.csv"
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    known = set(districts(data))
    usable = frame[(frame["lon"] != "") & frame["borocd_label"].isin(known)]
    return usable.assign(label=usable["borocd_label"]).reset_index(drop=True)


def districts(data: Path) -> Mapping[str, shapely.Geometry]:
    frame = geopandas.read_file(data / "nyc_311/community_districts_2013.geojson")
    return dict(zip(frame["borocd"].astype(str), frame.geometry, strict=True))


@pytest.fixture(scope="module")
def filled(place: Place, data: Path, requests: pd.DataFrame) -> Place:
    """The districts, whose numbers are their names, and who answers for what."""
    place.load(
        data / "nyc_311/community_districts_2013.geojson",
        *("--level", "district", "--code", "borocd", "--name", "borocd"),
        *SINCE,
    )
    kinds = requests.drop_duplicates("service_name")
    agencies = sorted(set(kinds["agency"]))
    place.table(
        "organisations", [{"code": it, "name": it, "kind": "department"} for it in agencies]
    )
    place.table(
        "categories",
        [
            {
                "code": kind,
                "name": kind,
                "major": agency,
                "major_name": agency,
                "kind": "event",
                "limit_value": 14,
                "limit_unit": "natural_day",
            }
            for kind, agency in zip(kinds["service_name"], kinds["agency"], strict=True)
        ],
        *("--scheme", "nyc_311"),
        *SINCE,
    )
    place.table(
        "responsibilities",
        [
            {"organisation": it, "layer": "district", "category": it, "role": "lead"}
            for it in agencies
        ],
        *SINCE,
    )
    return place


@pytest_asyncio.fixture(scope="module")
async def worker(filled: Place) -> AsyncIterator[httpx.AsyncClient]:
    running: Live
    async with live(filled.url) as running:
        yield await running.client(Role.GRID_WORKER)


@pytest_asyncio.fixture(scope="module")
async def answers(worker: httpx.AsyncClient, requests: pd.DataFrame) -> Sequence[Mapping[str, Any]]:
    """What the service decides of all of them in one call."""
    points = [
        {"lon": float(lon), "lat": float(lat), "category": kind}
        for lon, lat, kind in zip(
            requests["lon"], requests["lat"], requests["service_name"], strict=True
        )
    ]
    answer = await worker.post("/v1/route", json={"crs": "wgs84", "points": points})
    assert answer.status_code == 200, answer.text
    found: Sequence[Mapping[str, Any]] = answer.json()["answers"]
    return found


async def test_districts_agree_with_the_citys_own_labels(
    answers: Sequence[Mapping[str, Any]], requests: pd.DataFrame, data: Path
) -> None:
    found = agreement(requests, [it["areas"].get("district") for it in answers], districts(data))
    assert found.points == 4_905
    assert found.exact >= 99.3
    assert found.within_1_m >= 99.8
    assert [answers[row]["outcome"] for row in found.outside] == ["outside"] * 5
    assert found.row == told("New York, community districts")


async def test_at_five_metres_the_citys_own_label_is_among_the_candidates(
    worker: httpx.AsyncClient, answers: Sequence[Mapping[str, Any]], requests: pd.DataFrame
) -> None:
    found = await among_candidates(
        worker,
        requests,
        [it["areas"].get("district") for it in answers],
        layer="district",
        category="service_name",
    )
    assert found.points == 4_900
    assert found.among >= 99.9
    assert found.row == told_among("New York, community districts")


async def test_each_goes_to_the_agency_of_its_kind(
    answers: Sequence[Mapping[str, Any]], requests: pd.DataFrame
) -> None:
    inside = sorted(set(range(len(answers))) - set(outside(answers)))
    assert [answers[row]["lead"] for row in inside] == [
        requests["agency"].iloc[row] for row in inside
    ]
    assert {answers[row]["outcome"] for row in inside} == {"routed"}


async def test_nobody_is_made_the_owner_of_what_lies_outside(
    worker: httpx.AsyncClient,
    answers: Sequence[Mapping[str, Any]],
    requests: pd.DataFrame,
    data: Path,
) -> None:
    """All five are within the margin, so that they are taken in, and wait for a person."""
    for row in outside(answers):
        request = requests.iloc[row]
        answer = await worker.post("/v1/incidents", json=report(request))
        assert answer.status_code == 201
        routing = answer.json()["routing"]
        assert (routing["outcome"], routing["lead"], routing["area_chain"]) == ("outside", None, [])
        metres = metres_to_nearest(request, data)
        assert metres < Settings().outside_margin_m
        assert routing["nearest"]["distance_m"] == pytest.approx(metres, rel=1e-3, abs=0.01)


async def test_they_are_refused_where_the_margin_is_narrow(
    filled: Place, answers: Sequence[Mapping[str, Any]], requests: pd.DataFrame
) -> None:
    async with live(filled.url, Settings(outside_margin_m=0)) as strict:
        client = await strict.client(Role.GRID_WORKER, login="strict")
        for row in outside(answers):
            answer = await client.post("/v1/incidents", json=report(requests.iloc[row]))
            assert (answer.status_code, answer.json()["code"]) == (422, "outside_service_area")


def outside(answers: Sequence[Mapping[str, Any]]) -> list[int]:
    return [row for row, answer in enumerate(answers) if answer["outcome"] == "outside"]


def report(request: "pd.Series[str]") -> dict[str, Any]:
    lon, lat = float(request["lon"]), float(request["lat"])
    return {
        "category": request["service_name"],
        "location": {"lon": lon, "lat": lat, "crs": "wgs84"},
        "description": request["descriptor"],
        "channel": "worker_app",
    }


def metres_to_nearest(request: "pd.Series[str]", data: Path) -> float:
    """Measure in UTM, which is another way than the service's own."""
    at = geopandas.GeoSeries.from_xy(
        [float(request["lon"])], [float(request["lat"])], crs="EPSG:4326"
    )
    ground = geopandas.GeoSeries(districts(data).values(), crs="EPSG:4326").to_crs(METRES)
    return float(ground.distance(at.to_crs(METRES).iloc[0]).min())
