"""Reports that have only an address: a place that is sure decides; else a person is asked."""

from typing import Any

import httpx
import pytest
import pytest_asyncio
from shapely import LineString, Point
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.addresses.register import put_names
from gridsvc.areas.publish import LayerSpec, Provenance, publish
from gridsvc.areas.register import put_organisations, put_responsibilities
from gridsvc.auth.principal import Role
from tests.factories import BEGAN, at, cell, frame, report_body
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


async def test_a_place_that_is_too_wide_asks_for_each_part_with_a_lead_of_its_own(
    worker: httpx.AsyncClient,
) -> None:
    """乙街道 lies in both cleaning zones."""
    path, receipt = await reported(worker, "乙街道")
    routing = receipt["routing"]
    assert (routing["outcome"], routing["lead"], receipt["status"]) == ("unlocated", None, "filed")
    (match,) = routing["address"]["matches"]
    assert (match["id"], match["lead"]) == ("street/S2", None)
    assert {it["code"] for it in match["leads"]} == {"clean1", "clean2"}
    assert "范围太大" in routing["explanation"]["zh"]
    assert "Cleaning 1" in routing["explanation"]["en"]
    options = {it["id"]: it for it in routing["question"]["options"]}
    assert set(options) == {"street/S2/cleaning/Z1", "street/S2/cleaning/Z2"}
    chosen = options["street/S2/cleaning/Z2"]
    assert chosen["zh"] == "“乙街道”中“环卫二区”（环卫二所）"
    assert chosen["zone"]["code"] == "Z2"
    answered = await worker.post(
        f"{path}/routing/answer", json={"option": chosen["id"]}, headers={"If-Match": '"1"'}
    )
    assert answered.json()["routing"]["lead"]["code"] == "clean2"
    assert answered.json()["routing"]["zone"]["code"] == "Z2"


async def test_so_does_a_road_through_several_zones(
    worker: httpx.AsyncClient, db: AsyncSession
) -> None:
    row = {"kind": "road", "code": "R1", "name": "长江路"}
    geometry = LineString([at(1.5, 0.5), at(3.9, 0.5)])
    await put_names(db, [{**row, "geometry": geometry}], valid_from=BEGAN)
    await db.commit()
    _, receipt = await reported(worker, "长江路")
    options = receipt["routing"]["question"]["options"]
    assert [it["organisation"]["code"] for it in options] == ["clean1", "clean2"]


async def test_a_wide_place_of_one_lead_is_not_taken_without_asking(
    worker: httpx.AsyncClient,
) -> None:
    _, receipt = await reported(worker, "甲街道")
    routing = receipt["routing"]
    assert (routing["outcome"], routing["lead"]) == ("unlocated", None)
    assert [it["id"] for it in routing["question"]["options"]] == ["street/S1/cleaning/Z1"]


async def test_more_places_than_anybody_reads_on_a_telephone_wait_with_their_leads_told(
    worker: httpx.AsyncClient, db: AsyncSession
) -> None:
    many = [{"code": f"m{n}", "name": f"第{n}所", "kind": "contractor"} for n in range(9)]
    await put_organisations(db, many)
    boxes = [(f"M{n}", f"第{n}片", None, cell(0.4 * n, 0, 0.4, 2)) for n in range(9)]
    spec = LayerSpec(name="markets", title="市场片区")
    provenance = Provenance(source="t")
    await publish(db, spec, frame(*boxes), valid_from=BEGAN, provenance=provenance)
    of = {"scheme": "test", "category": "0201"}
    leads = [
        {"organisation": f"m{n}", "layer": "markets", "area": f"M{n}", "role": "lead", **of}
        for n in range(9)
    ]
    await put_responsibilities(db, leads, valid_from=BEGAN)
    await db.commit()
    _, receipt = await reported(worker, "中心区")
    routing = receipt["routing"]
    assert routing["question"] is None
    (match,) = routing["address"]["matches"]
    assert {it["code"] for it in match["leads"]} >= {f"m{n}" for n in range(9)}
    assert "等" in routing["explanation"]["zh"]


@pytest.mark.parametrize("address", ["天涯海角", "！？"])
async def test_what_says_too_little_waits(worker: httpx.AsyncClient, address: str) -> None:
    _, receipt = await reported(worker, address)
    routing = receipt["routing"]
    assert (routing["outcome"], routing["question"]) == ("unlocated", None)
    assert "人工分拨" in routing["explanation"]["zh"]
