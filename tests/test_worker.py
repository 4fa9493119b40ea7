"""Jobs: enqueued with what they follow from, done once however often they run."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc import worker
from gridsvc.auth.principal import Role
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.db.jobs import defer
from gridsvc.db.session import Database
from tests.factories import make_account, report_body
from tests.fixtures.web import ClientOf
from tests.live import Live, live

Row = tuple[Any, ...]


async def rows(database: Database, statement: str, **values: Any) -> list[Row]:
    async with database.sessions() as db:
        return [tuple(row) for row in await db.execute(text(statement), values)]


async def jobs(db: AsyncSession) -> list[Row]:
    found = await db.execute(
        text("SELECT task_name, args, status::text FROM procrastinate_jobs ORDER BY id")
    )
    return [tuple(row) for row in found]


class TestEnqueued:
    async def test_a_report_enqueues_one_job(self, client_of: ClientOf, db: AsyncSession) -> None:
        client = await client_of(Role.GRID_WORKER)
        body = report_body(0.5, 0.5, id=str(new_id()))
        for _ in range(2):
            await client.post("/v1/incidents", json=body)
        assert await jobs(db) == [
            ("tell_owner", {"incident_id": body["id"], "kind": "filed"}, "todo")
        ]

    @pytest.mark.parametrize(
        "body", [report_body(0.5, 0.5, category="9999"), report_body(30, 0.5), {}]
    )
    async def test_a_refused_report_enqueues_none(
        self, client_of: ClientOf, db: AsyncSession, body: dict[str, Any]
    ) -> None:
        answer = await (await client_of(Role.GRID_WORKER)).post("/v1/incidents", json=body)
        assert answer.status_code == 422
        assert await jobs(db) == []

    async def test_what_is_rolled_back_was_never_enqueued(self, db: AsyncSession) -> None:
        savepoint = await db.begin_nested()
        await defer(db, "tell_owner", incident_id="-", kind="filed")
        assert len(await jobs(db)) == 1
        await savepoint.rollback()
        assert await jobs(db) == []

    async def test_an_action_enqueues_one_too(self, client_of: ClientOf, db: AsyncSession) -> None:
        client = await client_of(Role.GRID_WORKER)
        body = report_body(0.5, 0.5, id=str(new_id()))
        await client.post("/v1/incidents", json=body)
        step = {"action": "withdraw", "note": "误报"}
        path, headers = f"/v1/incidents/{body['id']}/transitions", {"If-Match": '"1"'}
        assert (await client.post(path, json=step, headers=headers)).status_code == 200
        assert [args["kind"] for _, args, _ in await jobs(db)] == ["filed", "withdrawn"]


@pytest_asyncio.fixture
async def running(city_url: str) -> AsyncIterator[Live]:
    async with live(city_url) as found:
        yield found


async def reported(running: Live) -> UUID:
    client = await running.client(Role.GRID_WORKER, login=f"worker-{new_id()}")
    answer = await client.post("/v1/incidents", json=report_body(0.5, 0.5))
    return UUID(answer.json()["id"])


NOTICES = """
    SELECT o.code, n.incident_id, n.kind
    FROM notice n JOIN organisation o ON o.id = n.organisation_id
"""
STATES = "SELECT status::text, attempts FROM procrastinate_jobs"


class TestDone:
    async def test_the_owner_is_told_once(self, running: Live, city_url: str) -> None:
        incident_id = await reported(running)
        await worker.work(city_url, once=True)
        assert await rows(running.database, NOTICES) == [("clean1", incident_id, "filed")]
        assert [state for state, _ in await rows(running.database, STATES)] == ["succeeded"]
        await worker.work(city_url, once=True)
        assert len(await rows(running.database, NOTICES)) == 1

    async def test_a_job_that_runs_again_does_no_more(self, running: Live, city_url: str) -> None:
        incident_id = await reported(running)
        async with running.database.transaction() as db:
            await defer(db, "tell_owner", incident_id=str(incident_id), kind="filed")
        await worker.work(city_url, once=True)
        assert [state for state, _ in await rows(running.database, STATES)] == ["succeeded"] * 2
        assert len(await rows(running.database, NOTICES)) == 1

    async def test_one_that_fails_is_kept_for_later_and_stops_no_other(
        self, running: Live, city_url: str
    ) -> None:
        async with running.database.transaction() as db:
            await defer(db, "tell_owner", incident_id="no id at all", kind="filed")
        await reported(running)
        await worker.work(city_url, once=True)
        assert sorted(await rows(running.database, STATES)) == [("succeeded", 1), ("todo", 1)]
        assert len(await rows(running.database, NOTICES)) == 1

    async def test_a_job_for_what_is_not_there_is_done(self, running: Live, city_url: str) -> None:
        async with running.database.transaction() as db:
            await defer(db, "tell_owner", incident_id=str(new_id()), kind="filed")
        await worker.work(city_url, once=True)
        assert await rows(running.database, STATES) == [("succeeded", 1)]


async def test_keys_are_forgotten_after_a_day_and_not_before(running: Live, city_url: str) -> None:
    age = {"fresh": worker.KEYS_KEPT - timedelta(minutes=1), "old": worker.KEYS_KEPT}
    async with running.database.transaction() as db:
        account = await make_account(db, "worker", Role.GRID_WORKER)
        for key, elapsed in age.items():
            await db.execute(
                text("INSERT INTO idempotency_key VALUES (:account, :key, :incident, :at)"),
                {
                    "account": account.id,
                    "key": key,
                    "incident": new_id(),
                    "at": utc_now() - elapsed,
                },
            )
        await defer(db, "forget_keys", timestamp=0)
    await worker.work(city_url, once=True)
    assert await rows(running.database, "SELECT key FROM idempotency_key") == [("fresh",)]


def test_every_job_that_is_enqueued_is_one_that_can_be_done() -> None:
    listed = worker.make_jobs("postgresql://-", Database.connect("postgresql://-")).tasks
    assert {"tell_owner", "forget_keys"} <= set(listed)
