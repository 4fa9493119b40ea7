"""Reports that have only an address: a place that is sure decides; else a person is asked."""

from typing import Any

import httpx
import pytest
import pytest_asyncio
from shapely import Point
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.addresses.register import put_names
from gridsvc.auth.principal import Role
from tests.factories import BEGAN, at, report_body
from tests.fixtures.web import ClientOf

MARKETS = [("M1", "长风菜市场", 0.5), ("M2", "明月市场", 1.5), ("M3", "明月市场", 3.5)]


@pytest_asyncio.fixture
async def named(db: AsyncSession) -> None:
    """A market of its own name, and two of another: one in each cleaning zone."""
    rows = [
        {"kind": "place", "code": code, "name": name, "geometry": Point(*at(column, 0.5))}
        for code, name, column in MARKETS
    ]
    await put_names(db, rows, valid_from=BEGAN)
    await db.commit()


@pytest_asyncio.fixture
async def worker(client_of: ClientOf, named: None) -> httpx.AsyncClient:
    return await client_of(Role.GRID_WORKER)


async def reported(client: httpx.AsyncClient, address: str) -> tuple[str, dict[str, Any]]:
    """Where the incident is, and its receipt."""
    body = report_body(0, 0, location=None, address=address)
    answer = await client.post("/v1/incidents", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"]), answer.json()


async def test_a_place_that_is_sure_decides_and_that_is_told(worker: httpx.AsyncClient) -> None:
    path, receipt = await reported(worker, "长风菜市场门口")
    routing = receipt["routing"]
    assert (routing["outcome"], routing["lead"]["code"]) == ("routed", "clean1")
    assert routing["rule_path"][0] == "address=place/M1"
    assert routing["address"]["taken"] == "place/M1"
    assert "没有坐标，按地址定位到“长风菜市场”" in routing["explanation"]["zh"]
    assert "By its address" in routing["explanation"]["en"]
    incident = (await worker.get(path)).json()
    assert incident["location"] is None
    assert incident["areas"]["grid"] == "G00"


async def test_a_name_of_two_places_waits_and_asks_which(worker: httpx.AsyncClient) -> None:
    path, receipt = await reported(worker, "明月市场")
    routing = receipt["routing"]
    assert (routing["outcome"], routing["lead"], receipt["status"]) == ("unlocated", None, "filed")
    assert [(it["id"], it["lead"]["code"]) for it in routing["address"]["matches"]] == [
        ("place/M2", "clean1"),
        ("place/M3", "clean2"),
    ]
    options = [option["id"] for option in routing["question"]["options"]]
    assert options == ["place/M2", "place/M3"]
    answered = await worker.post(
        f"{path}/routing/answer", json={"option": "place/M3"}, headers={"If-Match": '"1"'}
    )
    assert answered.json()["routing"]["lead"]["code"] == "clean2"
    incident = (await worker.get(path)).json()
    assert (incident["status"], incident["outcome"]) == ("dispatched", "routed")


@pytest.mark.parametrize("address", ["甲街道", "天涯海角", "！？"])
async def test_what_says_too_little_waits(worker: httpx.AsyncClient, address: str) -> None:
    """A whole street office's ground says as little of the place as a name that nobody knows."""
    _, receipt = await reported(worker, address)
    routing = receipt["routing"]
    assert (routing["outcome"], routing["question"]) == ("unlocated", None)
    assert "人工分拨" in routing["explanation"]["zh"]
