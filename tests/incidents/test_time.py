"""Time on a case over HTTP: more of it, none for a while, what is said of too much, reminders."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.auth.principal import Role
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.incidents.headline import is_overdue
from gridsvc.incidents.model import Incident
from gridsvc.incidents.resuming import resume_due
from gridsvc.incidents.service import Desk
from gridsvc.notices.alarms import lay_out, ring
from gridsvc.notices.model import Notice
from gridsvc.settings import Settings
from tests.fixtures.web import ClientOf, set_clock
from tests.incidents.test_loop import follow, reported, take

NOTE = "等待施工许可"
MINUTES = timedelta(minutes=1)


class Office:
    """A handler, two levels above, and the clock that requests read."""

    def __init__(self, app: FastAPI, handler: httpx.AsyncClient, leader: httpx.AsyncClient) -> None:
        self.app, self.handler, self.leader = app, handler, leader
        self.now = utc_now()
        set_clock(app, lambda: self.now)

    async def due(self, made: str) -> datetime:
        told = (await self.handler.get(f"/v1/incidents/{made}")).json()["due_at"]
        return datetime.fromisoformat(told)

    async def clock(self, made: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.handler.get(f"/v1/incidents/{made}/clock")).json()
        return found


@pytest_asyncio.fixture
async def office(app: FastAPI, client_of: ClientOf) -> Office:
    return Office(app, await client_of(Role.COMMAND_CENTRE), await client_of(Role.SHIFT_LEADER))


async def test_it_is_extended_by_its_limit_once_at_each_level(office: Office) -> None:
    made = await reported(office.handler)
    first = await office.due(made)
    await follow(office.handler, made, {"action": "accept"})
    assert (await take(office.handler, made, "ask_extension")).json()["code"] == "note_required"
    asking: dict[str, Any] = {"action": "ask_extension", "note": NOTE}
    await follow(office.handler, made, asking)
    await follow(office.leader, made, {"action": "approve_extension"})
    assert await office.due(made) - first == timedelta(hours=4)
    await follow(office.handler, made, asking)
    refused = await take(office.leader, made, "approve_extension")
    assert (refused.status_code, refused.json()["permission"]) == (403, "incidents:arbitrate")
    await follow(office.handler, made, {"action": "approve_extension"})
    assert await office.due(made) - first == timedelta(hours=8)
    assert (await take(office.handler, made, **asking)).json()["code"] == "extended_twice"
    told = await office.clock(made)
    assert (told["total_minutes"], told["light"]) == (12 * 60, "green")


async def test_it_stands_while_suspended_and_goes_on_by_itself(
    office: Office, database: Database, db: AsyncSession
) -> None:
    made, desk = await reported(office.handler), Desk.of(Settings())
    first, began = await office.due(made), office.now
    until = began + timedelta(hours=12)
    asking = {"action": "ask_suspension", "note": NOTE, "until": until.isoformat()}
    await follow(office.handler, made, {"action": "accept"}, asking)
    await follow(office.leader, made, {"action": "approve_suspension"})
    office.now += 60 * MINUTES
    suspended = {"action": "suspend", "note": NOTE}
    assert await follow(office.handler, made, suspended) == "suspended"
    office.now = until + 5 * MINUTES
    late = select(Incident.reference).where(is_overdue(office.now))
    assert (await db.scalars(late)).all() == []
    for at, expected in ((until - MINUTES, 0), (office.now, 1), (office.now, 0)):
        async with database.transaction() as session:
            assert await resume_due(session, desk, now=at) == expected
    assert await office.due(made) == first + (office.now - began - 60 * MINUTES)
    told = await office.clock(made)
    assert [it["status"] for it in told["passages"]] == ["handling", "suspended"]
    assert (told["runs"], told["used_minutes"]) == (True, 60)


async def test_an_appeal_leaves_the_fact_and_mends_the_figure(
    office: Office, db: AsyncSession
) -> None:
    made = await reported(office.handler)
    await follow(office.handler, made, {"action": "accept"})
    appeal: dict[str, Any] = {"action": "appeal", "note": "停电三小时，无法施工"}
    assert (await take(office.handler, made, **appeal)).json()["code"] == "not_overdue"
    office.now += timedelta(hours=5)
    late = select(Incident.reference).where(is_overdue(office.now))
    assert len((await db.scalars(late)).all()) == 1
    await follow(office.handler, made, appeal, {"action": "review_appeal", "note": "属实"})
    again = await take(office.handler, made, "grant_appeal", note="属实")
    assert (again.status_code, again.json()["code"]) == (403, "same_person")
    denied = await take(office.leader, made, "grant_appeal", note="属实")
    assert denied.status_code == 403
    await follow(office.handler, made, {"action": "deny_appeal", "note": "证据不足"})
    assert (await take(office.handler, made, **appeal)).json()["code"] == "appealed_before"

    other = await reported(office.handler)
    office.now += timedelta(hours=5)
    await follow(office.handler, other, appeal)
    await follow(office.leader, other, {"action": "review_appeal", "note": "属实"})
    await follow(office.handler, other, {"action": "grant_appeal", "note": "属实"})
    still = (await db.scalars(select(Incident.id).where(is_overdue(office.now)))).all()
    assert [str(it) for it in still] == [made]
    assert (await office.clock(other))["light"] == "red"


async def test_every_stage_has_its_clock(office: Office) -> None:
    """A call: ten minutes to file it, twenty to dispatch it, five in the department's hands."""
    made = await reported(office.handler, channel="hotline")
    for minutes, action in ((10, "file"), (20, "dispatch")):
        office.now += minutes * MINUTES
        await follow(office.handler, made, {"action": action})
    office.now += 5 * MINUTES
    told = await office.clock(made)
    assert [(it["clock"], it["minutes"]) for it in told["passages"]] == [
        ("acceptance", 10),
        ("dispatch", 20),
        ("handling", 5),
    ]
    stages = {it["code"]: it for it in told["stages"]}
    assert (stages["acceptance"]["light"], stages["acceptance"]["runs"]) == ("green", False)
    assert (stages["dispatch"]["light"], stages["dispatch"]["used_minutes"]) == ("red", 20)
    assert told["used_minutes"] == 5  # the department has its whole limit


class Bell:
    """Lays reminders out and rings them, each in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database, self.desk = database, Desk.of(Settings())

    async def rung(self, now: datetime) -> tuple[int, int]:
        async with self.database.transaction() as db:
            laid = await lay_out(db, self.desk, now=now)
        async with self.database.transaction() as db:
            return laid, await ring(db, now=now)


async def kinds(db: AsyncSession) -> list[tuple[str, str]]:
    listed = (
        select(Notice.kind, Organisation.code)
        .join(Organisation, Organisation.id == Notice.organisation_id)
        .order_by(Notice.created_at, Notice.kind, Organisation.code)
    )
    return [(row[0], row[1]) for row in await db.execute(listed)]


async def test_reminders_ring_once(office: Office, database: Database, db: AsyncSession) -> None:
    bell, began = Bell(database), office.now
    parent = select(Organisation.id).where(Organisation.code == "city").scalar_subquery()
    await db.execute(
        update(Organisation).where(Organisation.code == "clean1").values(parent_id=parent)
    )
    await db.commit()
    made = await reported(office.handler)
    assert await bell.rung(began) == (1, 0)
    for hours, rings in ((3.1, 0), (3.3, 1), (3.4, 0), (4.1, 1), (27, 0), (29, 1), (90, 0)):
        assert await bell.rung(began + timedelta(hours=hours)) == (0, rings)
    assert await kinds(db) == [
        ("yellow:handling", "clean1"),
        ("overdue:handling", "clean1"),
        ("escalated:handling", "city"),
        ("escalated:handling", "clean1"),
    ]
    await follow(office.handler, made, {"action": "accept"})
    assert await bell.rung(began + timedelta(hours=91)) == (1, 0)  # the same round: all rung


async def test_what_stands_or_has_ended_reminds_of_nothing(
    office: Office, database: Database, db: AsyncSession
) -> None:
    bell, began = Bell(database), office.now
    returned, ended = await reported(office.handler), await reported(office.handler)
    assert await bell.rung(began) == (2, 0)
    await follow(office.handler, returned, {"action": "return", "note": "再看"})
    await follow(office.handler, ended, {"action": "reject", "note": "重复"})
    assert await bell.rung(began) == (2, 0)
    assert await bell.rung(began + 16 * MINUTES) == (0, 2)  # the dispatcher's own fifteen
    assert {kind for kind, _ in await kinds(db)} == {"yellow:dispatch", "overdue:dispatch"}
    assert (await db.scalar(text("SELECT count(*) FROM alarm WHERE rung_at IS NULL"))) == 1


@pytest.mark.parametrize("until", ["2020-01-01T00:00:00+08:00", "soon", "2026-01-01T00:00:00"])
async def test_an_end_that_cannot_be(office: Office, until: str) -> None:
    made = await reported(office.handler)
    await follow(office.handler, made, {"action": "accept"})
    answer = await take(office.handler, made, "ask_suspension", note=NOTE, until=until)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "until"
