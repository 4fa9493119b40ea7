"""Correcting a case over HTTP: routed again by one decision, its limit and its owner follow."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from tests.factories import at
from tests.fixtures.web import ClientOf
from tests.incidents.test_components import LAMP, stand
from tests.incidents.test_loop import follow, reported, take

NOISE = {"category": "0301"}

pytestmark = pytest.mark.usefixtures("sound")


@pytest_asyncio.fixture
async def centre(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.COMMAND_CENTRE)


def place(column: float, row: float = 0.5) -> dict[str, Any]:
    lon, lat = at(column, row)
    return {"location": {"lon": lon, "lat": lat, "crs": "wgs84", "accuracy_m": 5}}


async def amended(client: httpx.AsyncClient, made: str, **amendment: Any) -> dict[str, Any]:
    answer = await take(client, made, "amend", amendment=amendment, note="核对后更正")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def asked(client: httpx.AsyncClient, made: str, what: str) -> Any:
    return (await client.get(f"/v1/incidents/{made}/{what}")).json()


async def test_another_place_of_the_same_owner_is_told_to_it(centre: httpx.AsyncClient) -> None:
    made = await reported(centre)
    before = (await centre.get(f"/v1/incidents/{made}")).json()
    await follow(centre, made, {"action": "accept"})
    found = await amended(centre, made, **place(1.5), address="松桂路12号")
    assert (found["status"], found["lead"]["code"]) == ("handling", "clean1")
    assert (found["areas"]["grid"], found["location"]["accuracy_m"]) == ("G10", 5)
    assert found["due_at"] == before["due_at"]
    detail = (await asked(centre, made, "events"))[-1]["detail"]
    assert detail["before"]["location"] == [*at(0.5, 0.5), None]
    assert detail["after"] == {"location": [*at(1.5, 0.5), 5], "address": "松桂路12号"}
    assert detail["areas"] == {"grid": "G10"}


async def test_of_another_owner_it_goes_back_to_the_dispatcher(centre: httpx.AsyncClient) -> None:
    """Category and place at once are one decision; the one before stays in the history."""
    made = await reported(centre)
    began = datetime.fromisoformat(
        (await centre.get(f"/v1/incidents/{made}")).json()["reported_at"]
    )
    found = await amended(centre, made, **NOISE, **place(2.5))
    assert (found["status"], found["lead"]["code"]) == ("filed", "s2")
    assert (found["category"]["code"], found["areas"]["street"]) == ("0301", "S2")
    routing = await asked(centre, made, "routing")
    assert [it["routing"]["lead"]["code"] for it in routing["earlier"]] == ["clean1"]
    assert routing["routing"]["lead"]["code"] == "s2"
    detail = (await asked(centre, made, "events"))[-1]["detail"]
    assert (detail["lead"], detail["previous_lead"]) == ("s2", "clean1")
    assert (detail["before"]["category"], detail["after"]["category"]) == ("0201", "0301")
    assert detail["limit"]["unit"] == "natural_day"
    clock = await asked(centre, made, "clock")
    assert (clock["limit_unit"], clock["runs"]) == ("natural_day", False)
    assert datetime.fromisoformat(clock["due_at"]) >= began + timedelta(days=1)
    await follow(centre, made, {"action": "dispatch"})
    clock = await asked(centre, made, "clock")
    assert [it["why"] for it in clock["spans"]][-1] != "paused"
    assert round(clock["used_minutes"]) == 0  # whoever gets it has it whole


async def test_what_citizens_report_is_corrected_before_it_is_filed(
    client_of: ClientOf, centre: httpx.AsyncClient
) -> None:
    made = await reported(centre, channel="hotline")
    acceptor = await client_of(Role.ACCEPTOR)
    found = await amended(acceptor, made, **NOISE)
    assert (found["status"], found["lead"]["code"]) == ("reported", "s1")
    assert (await follow(centre, made, {"action": "file"}, {"action": "dispatch"})) == "dispatched"


async def test_what_was_added_to_a_limit_of_another_sort_is_added_anew(
    centre: httpx.AsyncClient,
) -> None:
    """Hours that never rest, and an extension by as many; then a category with working days."""
    made = await reported(centre)
    more = ({"action": "ask_extension", "note": "待料"}, {"action": "approve_extension"})
    await follow(centre, made, {"action": "accept"}, *more)
    await amended(centre, made, category="0101")
    clock = await asked(centre, made, "clock")
    assert (clock["limit_unit"], clock["total_minutes"]) == ("work_day", 2 * 2 * 8 * 60)


async def test_an_arbitration_does_not_bind_another_matter(centre: httpx.AsyncClient) -> None:
    made = await reported(centre)
    refused = {"action": "refuse", "reason": "wrong_category", "note": "是噪声"}
    again = {"action": "dispatch", "lead": "clean2"}
    assert await follow(centre, made, refused, again, refused) == "arbitration"
    assert (await amended(centre, made, **NOISE))["status"] == "filed"
    status = await follow(centre, made, {"action": "dispatch"}, refused)
    assert status == "filed"  # the first refusal of the new matter


async def test_a_component_goes_with_what_it_was_named_for(
    centre: httpx.AsyncClient, db: AsyncSession
) -> None:
    """Another category or place is not about it any more, unless it is named again."""
    await stand(db, LAMP, 12, owner="clean2")
    made = await reported(centre, category="0101", asset=LAMP)
    found = await amended(centre, made, address="路口东侧")
    assert (found["status"], found["lead"]["code"]) == ("dispatched", "clean2")
    found = await amended(centre, made, **NOISE)
    assert (found["status"], found["lead"]["code"]) == ("filed", "s1")
    detail = (await asked(centre, made, "events"))[-1]["detail"]
    assert (detail["before"]["asset"], detail["after"]["asset"]) == (LAMP, None)
    found = await amended(centre, made, category="0101", asset=LAMP)
    assert found["lead"]["code"] == "clean2"
    found = await amended(centre, made, **place(1.5))
    assert found["lead"]["code"] != "clean2"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"note": "更正"}, "amendment_required"),
    ({"amendment": NOISE}, "note_required"),
    ({"amendment": {}, "note": "更正"}, "amendment_empty"),
    ({"amendment": {"category": "0201"}, "note": "更正"}, "amendment_empty"),
    ({"amendment": {"category": "9999"}, "note": "更正"}, "unknown_category"),
    ({"amendment": {"condition": "7"}, "note": "更正"}, "unknown_condition"),
    ({"amendment": {"asset": "0"}, "note": "更正"}, "unknown_asset"),
    ({"amendment": place(60), "note": "更正"}, "outside_service_area"),
    ({"amendment": {"location": {"lon": 104, "lat": 30.6}}, "note": "更正"}, "invalid"),
    ({"amendment": {"colour": "red"}, "note": "更正"}, "invalid"),
]


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.DEPARTMENT_HANDLER])
async def test_who_may_not(client_of: ClientOf, role: Role) -> None:
    worker = await client_of(Role.GRID_WORKER, login="reporter")
    made = await reported(worker)
    answer = await (await client_of(role)).post(
        f"/v1/incidents/{made}/transitions",
        json={"action": "amend", "amendment": NOISE, "note": "更正"},
        headers={"If-Match": '"1"'},
    )
    assert answer.status_code in {403, 404}


async def test_what_cannot_be_corrected(centre: httpx.AsyncClient) -> None:
    made = await reported(centre)
    for said, code in WRONG:
        answer = await take(centre, made, "amend", **said)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    answer = await take(centre, made, "return", note="再看", amendment=NOISE)
    assert (answer.status_code, answer.json()["code"]) == (422, "amendment_not_allowed")
    assert (await centre.get(f"/v1/incidents/{made}")).json()["version"] == 1
    await follow(centre, made, {"action": "accept"}, {"action": "finish"})
    answer = await take(centre, made, "amend", amendment=NOISE, note="更正")
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")
