"""Deadlines of incidents: reckoned by the calendar in force, and held against a newer one."""

from datetime import date, datetime, timedelta

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from gridsvc.calendars.book import Book, Version
from gridsvc.calendars.repository import read_book
from gridsvc.calendars.service import publish_calendar, use_calendar
from gridsvc.clock.calendar import Calendar
from gridsvc.clock.choice import Use
from gridsvc.clock.deadline import add
from gridsvc.clock.limit import Limit, Unit
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.errors import NotFound
from gridsvc.incidents.deadlines import owed, review
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.incidents.reckoning import Order, reckon
from gridsvc.incidents.rows import due_of
from tests.clock.calendars import calendar_of
from tests.factories import BEGAN, report_body
from tests.fixtures.web import ClientOf
from tests.incidents.test_loop import follow

LIMIT = Limit(2, Unit.WORK_DAY)


def resting(*, days: int, horizon: date | None = None) -> Calendar:
    """A calendar with holidays from yesterday on, so that a limit surely runs over some."""
    first = utc_now().date() - timedelta(days=1)
    return calendar_of(holidays=[first + timedelta(days=n) for n in range(days)], horizon=horizon)


async def put(database: Database, code: str, calendar: Calendar, **where: str) -> None:
    async with database.transaction() as db:
        await publish_calendar(db, code, calendar, title=None, valid_from=BEGAN)
        await use_calendar(db, code, organisation=where.get("organisation"), valid_from=BEGAN)
        # As the commit would: the test's own transaction never ends in one.
        await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


@pytest_asyncio.fixture
async def worker(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.GRID_WORKER)


async def report(worker: httpx.AsyncClient, db: AsyncSession, column: float) -> Incident:
    body = report_body(column, 0.5, category="0101")
    answer = await worker.post("/v1/incidents", json=body)
    assert answer.status_code == 201
    found = select(Incident).where(Incident.id == answer.json()["id"])
    return (await db.execute(found)).scalar_one()


async def told(db: AsyncSession, incident: Incident) -> str:
    event = await db.scalar(select(IncidentEvent).where(IncidentEvent.incident_id == incident.id))
    assert event is not None
    return str(event.detail["calendar"])


async def test_a_new_calendar_is_used_from_the_next_report_on(
    worker: httpx.AsyncClient, database: Database, db: AsyncSession
) -> None:
    before = await report(worker, db, 0.5)
    assert await told(db, before) == "default"
    assert before.due_at == add(before.reported_at, LIMIT, Calendar())
    calendar = resting(days=20)
    await put(database, "city", calendar)
    after = await report(worker, db, 0.5)
    assert await told(db, after) == "city/1"
    assert after.due_at == add(after.reported_at, LIMIT, calendar)
    assert after.due_at - before.due_at > timedelta(days=10)


async def test_who_leads_decides_by_which_calendar(
    worker: httpx.AsyncClient, database: Database, db: AsyncSession
) -> None:
    """Lamps of the south-western cell are the power company's; the others fall to the streets."""
    await put(database, "city", resting(days=20))
    await put(database, "power", resting(days=40), organisation="power")
    assert await told(db, await report(worker, db, 0.5)) == "power/1"
    assert await told(db, await report(worker, db, 3.5)) == "city/1"


async def test_a_review_tells_what_moves_and_what_is_past_the_horizon(
    worker: httpx.AsyncClient, database: Database, db: AsyncSession
) -> None:
    incident = await report(worker, db, 0.5)
    at = utc_now()
    same = review(await owed(db), await read_book(db, default=Calendar()), at=at)
    assert (same.total, same.moving, same.past) == (1, 0, {})
    calendar = resting(days=20, horizon=at.date() - timedelta(days=1))
    await put(database, "city", calendar)
    found = review(await owed(db), await read_book(db, default=Calendar()), at=at)
    (moved,) = found.moved["city/1"]
    assert moved.key == incident.reference
    assert moved.would_be == add(incident.reported_at, LIMIT, calendar)
    assert [one.key for one in found.past["city/1"]] == [incident.reference]


async def test_deadlines_move_by_order_and_each_case_tells_so(
    worker: httpx.AsyncClient, database: Database, db: AsyncSession
) -> None:
    incident = await report(worker, db, 0.5)
    before, calendar = incident.due_at, resting(days=20)
    await put(database, "city", calendar)
    order = Order("grid_worker", "新一年度节假日", utc_now())
    async with database.transaction() as session:
        assert await reckon(session, order, default=Calendar()) == 1
        assert await reckon(session, order, default=Calendar()) == 0
    await db.refresh(incident)
    assert incident.due_at == add(incident.reported_at, LIMIT, calendar)
    assert (incident.version, incident.status) == (2, "dispatched")
    events = (await worker.get(f"/v1/incidents/{incident.id}/events")).json()
    assert events[-1]["action"] == "reckon"
    assert events[-1]["note"] == "新一年度节假日"
    assert events[-1]["detail"]["calendar"] == "city/1"
    assert datetime.fromisoformat(events[-1]["detail"]["due_before"]) == before


async def test_a_clock_that_began_anew_moves_by_what_happened_to_it(
    worker: httpx.AsyncClient, client_of: ClientOf, database: Database, db: AsyncSession
) -> None:
    incident = await report(worker, db, 0.5)
    centre = await client_of(Role.COMMAND_CENTRE)
    to_another = {"action": "dispatch", "lead": "clean2"}
    await follow(centre, str(incident.id), {"action": "return", "note": "重派"}, to_another)
    calendar = resting(days=20)
    await put(database, "city", calendar)
    order = Order("grid_worker", "新一年度节假日", utc_now())
    assert [await reckon(db, order, default=Calendar()) for _ in range(2)] == [1, 0]
    events = (await worker.get(f"/v1/incidents/{incident.id}/events")).json()
    given = next(datetime.fromisoformat(it["at"]) for it in events if it["action"] == "dispatch")
    await db.refresh(incident)
    assert incident.due_at == add(given, LIMIT, calendar)


async def test_what_is_dealt_with_keeps_its_deadline(
    worker: httpx.AsyncClient, database: Database, db: AsyncSession
) -> None:
    incident = await report(worker, db, 0.5)
    incident.status = "handled"
    await db.commit()
    await put(database, "city", resting(days=20))
    order = Order("grid_worker", "-", utc_now())
    assert await reckon(db, order, default=Calendar()) == 0


async def test_nobody_moves_deadlines_without_a_name(db: AsyncSession) -> None:
    with pytest.raises(NotFound) as refused:
        await reckon(db, Order("nobody", "-", utc_now()), default=Calendar())
    assert refused.value.code == "unknown_account"


def test_a_deadline_is_reckoned_by_the_version_of_the_time_of_reckoning() -> None:
    """The report may be older: what has been put right since then counts for it too."""
    later = BEGAN + timedelta(days=1)
    old, new = Calendar(), resting(days=1)
    book = Book(
        default=Calendar(),
        versions=[
            Version("city", "-", 1, BEGAN, later, old),
            Version("city", "-", 2, later, None, new),
        ],
        uses=[Use("city", BEGAN)],
    )
    names = [
        due_of(LIMIT, book, began=BEGAN, at=at, lead=None, codes={}).detail["calendar"]
        for at in (BEGAN, later)
    ]
    assert names == ["city/1", "city/2"]
