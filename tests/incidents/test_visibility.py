"""Who sees which incidents: the database and every channel agree with the rule in plain words."""

import csv
import io
from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Assignment
from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth.confining import confine
from gridsvc.auth.policy import Permission, may
from gridsvc.auth.principal import Principal, Role
from gridsvc.auth.repository import principal_of
from gridsvc.auth.service import add_credential
from gridsvc.auth.sight import sight_of
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.db.viewer import VIEWER
from gridsvc.incidents import past
from gridsvc.incidents.headline import headline
from gridsvc.incidents.lifecycle import OPEN, UNHANDLED, Status
from gridsvc.incidents.model import Incident
from gridsvc.incidents.search import Filters
from gridsvc.incidents.visibility import visible_to
from gridsvc.planning.consequences import changes
from gridsvc.reports.counting import By, Way
from gridsvc.reports.frames import read_load, workload_frame
from gridsvc.reports.units import Unit
from gridsvc.routing.service import Router
from gridsvc.settings import Settings
from gridsvc.whistles.model import Whistle
from gridsvc.whistles.visibility import whistles_visible_to
from tests.factories import BEGAN, make_account, report_body
from tests.fixtures.web import ClientOf
from tests.incidents.crowd import Crowd, Somebody, crowd
from tests.incidents.population import Register, incident
from tests.scripts import migration

# One round trip: what a query that asks for everything is given of all that hangs on incidents.
ALL_SHOWN = text(
    """
    SELECT ARRAY(SELECT id FROM incident), ARRAY(SELECT incident_id FROM incident_event),
           ARRAY(SELECT incident_id FROM routing_decision),
           ARRAY(SELECT incident_id FROM attachment), ARRAY(SELECT incident_id FROM reporter),
           ARRAY(SELECT incident_id FROM notice), ARRAY(SELECT id FROM whistle)
    """
)


async def principal(db: AsyncSession, one: Somebody, *, now: datetime) -> Principal:
    return await principal_of(db, one.account, credential_id=new_id(), now=now)


async def test_a_thousand_appointments_show_what_the_rule_says(
    db: AsyncSession, app: FastAPI, database: Database
) -> None:
    made, now = await crowd(db), utc_now()
    seen = [made.seen_by(one) for one in made.people]
    told = Counter(len(ids) for ids in seen)
    assert min(told) == 0
    assert max(told) == len(made.incidents)
    assert len(told) > 40, "the crowd is too much alike to show anything"
    for one, expected in zip(made.people, seen, strict=True):
        who = await principal(db, one, now=now)
        await assert_shown(db, made, one, who, expected)
    sample = Random(5).sample(list(zip(made.people, seen, strict=True)), 9)
    for one, expected in sample:
        await assert_told(db, made, await principal(db, one, now=now), expected)
        token = await token_of(database, one)
        headers = {"Authorization": f"Bearer {token}"}
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", headers=headers
        ) as client:
            await assert_answered(client, made, one, expected)


async def assert_shown(
    db: AsyncSession, made: Crowd, one: Somebody, who: Principal, expected: set[UUID]
) -> None:
    """What the database gives them, whatever is asked; and what a query narrows itself to."""
    narrowed = set(await db.scalars(select(Incident.id).where(visible_to(who))))
    assert narrowed == expected, one
    whistling = set(await db.scalars(select(Whistle.id).where(whistles_visible_to(who))))
    everything = {found.id for found in made.incidents}
    assert sight_of(who).everything <= (expected == everything)
    savepoint = await db.begin_nested()
    await confine(db, who)
    *hanging, notices, whistles = (await db.execute(ALL_SHOWN)).one()
    await savepoint.rollback()
    assert all(set(ids) == expected for ids in hanging), one
    touching = {it.id for it in made.whistles if made.sees_whistle(one, it)}
    assert set(whistles) == whistling == touching, one
    if not sight_of(who).everything:
        inboxes = made.inboxes(one)
        assert len(notices) == await count_notices(db, inboxes), one


async def count_notices(db: AsyncSession, inboxes: Collection[UUID]) -> int:
    counted = text("SELECT count(*) FROM notice WHERE organisation_id = ANY (:them)")
    return int((await db.execute(counted, {"them": list(inboxes)})).scalar_one())


async def assert_told(db: AsyncSession, made: Crowd, who: Principal, expected: set[UUID]) -> None:
    """What is counted and drawn for them: the start page, maps, diffs and replays."""
    found = [one for one in made.incidents if one.id in expected]
    now = utc_now()
    savepoint = await db.begin_nested()
    await confine(db, who)
    head = await headline(db, who=who, now=now)
    assert head.open == sum(Status(one.status) in OPEN for one in found)
    way, unit = Way(By.ROUTED, now, Settings()), Unit("street", "street", "街道")
    load = await read_load(db, unit, Filters(), way, who=who, now=now)
    frame, elsewhere = workload_frame(load)
    filed, by_street = (
        dict(zip(frame["code"], frame["filed"], strict=True)),
        Counter(one.street for one in found),
    )
    assert filed == {code: by_street[code] for code in filed}
    assert elsewhere == len(found) - sum(filed.values())
    occurred = past.during(BEGAN, now) & visible_to(who)
    assert await past.count(db, occurred) == len(found)
    diff = await changes(db, Router.of(Settings()), None, at=now, who=who, now=now)
    waiting = [one for one in found if Status(one.status) in UNHANDLED and one.location]
    assert (diff.total, diff.seen) == (len(waiting), len(waiting))
    await savepoint.rollback()


async def token_of(database: Database, one: Somebody) -> str:
    async with database.transaction() as db:
        return await add_credential(
            db,
            one.account.id,
            kind="bearer",
            name="test",
            life=timedelta(days=1),
            now=utc_now(),
        )


PARTS = ("actions", "clock", "events", "routing")


async def assert_answered(
    client: httpx.AsyncClient, made: Crowd, one: Somebody, expected: set[UUID]
) -> None:
    """What every address answers them."""
    if not any(post.gives(Permission.INCIDENTS_READ) for post in one.posts):
        assert (await client.get("/v1/incidents")).status_code == 403
        assert (await client.get("/v1/workload")).status_code == 403
        return
    for f in ("json", "geojson", "csv"):
        assert await listed(client, f) == expected
    assert (await client.get("/v1/workload")).json()["total"]["filed"] == len(expected)
    anew = await client.get("/v1/workload", params={"as": "reassigned", "unit": "grid"})
    assert anew.json()["total"]["filed"] == len(expected)
    waiting = {it.id for it in made.incidents if it.id in expected and Status(it.status) in OPEN}
    queue = (await client.get("/queue", params={"tab": "all_open"})).text
    assert f'aria-current="page">全部未结 <span class="count">{len(waiting)}<' in queue
    for found in Random(1).sample(list(made.incidents), 6):
        path, shown = f"/v1/incidents/{found.id}", found.id in expected
        for address in (path, *(f"{path}/{part}" for part in PARTS)):
            assert (await client.get(address)).status_code == (200 if shown else 404)
        if not shown:
            for page in (f"{path}/routing/map", f"/cases/{found.id}"):
                assert (await client.get(page)).status_code == 404
            step = {"action": "accept"}
            answer = await client.post(
                f"{path}/transitions", json=step, headers={"If-Match": '"1"'}
            )
            assert answer.status_code in {403, 404}


async def listed(client: httpx.AsyncClient, f: str) -> set[UUID]:
    answer = await client.get("/v1/incidents", params={"limit": 1000, "f": f})
    if f == "csv":
        rows = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
        return {UUID(row["id"]) for row in rows}
    found = answer.json()
    return {UUID(one["id"]) for one in found["features" if f == "geojson" else "incidents"]}


@pytest.mark.parametrize(
    ("organisation", "seen"),
    [("clean1", True), ("s1", True), ("city", True), ("s2", False), ("clean2", False)],
)
async def test_who_leads_or_helps_sees_it_and_so_do_those_above(
    client_of: ClientOf, db: AsyncSession, organisation: str, seen: bool
) -> None:
    made = await reported(await client_of(Role.GRID_WORKER))
    named = await organisation_by_code(db, organisation, field="organisation")
    handler = await client_of(Role.DEPARTMENT_HANDLER, organisation=named.id)
    assert (await handler.get(f"/v1/incidents/{made}")).status_code == (200 if seen else 404)


async def test_who_helped_before_there_was_a_column_is_read_from_the_decision(
    client_of: ClientOf, db: AsyncSession
) -> None:
    made = await reported(await client_of(Role.GRID_WORKER))
    kept = select(Incident.co_handler_ids).where(Incident.id == UUID(made))
    (helper,) = (await db.execute(kept)).scalar_one()
    await db.execute(update(Incident).values(co_handler_ids=[]))
    await db.execute(text(migration("20261129_sight").HELPERS))
    assert (await db.execute(kept)).scalar_one() == [helper]


async def reported(worker: httpx.AsyncClient) -> str:
    """Report what clean1 leads and s1 helps with."""
    answer = await worker.post("/v1/incidents", json=report_body(0.5, 0.5))
    return str(answer.json()["id"])


class TestConfinement:
    """The role of requests: it reads what it is told that it may, and writes no case."""

    @pytest.mark.parametrize("sight", ["", "{}", '{"street": []}', '{"reporters": []}'])
    async def test_without_a_word_nothing_is_seen(self, db: AsyncSession, sight: str) -> None:
        account = await make_account(db, "somebody")
        db.add(incident(await Register.read(db), account))
        await db.flush()
        assert await db.scalar(select(func.count(Incident.id))) == 1
        told = {"role": VIEWER, "sight": sight}
        asked = "SELECT set_config('role', :role, true), set_config('gridsvc.sight', :sight, true)"
        await db.execute(text(asked), told)
        assert await db.scalar(select(func.count(Incident.id))) == 0

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE incident SET status = 'closed'",
            "UPDATE incident SET lead_id = NULL",
            "DELETE FROM incident",
            "TRUNCATE incident CASCADE",
            "INSERT INTO incident SELECT * FROM incident",
            "UPDATE incident_event SET note = 'x'",
            "DELETE FROM notice",
            "SELECT secret_hash FROM credential",
            "ALTER TABLE incident DISABLE ROW LEVEL SECURITY",
            "DROP POLICY seen ON incident",
        ],
    )
    async def test_it_writes_no_case_and_keeps_its_bounds(
        self, db: AsyncSession, statement: str
    ) -> None:
        account = await make_account(db, "worker", Role.GRID_WORKER)
        db.add(incident(await Register.read(db), account))
        await db.flush()
        await confine(db, await principal_of(db, account, credential_id=new_id(), now=utc_now()))
        assert await db.scalar(select(func.count(Incident.id))) == 1
        with pytest.raises(DBAPIError, match=r"row-level security|permission denied|must be owner"):
            await db.execute(text(statement))

    async def test_it_ends_with_the_transaction(self, city_url: str) -> None:
        """A pooled connection is the service's own again, whoever had it before."""
        own = Database.connect(city_url, pool_size=1)
        async with own.transaction() as db:
            account = await make_account(db, "worker", Role.GRID_WORKER)
            account_id = account.id
        for _ in range(2):
            async with own.sessions() as db:
                who = await principal_of(db, account, credential_id=new_id(), now=utc_now())
                await confine(db, who)
                assert await db.scalar(text("SELECT current_user")) == VIEWER
                assert str(account_id) in await db.scalar(text("SHOW gridsvc.sight"))
                await db.commit()
                assert await db.scalar(text("SELECT current_user")) != VIEWER
                assert not await db.scalar(text("SELECT current_setting('gridsvc.sight', true)"))
        await own.close()


class TestAssignments:
    """A grid counts while somebody looks after it: its first moment in, its last one out."""

    @pytest.mark.parametrize(
        ("since", "until", "seen"),
        [
            (timedelta(0), None, True),
            (timedelta(microseconds=1), None, False),
            (-timedelta(days=2), timedelta(microseconds=1), True),
            (-timedelta(days=2), timedelta(0), False),
        ],
    )
    async def test_a_grid_is_seen_while_it_is_looked_after(
        self, db: AsyncSession, since: timedelta, until: timedelta | None, seen: bool
    ) -> None:
        now = BEGAN + timedelta(days=10)
        account = await make_account(db, "worker", Role.GRID_WORKER)
        await db.execute(text("UPDATE worker SET account_id = :id"), {"id": account.id})
        times = {"valid_from": now + since, "valid_to": None if until is None else now + until}
        await db.execute(update(Assignment).values(times))
        who = await principal_of(db, account, credential_id=new_id(), now=now)
        assert sight_of(who).areas.get("grid", frozenset()) == ({"G00"} if seen else set())
        assert may(who, Permission.INCIDENTS_READ)
