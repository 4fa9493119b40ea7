"""Webhooks are their maker's: nobody else sees or changes them, and what is wrong is refused."""

import json
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role, Scope
from gridsvc.db.base import new_id
from gridsvc.db.viewer import VIEWER
from gridsvc.webhooks.service import MOST
from tests.fixtures.web import ClientOf
from tests.webhooks.conftest import Desk
from tests.webhooks.receiver import Receiver

URL = "https://hooks.example.com/cases"


async def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def test_one_is_made_read_changed_and_removed(desk: Desk, receiver: Receiver) -> None:
    (listed,) = (await desk.client.get("/v1/webhooks")).json()
    assert listed == (await desk.client.get(desk.path)).json()
    assert (listed["url"], listed["events"], listed["active"]) == (receiver.url, [], True)
    assert "secret" not in listed
    assert desk.secret.startswith("whsec_")
    wanted = {"url": URL, "events": ["incident.close", "incident.close"], "active": False}
    changed = (await desk.client.patch(desk.path, json=wanted)).json()
    assert (changed["url"], changed["events"], changed["active"]) == (
        URL,
        ["incident.close"],
        False,
    )
    assert (await desk.client.patch(desk.path, json={})).json() == changed
    assert (await desk.client.delete(desk.path)).status_code == 204
    assert (await desk.client.get("/v1/webhooks")).json() == []


async def test_it_is_written_down(desk: Desk, client_of: ClientOf, receiver: Receiver) -> None:
    await desk.client.delete(desk.path)
    auditor = await client_of(Role.AUDITOR)
    entries = (await auditor.get("/v1/audit?about=command_centre")).json()["entries"]
    assert [(one["deed"], one["detail"]["url"]) for one in entries] == [
        ("webhook_removed", receiver.url),
        ("webhook_set", receiver.url),
    ]


@pytest.mark.parametrize("scope", [None, Scope("street", "S1")])
async def test_another_account_has_nothing_of_it(
    desk: Desk, client_of: ClientOf, scope: Scope | None
) -> None:
    """Whether the other is confined by the database or sees the whole city."""
    await desk.report()
    await desk.work()
    (delivery,) = await desk.deliveries()
    other = await client_of(Role.COMMAND_CENTRE, login="other", scope=scope)
    assert (await other.get("/v1/webhooks")).json() == []
    calls = [
        other.get(desk.path),
        other.patch(desk.path, json={"active": False}),
        other.delete(desk.path),
        other.post(f"{desk.path}/secret"),
        other.get(f"{desk.path}/deliveries"),
        other.post(f"{desk.path}/deliveries/{delivery['id']}/replay"),
    ]
    assert {await code_of(await call) for call in calls} == {(404, "not_found")}


async def test_the_database_shows_it_to_nobody_else(desk: Desk, db: AsyncSession) -> None:
    await desk.report()
    await desk.work()
    (whose,) = await db.scalars(text("SELECT account_id::text FROM webhook"))
    confined = "SELECT set_config('role', :role, true), set_config('gridsvc.sight', :sight, true)"
    counted = "SELECT (SELECT count(*) FROM webhook), (SELECT count(*) FROM webhook_delivery)"
    for account, seen in ((whose, (1, 1)), (str(new_id()), (0, 0))):
        sight = json.dumps({"account": [account], "district": ["D1"]})
        await db.execute(text(confined), {"role": VIEWER, "sight": sight})
        assert tuple((await db.execute(text(counted))).one()) == seen
        await db.rollback()


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.ADMINISTRATOR, Role.AUDITOR])
async def test_it_takes_the_permission(client_of: ClientOf, role: Role) -> None:
    client = await client_of(role)
    assert (await client.get("/v1/webhooks")).status_code == 403
    assert (await client.post("/v1/webhooks", json={"url": URL})).status_code == 403


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid"),
        ({"url": ""}, "invalid"),
        ({"url": URL, "secret": "mine"}, "invalid"),
        ({"url": URL, "active": 1}, "invalid"),
        ({"url": "https://" + "x" * 600}, "invalid"),
        ({"url": "http://hooks.example.com/"}, "webhook_url"),
        ({"url": "https://10.0.0.1/"}, "webhook_url"),
        ({"url": URL, "events": ["incident.eaten"]}, "unknown_event_type"),
        ({"url": URL, "events": ["close"]}, "unknown_event_type"),
    ],
)
async def test_what_is_wrong_is_refused(desk: Desk, body: dict[str, Any], code: str) -> None:
    assert await code_of(await desk.client.post("/v1/webhooks", json=body)) == (422, code)
    if code != "invalid":
        assert await code_of(await desk.client.patch(desk.path, json=body)) == (422, code)


async def test_there_are_not_too_many(desk: Desk) -> None:
    for _ in range(MOST - 1):
        assert (await desk.client.post("/v1/webhooks", json={"url": URL})).status_code == 201
    answer = await desk.client.post("/v1/webhooks", json={"url": URL})
    assert await code_of(answer) == (409, "too_many_webhooks")


async def test_messages_are_read_page_by_page(desk: Desk) -> None:
    for _ in range(3):
        await desk.report()
    await desk.work()
    seen, cursor = [], None
    while cursor != "":
        asked: dict[str, Any] = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await desk.client.get(f"{desk.path}/deliveries", params=asked)).json()
        seen += [it["id"] for it in page["deliveries"]]
        cursor = page["next"] or ""
    assert len(seen) == 3
    assert seen == [it["id"] for it in await desk.deliveries()]


async def test_a_message_that_is_not_there(desk: Desk) -> None:
    answer = await desk.client.post(f"{desk.path}/deliveries/{new_id()}/replay")
    assert await code_of(answer) == (404, "not_found")
