"""Reports while the map changes: none uses a superseded map, none fails, none is lost."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio
from sqlalchemy import text

from gridsvc.auth.principal import Role
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.planning.activation import activate
from gridsvc.planning.drafts import Actor, Wanted, start
from gridsvc.planning.editing import change
from gridsvc.planning.edits import Change, multi
from gridsvc.planning.kinds import Kind
from gridsvc.routing.atlas import Atlas
from tests.factories import cell, report_body
from tests.live import Live, live

ACTIVATIONS = 100
REPORTERS = 4
LAMP = report_body(1.5, 0.5, category="0101")
PAUSE_S = 0.02
"""So that the hundred activations come to their turn."""
PATIENCE_S = 20

NOTED = """
CREATE TABLE noted (decision uuid, used bigint, committed bigint);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO noted SELECT NEW.id, NEW.map_version, number FROM map_version;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER noted AFTER INSERT ON routing_decision
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note()
"""
USED = """
SELECT d.record->>'at', r.value->>'number', l.valid_from, l.valid_to, o.code
FROM routing_decision d
JOIN organisation o ON o.id = d.lead_id
CROSS JOIN LATERAL jsonb_array_elements(d.record->'releases') r
JOIN release l ON l.id = (r.value->>'id')::uuid
WHERE r.value->>'layer' = 'power'
  AND (l.valid_from > (d.record->>'at')::timestamptz
       OR l.valid_to <= (d.record->>'at')::timestamptz)
"""


CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"


@pytest_asyncio.fixture
async def running(city_url: str) -> AsyncIterator[Live]:
    async with live(city_url) as found:
        yield found


async def rows(database: Database, statement: str) -> list[tuple[Any, ...]]:
    async with database.sessions() as db:
        return [tuple(row) for row in await db.execute(text(statement))]


async def widen(database: Database, columns: int) -> None:
    """Let the power company's zone reach over so many columns: a draft that is activated now."""
    async with database.transaction() as db:
        actor = Actor(None, utc_now())
        wanted = Wanted(kind=Kind.LAYER, layer="power", title=f"{columns}")
        draft = await start(db, wanted, actor)
        edit = Change("P1", {"geometry": multi(cell(0, 0, columns, 1))})
        said = {"action": "change", "code": "P1"}
        await change(db, draft.id, edit, version=None, said=said, actor=actor)
        await activate(db, draft.id, at=None, version=None, actor=actor)


async def report_until(
    done: asyncio.Event, client: httpx.AsyncClient
) -> list[tuple[int, dict[str, Any]]]:
    answers = []
    while not done.is_set():
        answer = await client.post("/v1/incidents", json=LAMP)
        answers.append((answer.status_code, answer.json()))
        await asyncio.sleep(PAUSE_S)
    return answers


async def test_a_hundred_activations_among_reports(running: Live, city_url: str) -> None:
    async with running.database.transaction() as db:
        for statement in NOTED.split(";\nCREATE "):
            await db.execute(text(statement if "noted (" in statement else f"CREATE {statement}"))
    async with live(city_url) as second:
        clients = [
            await process.client(Role.GRID_WORKER, login=f"w{number}")
            for number, process in enumerate([running, second] * (REPORTERS // 2))
        ]
        done = asyncio.Event()
        reporters = [asyncio.create_task(report_until(done, client)) for client in clients]
        for number in range(ACTIVATIONS):
            await widen(running.database, 2 - number % 2)
        done.set()
        answers = [answer for listed in await asyncio.gather(*reporters) for answer in listed]
    assert {status for status, _ in answers} == {201}
    assert len(answers) > REPORTERS
    kept = await rows(running.database, "SELECT id::text FROM incident")
    assert {row[0] for row in kept} == {body["id"] for _, body in answers}
    noted = await rows(running.database, "SELECT used, committed FROM noted")
    assert len(noted) == len(answers)
    assert [pair for pair in noted if pair[0] != pair[1]] == []
    assert await rows(running.database, USED) == []
    leads = {body["routing"]["lead"]["code"] for _, body in answers}
    assert leads == {"power", "s1"}


async def newer(atlas: Atlas, than: int) -> int:
    """Wait, without asking it anything, until a process has a newer map."""
    for _ in range(round(PATIENCE_S / PAUSE_S)):
        if atlas._edition is not None and atlas._edition.version > than:
            return atlas._edition.version
        await asyncio.sleep(PAUSE_S)
    raise TimeoutError


async def test_a_process_hears_of_a_new_map_by_itself(running: Live, city_url: str) -> None:
    async with running.app.router.lifespan_context(running.app):
        atlas: Atlas = running.app.state.desk.router.atlas
        other = Database.connect(city_url, pool_size=1)
        version = await newer(atlas, than=0)
        for number in range(2):
            await widen(other, 2 + number)
            version = await newer(atlas, than=version)
            # Its ear is cut off; it listens again, and learns what it has missed.
            assert await rows(other, CUT)
        await other.close()
