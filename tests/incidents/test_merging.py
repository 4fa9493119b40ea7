"""Merging over HTTP: neither reporter is lost, one owner has it all, and it can be taken back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth.principal import Role, Scope
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.incidents.model import Incident
from tests.factories import report_body
from tests.fixtures.web import ClientOf
from tests.incidents.test_loop import follow, reported, take

CLOSED = ({"action": "accept"}, {"action": "finish"}, {"action": "check"}, {"action": "close"})

pytestmark = pytest.mark.usefixtures("sound")


@pytest_asyncio.fixture
async def centre(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.COMMAND_CENTRE)


@pytest_asyncio.fixture
async def first(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.GRID_WORKER, login="first")


@pytest_asyncio.fixture
async def second(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.GRID_WORKER, login="second")


async def shown(client: httpx.AsyncClient, made: str) -> dict[str, Any]:
    answer = await client.get(f"/v1/incidents/{made}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def last_event(client: httpx.AsyncClient, made: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/v1/incidents/{made}/events")).json()[-1]
    return found


async def merged(centre: httpx.AsyncClient, made: str, head: str) -> None:
    answer = await take(centre, made, "merge", into=head)
    assert answer.status_code == 200, answer.text


async def test_both_reporters_follow_it_to_the_end(
    centre: httpx.AsyncClient, first: httpx.AsyncClient, second: httpx.AsyncClient
) -> None:
    head, other = await reported(first), await reported(second, channel="hotline")
    assert (await second.get(f"/v1/incidents/{head}")).status_code == 404
    await merged(centre, other, head)
    own, whole = await shown(second, other), await shown(second, head)
    assert (own["status"], own["merged_into"]) == ("merged", head)
    assert own["kin"]["merged_into"]["reference"] == whole["reference"]
    assert [it["id"] for it in whole["kin"]["merged"]] == [other]
    assert (await last_event(centre, head))["detail"]["merged"]["id"] == other
    listed = await second.get("/v1/incidents", params={"merged_into": head})
    assert [it["id"] for it in listed.json()["incidents"]] == [other]
    assert (await first.get(f"/v1/incidents/{other}")).status_code == 404

    assert await follow(centre, head, *CLOSED) == "closed"
    told = await last_event(second, other)
    assert (told["action"], told["detail"]["status"]) == ("follow", "closed")
    assert (await shown(second, head))["status"] == "closed"
    await take(centre, head, "reopen", note="又出现了")
    assert (await last_event(second, other))["detail"]["status"] == "filed"


async def test_it_is_whoevers_the_other_is(
    client_of: ClientOf, centre: httpx.AsyncClient, db: AsyncSession
) -> None:
    owner = await organisation_by_code(db, "clean2", field="lead")
    handler = await client_of(Role.DEPARTMENT_HANDLER, organisation=owner.id)
    head, other = await reported(centre), await reported(centre)
    await merged(centre, other, head)
    assert (await handler.get(f"/v1/incidents/{other}")).status_code == 404
    away = {"action": "return", "note": "派错了"}
    await follow(centre, head, away, {"action": "dispatch", "lead": "clean2"})
    for made in (head, other):
        assert (await shown(handler, made))["lead"]["code"] == "clean2"
    assert (await last_event(handler, other))["detail"]["action"] == "dispatch"


async def test_it_is_taken_back(
    centre: httpx.AsyncClient, first: httpx.AsyncClient, second: httpx.AsyncClient
) -> None:
    head, one, two = await reported(first), await reported(second), await reported(second)
    await merged(centre, one, head)
    await merged(centre, two, head)
    answer = await take(centre, one, "separate", note="不是同一处")
    assert (answer.json()["status"], answer.json()["merged_into"]) == ("filed", None)
    assert (await shown(second, head))["id"] == head  # the other report is in it still
    await take(centre, two, "separate", note="也不是")
    assert (await second.get(f"/v1/incidents/{head}")).status_code == 404
    assert (await last_event(first, head))["action"] == "let_go"
    assert await follow(centre, one, {"action": "dispatch"}, *CLOSED) == "closed"
    clock = (await centre.get(f"/v1/incidents/{one}/clock")).json()
    assert clock["light"] == "green"


async def test_its_clock_ends_and_it_is_counted_as_a_duplicate(
    centre: httpx.AsyncClient, db: AsyncSession
) -> None:
    head, other = await reported(centre), await reported(centre)
    await merged(centre, other, head)
    clock = (await centre.get(f"/v1/incidents/{other}/clock")).json()
    assert (clock["runs"], clock["light"]) == (False, "green")
    now = utc_now()
    period = {"from": (now - timedelta(1)).isoformat(), "to": (now + timedelta(9)).isoformat()}
    path = "/v1/indicators/{}"
    found = (await centre.get(path.format("duplicates"), params=period)).json()["whole"]["counts"][
        0
    ]
    assert (found["numerator"], found["denominator"]) == (1, 2)
    rows = {it.id: it.due_at for it in await db.scalars(select(Incident))}
    await put_due(db, dict.fromkeys(rows, now))
    overdue = (await centre.get(path.format("overdue"), params=period)).json()["whole"]["counts"][0]
    assert (overdue["numerator"], overdue["denominator"]) == (1, 1)
    await put_due(db, rows)


async def put_due(db: AsyncSession, due: dict[UUID, datetime]) -> None:
    for incident_id, at in due.items():
        await db.execute(update(Incident).where(Incident.id == incident_id).values(due_at=at))
    await db.commit()


async def test_what_cannot_be_merged(centre: httpx.AsyncClient) -> None:
    head, member, ended, made = [await reported(centre) for _ in range(4)]
    await merged(centre, member, head)
    await take(centre, ended, "reject", note="现场无")
    refused = [
        (made, {"into": made}, 422, "merged_into_itself"),
        (made, {"into": str(new_id())}, 422, "unknown_incident"),
        (made, {"into": member}, 409, "into_merged"),
        (made, {"into": ended}, 409, "into_ended"),
        (made, {}, 422, "into_required"),
        (made, {"into": "x"}, 422, "invalid"),
        (head, {"into": made}, 409, "others_merged"),
        (ended, {"into": made}, 409, "illegal_transition"),
    ]
    for one, said, status, code in refused:
        answer = await take(centre, one, "merge", **said)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    answer = await take(centre, made, "return", note="再看", into=head)
    assert (answer.status_code, answer.json()["code"]) == (422, "into_not_allowed")
    answer = await take(centre, head, "withdraw", note="误报")
    assert answer.status_code in {403, 409}
    assert (await shown(centre, made))["version"] == 1


async def test_who_merges_may_do_so_with_both(client_of: ClientOf) -> None:
    centre = await client_of(Role.COMMAND_CENTRE)
    here, there = await reported(centre), await reported(centre)
    far = await centre.post("/v1/incidents", json=report_body(2.5, 0.5))
    beyond = str(far.json()["id"])
    dispatcher = await client_of(Role.DISPATCHER, login="s1", scope=Scope("street", "S1"))
    answer = await take(dispatcher, here, "merge", into=beyond)
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_incident")
    assert (await take(dispatcher, here, "merge", into=there)).status_code == 200
    acceptor = await client_of(Role.ACCEPTOR)
    answer = await take(acceptor, there, "merge", into=beyond)
    assert (answer.status_code, answer.json()["permission"]) == (403, "incidents:dispatch")
