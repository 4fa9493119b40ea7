"""Splitting over HTTP: each part is a case of its own, and the whole ends after them."""

from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth.principal import Role
from tests.factories import at
from tests.fixtures.web import ClientOf
from tests.incidents.test_loop import follow, reported, take

pytestmark = pytest.mark.usefixtures("sound")

LON, LAT = at(3.5, 0.5)
RUBBISH = {"category": "0201", "description": "清运垃圾"}
NOISE = {"category": "0301", "description": "夜间施工噪声"}
FAR = {**RUBBISH, "location": {"lon": LON, "lat": LAT, "crs": "wgs84"}, "address": "东头"}
DONE = ({"action": "accept"}, {"action": "finish"}, {"action": "check"})
CLOSED = (*DONE, {"action": "close"})


@pytest_asyncio.fixture
async def centre(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.COMMAND_CENTRE)


async def shown(client: httpx.AsyncClient, made: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/v1/incidents/{made}")).json()
    return found


async def split(centre: httpx.AsyncClient, made: str, *parts: dict[str, Any]) -> list[str]:
    """Split a case; give its parts."""
    answer = await take(centre, made, "split", parts=parts, note="涉及多家单位")
    assert answer.status_code == 200, answer.text
    return [it["id"] for it in answer.json()["kin"]["parts"]]


async def test_each_part_is_whosever_it_is(
    client_of: ClientOf, centre: httpx.AsyncClient, db: AsyncSession
) -> None:
    worker = await client_of(Role.GRID_WORKER)
    whole = await reported(worker)
    ids = await split(centre, whole, RUBBISH, NOISE, FAR)
    parts = {it["lead"]["code"]: it for it in [await shown(worker, one) for one in ids]}
    assert set(parts) == {"clean1", "s1", "clean2"}
    assert {it["status"] for it in parts.values()} == {"dispatched"}
    assert {it["parent"] for it in parts.values()} == {whole}
    assert (parts["clean2"]["address"], parts["s1"]["areas"]["grid"]) == ("东头", "G00")
    assert parts["s1"]["kin"]["parent"]["id"] == whole
    first = (await centre.get(f"/v1/incidents/{ids[0]}/events")).json()[0]
    assert first["detail"]["part_of"]["id"] == whole
    listed = (await centre.get("/v1/incidents", params={"parent": whole})).json()["incidents"]
    assert {it["id"] for it in listed} == set(ids)
    owner = await organisation_by_code(db, "clean1", field="lead")
    handler = await client_of(Role.DEPARTMENT_HANDLER, organisation=owner.id)
    kin = (await shown(handler, whole))["kin"]
    assert ([it["id"] for it in kin["parts"]], kin["parts_in_all"], kin["parts_open"]) == (
        [parts["clean1"]["id"]],
        3,
        3,
    )


async def test_the_whole_ends_after_its_parts(centre: httpx.AsyncClient) -> None:
    whole = await reported(centre)
    one, two = await split(centre, whole, RUBBISH, RUBBISH)
    assert await follow(centre, whole, *DONE) == "checked"
    assert await follow(centre, one, *CLOSED) == "closed"
    for action in ("close", "force_close"):
        answer = await take(centre, whole, action, note="先结")
        assert (answer.status_code, answer.json()["code"]) == (409, "parts_open")
    assert (await shown(centre, whole))["kin"]["parts_open"] == 1
    assert (await take(centre, two, "reject", note="现场无")).status_code == 200
    assert await follow(centre, whole, {"action": "close"}) == "closed"
    again = {"action": "reopen", "note": "复发"}
    answer = await take(centre, one, **again)
    assert (answer.status_code, answer.json()["code"]) == (409, "whole_ended")
    assert await follow(centre, whole, again) == "filed"
    assert await follow(centre, one, again) == "filed"


async def test_what_belongs_together_is_not_the_same_again(centre: httpx.AsyncClient) -> None:
    whole = await reported(centre)
    one, two = await split(centre, whole, RUBBISH, RUBBISH)
    for made in (whole, one, two):
        answer = await centre.get(f"/v1/incidents/{made}/similar")
        assert answer.json() == {"similar": []}
    assert (await centre.get("/v1/hot-spots")).json()["hot_spots"] == []
    again = await reported(centre)
    found = (await centre.get(f"/v1/incidents/{again}/similar")).json()["similar"]
    assert {it["id"] for it in found} == {whole, one, two}


async def test_what_cannot_be_split(client_of: ClientOf, centre: httpx.AsyncClient) -> None:
    whole = await reported(centre)
    wrong = [
        ([RUBBISH], "invalid"),
        ([RUBBISH] * 11, "invalid"),
        ([RUBBISH, {"category": "0201"}], "invalid"),
        ([RUBBISH, {**NOISE, "parent": whole}], "invalid"),
        ([RUBBISH, {**NOISE, "category": "9999"}], "unknown_category"),
        ([RUBBISH, {**NOISE, "condition": "7"}], "unknown_condition"),
        ([RUBBISH, {**NOISE, "location": {"lon": 0, "lat": 0, "crs": "wgs84"}}],
         "outside_service_area"),
        (None, "parts_required"),
    ]  # fmt: skip
    for parts, code in wrong:
        answer = await take(centre, whole, "split", parts=parts, note="拆分")
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await shown(centre, whole))["kin"]["parts_in_all"] == 0
    assert len((await centre.get("/v1/incidents")).json()["incidents"]) == 1
    one, _ = await split(centre, whole, RUBBISH, NOISE)
    for made, code in ((whole, "split_before"), (one, "part_of_another")):
        answer = await take(centre, made, "split", parts=[RUBBISH, NOISE], note="拆分")
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    answer = await take(centre, one, "accept", parts=[RUBBISH, NOISE])
    assert (answer.status_code, answer.json()["code"]) == (422, "parts_not_allowed")
    worker = await client_of(Role.GRID_WORKER)
    own = await reported(worker)
    answer = await take(worker, own, "split", parts=[RUBBISH, NOISE], note="拆分")
    assert (answer.status_code, answer.json()["permission"]) == (403, "incidents:dispatch")
