"""Deciding many points in one call."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import httpx
import pytest
import pytest_asyncio

from gridsvc.auth.principal import Role
from tests.factories import BEGAN, at, report_body
from tests.fixtures.web import ClientOf

MANY = 10_000


@pytest_asyncio.fixture
async def planner(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.PLANNER)


def point(column: float, row: float, **changes: Any) -> dict[str, Any]:
    lon, lat = at(column, row)
    return {"lon": lon, "lat": lat, "category": "0201", **changes}


def body(*points: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"crs": "wgs84", "points": list(points), **changes}


async def test_anonymous(anonymous: httpx.AsyncClient) -> None:
    assert (await anonymous.post("/v1/route", json=body(point(0, 0)))).status_code == 401


async def test_an_administrator_may_not(client_of: ClientOf) -> None:
    client = await client_of(Role.ADMINISTRATOR)
    assert (await client.post("/v1/route", json=body(point(0, 0)))).status_code == 403


async def test_each_answer_is_that_of_who_owns(planner: httpx.AsyncClient) -> None:
    random = Random(7)
    points = [
        point(
            random.choice([random.uniform(-1, 5), random.randint(-1, 5)]),
            random.choice([random.uniform(-1, 3), random.randint(-1, 3)]),
            category=random.choice(["0101", "0201", "0301"]),
            accuracy_m=random.choice([0, 20, 400]),
        )
        for _ in range(25)
    ]
    answers = (await planner.post("/v1/route", json=body(*points))).json()["answers"]
    for given, short in zip(points, answers, strict=True):
        full = (await planner.get("/v1/who-owns", params={"crs": "wgs84", **given})).json()
        assert short == {
            "outcome": full["outcome"],
            "lead": full["lead"] and full["lead"]["code"],
            "zone": full["zone"] and full["zone"]["code"],
            "layer": full["zone"] and full["zone"]["layer"],
            "distance_to_boundary_m": full["distance_to_boundary_m"],
            "confidence": full["confidence"],
            "refused": None,
            "areas": {place["level"]: place["code"] for place in full["area_chain"]},
        }


async def test_ten_thousand_points_are_answered_in_their_order(planner: httpx.AsyncClient) -> None:
    columns = [number % 4 + 0.5 for number in range(MANY)]
    answer = await planner.post("/v1/route", json=body(*(point(c, 0.5) for c in columns)))
    assert answer.status_code == 200
    grids = [found["areas"]["grid"] for found in answer.json()["answers"]]
    assert grids == [f"G{int(column)}0" for column in columns]


async def test_a_point_for_which_a_report_is_refused_is_told_so_in_the_same_words(
    planner: httpx.AsyncClient, client_of: ClientOf
) -> None:
    """Five kilometres are a little more than five cells."""
    points = [point(-1, 0.5), point(-9, 0.5), point(0.5, 0.5)]
    found = (await planner.post("/v1/route", json=body(*points))).json()["answers"]
    assert [it["outcome"] for it in found] == ["outside", "outside_service_area", "routed"]
    location = {"lon": points[1]["lon"], "lat": points[1]["lat"], "crs": "wgs84"}
    worker = await client_of(Role.GRID_WORKER)
    report = report_body(0, 0, location=location)
    refused = (await worker.post("/v1/incidents", json=report)).json()
    assert refused["code"] == found[1]["outcome"]
    assert found[1]["refused"] == {"zh": refused["detail_zh"], "en": refused["detail_en"]}
    assert found[1]["lead"] is None


async def test_each_point_may_have_its_own_time(planner: httpx.AsyncClient) -> None:
    early = (BEGAN - timedelta(days=1)).isoformat()
    answer = await planner.post("/v1/route", json=body(point(0.5, 0.5, at=early)))
    assert answer.json()["errors"][0]["field"] == "points.0.category"


@pytest.mark.parametrize(
    ("field", "spoil"),
    [
        ("points.17.category", lambda p: p.update(category="9999")),
        ("points.17.category", lambda p: p.update(category="")),
        ("points.17.lon", lambda p: p.update(lon=181)),
        ("points.17.lat", lambda p: p.pop("lat")),
        ("points.17.at", lambda p: p.update(at="2026-03-01T00:00:00")),
        ("points.17.crs", lambda p: p.update(crs="wgs84")),
    ],
)
async def test_the_bad_point_is_named(
    planner: httpx.AsyncClient, field: str, spoil: Callable[[dict[str, Any]], None]
) -> None:
    points = [point(0.5, 0.5) for _ in range(20)]
    spoil(points[17])
    answer = await planner.post("/v1/route", json=body(*points))
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
    assert answer.json()["errors"][0]["zh"]


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("points", body()),
        ("points", body(*[point(0.5, 0.5)] * (MANY + 1))),
        ("crs", {"points": [point(0.5, 0.5)]}),
        ("crs", body(point(0.5, 0.5), crs="epsg:4326")),
        ("scheme", body(point(0.5, 0.5), scheme=7)),
    ],
)
async def test_a_bad_call_is_refused_by_its_name(
    planner: httpx.AsyncClient, field: str, given: dict[str, Any]
) -> None:
    answer = await planner.post("/v1/route", json=given)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
