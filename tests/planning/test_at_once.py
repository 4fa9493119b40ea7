"""Reports while the map changes: none uses a superseded map, none fails, none is lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
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
from tests.planning.desk import Desk

ACTIVATIONS = 100
RULINGS, CANCELLATIONS, ANSWERS = 8, 2, 4
"""What else changes meanwhile, and how often."""
REPORTERS = 4
LAMP = report_body(1.5, 0.5, category="0101")
NOISE = report_body(0.5, 0.5, category="0301")
BESIDE = {"lon": 104.0299, "lat": 30.605, "crs": "wgs84", "accuracy_m": 30}
DOUBTFUL = report_body(0, 0, location=BESIDE)
FOR_LATER = {"at": "2099-01-01T00:00:00+08:00"}
Answers = list[tuple[int, dict[str, Any]]]
PAUSE_S = 0.1
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
  AND d.record->'answer' = 'null'
  AND (l.valid_from > (d.record->>'at')::timestamptz
       OR l.valid_to <= (d.record->>'at')::timestamptz)
"""


CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE query LIKE 'LISTEN%' AND datname = current_database()
"""


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


async def report_until(done: asyncio.Event, client: httpx.AsyncClient) -> Answers:
    answers = []
    while not done.is_set():
        for body in (LAMP, NOISE):
            answer = await client.post("/v1/incidents", json=body)
            answers.append((answer.status_code, answer.json()))
            await asyncio.sleep(PAUSE_S)
    return answers


async def give_answers(client: httpx.AsyncClient) -> Answers:
    """Report what may be of either zone, and say which."""
    answers = []
    for _ in range(ANSWERS):
        made = await client.post("/v1/incidents", json=DOUBTFUL)
        answers.append((made.status_code, made.json()))
        path = f"{made.headers['location']}/routing/answer"
        body = {"option": "cleaning/Z2"}
        given = await client.post(path, json=body, headers={"If-Match": '"1"'})
        assert given.status_code == 200, given.text
        await asyncio.sleep(PAUSE_S)
    return answers


async def change_a_rule(client: httpx.AsyncClient) -> None:
    for number in range(RULINGS):
        body = {"title": "噪声", "category": "0301", "lead": ["s1", "s2"][number % 2]}
        answer = await client.put("/v1/rules/noise", json=body)
        assert answer.status_code == 200, answer.text
        await asyncio.sleep(PAUSE_S)


async def take_back(client: httpx.AsyncClient) -> None:
    """Activate a draft for later and cancel that."""
    desk = await Desk.of(client, layer="cleaning")
    await desk.edit("change", code="Z1", name="别名")
    for _ in range(CANCELLATIONS):
        await desk.do("POST", "/activation", FOR_LATER)
        await desk.do("DELETE", "/activation")
        await asyncio.sleep(PAUSE_S)


async def settled(client: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    """The decision that holds, as anybody may read it."""
    answer = await client.get(f"/v1/incidents/{body['id']}/routing")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["routing"])


async def test_a_hundred_activations_among_reports(running: Live, city_url: str) -> None:
    async with running.database.transaction() as db:
        for statement in NOTED.split(";\nCREATE "):
            await db.execute(text(statement if "noted (" in statement else f"CREATE {statement}"))
    planner = await running.client(Role.PLANNER)
    async with live(city_url) as second:
        clients = [
            await process.client(Role.GRID_WORKER, login=f"w{number}")
            for number, process in enumerate([running, second] * (REPORTERS // 2))
        ]
        done = asyncio.Event()
        others = [change_a_rule(await second.client(Role.PLANNER, login="rules"))]
        others += [take_back(planner)]
        changing = [asyncio.create_task(other) for other in others]
        telling = [asyncio.create_task(report_until(done, client)) for client in clients]
        telling += [asyncio.create_task(give_answers(client)) for client in clients[:2]]
        for number in range(ACTIVATIONS):
            await widen(running.database, 2 - number % 2)
        await asyncio.gather(*changing)
        done.set()
        answers = [answer for listed in await asyncio.gather(*telling) for answer in listed]
        assert {status for status, _ in answers} == {201}
        centre = await running.client(Role.COMMAND_CENTRE)
        records = [await settled(centre, body) for _, body in answers]
    assert len(answers) > REPORTERS
    kept = await rows(running.database, "SELECT id::text FROM incident")
    assert {row[0] for row in kept} == {body["id"] for _, body in answers}
    noted = await rows(running.database, "SELECT used, committed FROM noted")
    assert len(noted) == len(answers) + sum(1 for one in records if one["answer"])
    assert [pair for pair in noted if pair[0] != pair[1]] == []
    assert await rows(running.database, USED) == []
    leads = {body["routing"]["lead"]["code"] for _, body in answers}
    assert leads >= {"power", "s1", "s2"}
    await one_map_at_a_time(planner, records)


async def one_map_at_a_time(planner: httpx.AsyncClient, records: list[dict[str, Any]]) -> None:
    """By one map, whichever process decided, what is later is by a later rule and release.

    And what a record says of its rule is what the history says of it.
    """
    versions = [one["rule"] for one in (await planner.get("/v1/rules/noise/versions")).json()]
    leads = {datetime.fromisoformat(rule["valid_from"]): rule["lead"] for rule in versions}
    assert len(leads) == RULINGS
    reports = [record for record in records if not record["answer"]]
    used: dict[tuple[str, int], list[Any]] = {}
    for record in sorted(reports, key=lambda it: datetime.fromisoformat(it["at"])):
        version = record["map_version"]
        [number] = [one["number"] for one in record["releases"] if one["layer"] == "power"]
        used.setdefault(("power", version), []).append(number)
        if record["rule"] is not None:
            since = datetime.fromisoformat(record["rule"]["valid_from"])
            used.setdefault(("rule", version), []).append(since)
            assert leads[since] == record["lead"]["code"]
    assert {what for what, _ in used} == {"power", "rule"}
    assert all(found == sorted(found) for found in used.values())


async def newer(running: Live, than: int) -> int:
    """Wait until the map at hand in a process, which asking does not renew, is a newer one."""
    atlas: Atlas = running.app.state.desk.router.atlas
    async with running.database.sessions() as db:
        for _ in range(round(PATIENCE_S / PAUSE_S)):
            found = (await atlas.edition(db)).version
            if found > than:
                return found
            await asyncio.sleep(PAUSE_S)
    raise TimeoutError


async def test_a_process_hears_of_a_new_map_by_itself(running: Live, city_url: str) -> None:
    async with running.app.router.lifespan_context(running.app):
        other = Database.connect(city_url, pool_size=1)
        version = await newer(running, than=0)
        for number in range(2):
            await widen(other, 2 + number)
            version = await newer(running, than=version)
            # Its ear is cut off; it listens again, and learns what it has missed.
            assert await rows(other, CUT)
        await other.close()
