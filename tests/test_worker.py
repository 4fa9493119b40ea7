"""Jobs: enqueued with what they follow from, done once however often they run."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import procrastinate
import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc import worker
from gridsvc.areas.model import Organisation
from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth.model import Credential
from gridsvc.auth.principal import Role
from gridsvc.calendars.service import publish_calendar, use_calendar
from gridsvc.clock.calendar import Calendar
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.db.jobs import defer
from gridsvc.db.session import Database
from tests.factories import BEGAN, make_account, report_body
from tests.fixtures.web import ClientOf
from tests.live import Live, live

Row = tuple[Any, ...]
RETURNED = [
    {"action": "return", "note": "不属本单位"},
    {"action": "dispatch", "lead": "clean2"},
    {"action": "accept"},
]
PATIENCE_S = 30


async def rows(database: Database, statement: str, **values: Any) -> list[Row]:
    async with database.sessions() as db:
        return [tuple(row) for row in await db.execute(text(statement), values)]


async def jobs(db: AsyncSession) -> list[Row]:
    found = await db.execute(
        text("SELECT task_name, args, status::text FROM procrastinate_jobs ORDER BY id")
    )
    return [tuple(row) for row in found]


async def owners(db: AsyncSession) -> list[Row]:
    return [tuple(row) for row in await db.execute(select(Organisation.id, Organisation.code))]


class TestEnqueued:
    async def test_a_report_enqueues_one_job(self, client_of: ClientOf, db: AsyncSession) -> None:
        client = await client_of(Role.GRID_WORKER)
        body = report_body(0.5, 0.5, id=str(new_id()))
        for _ in range(2):
            await client.post("/v1/incidents", json=body)
        lead = await organisation_by_code(db, "clean1", field="lead")
        arguments = {"incident_id": body["id"], "sequence": 1, "organisation_id": str(lead.id)}
        assert await jobs(db) == [("tell_owner", arguments, "todo")]

    async def test_a_report_that_nobody_owns_enqueues_none(
        self, client_of: ClientOf, db: AsyncSession
    ) -> None:
        client = await client_of(Role.GRID_WORKER)
        answer = await client.post("/v1/incidents", json=report_body(-0.1, 0.5))
        assert (answer.status_code, answer.json()["status"]) == (201, "filed")
        assert await jobs(db) == []

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
        await defer(db, "tell_owner", incident_id="-")
        assert len(await jobs(db)) == 1
        await savepoint.rollback()
        assert await jobs(db) == []

    async def test_an_action_tells_who_owned_it_before_and_who_does_after(
        self, client_of: ClientOf, db: AsyncSession
    ) -> None:
        client = await client_of(Role.COMMAND_CENTRE)
        body = report_body(0.5, 0.5, id=str(new_id()))
        await client.post("/v1/incidents", json=body)
        for version, step in enumerate(RETURNED, start=1):
            answer = await client.post(
                f"/v1/incidents/{body['id']}/transitions",
                json=step,
                headers={"If-Match": f'"{version}"'},
            )
            assert answer.status_code == 200
        codes = {str(id_): code for id_, code in await owners(db)}
        told = [(args["sequence"], codes[args["organisation_id"]]) for _, args, _ in await jobs(db)]
        assert told == [(1, "clean1"), (2, "clean1"), (3, "clean1"), (3, "clean2"), (4, "clean2")]


@pytest_asyncio.fixture
async def running(city_url: str) -> AsyncIterator[Live]:
    async with live(city_url) as found:
        yield found


async def reported(running: Live) -> UUID:
    client = await running.client(Role.GRID_WORKER, login=f"worker-{new_id()}")
    answer = await client.post("/v1/incidents", json=report_body(0.5, 0.5))
    return UUID(answer.json()["id"])


NOTICES = """
    SELECT o.code, n.incident_id, n.sequence, n.kind
    FROM notice n JOIN organisation o ON o.id = n.organisation_id ORDER BY n.sequence
"""
# Of what is told only: a job of every minute may have come up between.
STATES = "SELECT status::text, attempts FROM procrastinate_jobs WHERE task_name = 'tell_owner'"


class TestDone:
    async def test_the_owner_is_told_once_and_the_job_is_gone(
        self, running: Live, city_url: str
    ) -> None:
        incident_id = await reported(running)
        for _ in range(2):
            await worker.work(city_url, once=True)
            told = await rows(running.database, NOTICES)
            assert told == [("clean1", incident_id, 1, "dispatched")]
            assert await rows(running.database, STATES) == []

    async def test_an_owner_who_gets_it_back_is_told_again(
        self, running: Live, city_url: str
    ) -> None:
        incident_id = await reported(running)
        client = await running.client(Role.COMMAND_CENTRE)
        back = [{"action": "return", "note": "退回"}, {"action": "dispatch", "lead": "clean1"}]
        for version, step in enumerate(back, start=1):
            path, headers = f"/v1/incidents/{incident_id}/transitions", {"If-Match": f'"{version}"'}
            assert (await client.post(path, json=step, headers=headers)).status_code == 200
        await worker.work(city_url, once=True)
        kinds = [kind for *_, kind in await rows(running.database, NOTICES)]
        assert kinds == ["dispatched", "filed", "dispatched"]

    async def test_a_job_that_runs_again_does_no_more(self, running: Live, city_url: str) -> None:
        await reported(running)
        again = "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
        async with running.database.transaction() as db:
            await db.execute(
                text(f"{again} SELECT queue_name, task_name, args, status FROM procrastinate_jobs")
            )
        await worker.work(city_url, once=True)
        assert await rows(running.database, STATES) == []
        assert len(await rows(running.database, NOTICES)) == 1

    async def test_one_that_fails_is_kept_for_later_and_stops_no_other(
        self, running: Live, city_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # On a busy machine all that is done once takes longer than the wait before the next try.
        later = procrastinate.RetryStrategy(max_attempts=worker.TRIES, wait=3600)
        monkeypatch.setattr(worker, "RETRY", later)
        async with running.database.transaction() as db:
            await defer(db, "tell_owner", incident_id="no id", sequence=1, organisation_id="-")
        await reported(running)
        await worker.work(city_url, once=True)
        assert await rows(running.database, STATES) == [("todo", 1)]
        assert len(await rows(running.database, NOTICES)) == 1

    async def test_a_job_for_what_is_not_there_is_done(self, running: Live, city_url: str) -> None:
        nobody = {"incident_id": str(new_id()), "organisation_id": str(new_id())}
        async with running.database.transaction() as db:
            await defer(db, "tell_owner", sequence=1, **nobody)
        await worker.work(city_url, once=True)
        assert await rows(running.database, STATES) == []


class TestKilled:
    async def test_what_a_killed_worker_was_at_is_done_by_another(
        self, running: Live, city_url: str
    ) -> None:
        incident_id = await reported(running)
        await self._killed_at_work(running.database, city_url)
        await self._resume(running.database, city_url)
        assert await rows(running.database, NOTICES) == []
        silent = "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"
        async with running.database.transaction() as db:
            await db.execute(text(silent))
        await self._resume(running.database, city_url)
        told = await rows(running.database, NOTICES)
        assert told == [("clean1", incident_id, 1, "dispatched")]
        assert await rows(running.database, STATES) == []

    async def test_one_that_was_killed_too_often_is_given_up(
        self, running: Live, city_url: str
    ) -> None:
        await reported(running)
        last = f"UPDATE procrastinate_jobs SET status = 'doing', attempts = {worker.TRIES}"
        async with running.database.transaction() as db:
            await db.execute(text(last))
        await self._resume(running.database, city_url)
        assert await rows(running.database, STATES) == [("failed", worker.TRIES + 1)]
        assert await rows(running.database, NOTICES) == []

    @staticmethod
    async def _killed_at_work(database: Database, url: str) -> None:
        """Run a worker that cannot write a notice, and kill it when it has begun to."""
        async with database.transaction() as db:
            await db.execute(text("LOCK TABLE notice IN EXCLUSIVE MODE"))
            environment = {**os.environ, "GRIDSVC_DATABASE_URL": url}
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "gridsvc", "work", env=environment
            )
            for _ in range(PATIENCE_S * 20):
                if ("doing", 0) in await rows(database, STATES):
                    break
                await asyncio.sleep(0.05)
            process.kill()
            await process.wait()

    @staticmethod
    async def _resume(database: Database, url: str) -> None:
        """Run the job that comes every minute, and what it gives back to be done."""
        async with database.transaction() as db:
            await defer(db, "resume_stalled", timestamp=0)
        for _ in range(2):
            await worker.work(url, once=True)


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


async def test_what_has_failed_for_good_is_kept_for_a_while(running: Live, city_url: str) -> None:
    age = {"fresh": worker.ENDED_KEPT - timedelta(hours=1), "old": worker.ENDED_KEPT}
    async with running.database.transaction() as db:
        for name, elapsed in age.items():
            failed = "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, status)"
            row = await db.execute(
                text(f"{failed} VALUES ('gridsvc', 'tell_owner', :name, 'failed') RETURNING id"),
                {"name": name},
            )
            event = "INSERT INTO procrastinate_events (job_id, type, at)"
            await db.execute(
                text(f"{event} VALUES (:job, 'failed', :at)"),
                {"at": utc_now() - elapsed - timedelta(minutes=1), "job": row.scalar_one()},
            )
        await defer(db, "forget_jobs", timestamp=0)
    await worker.work(city_url, once=True)
    left = "SELECT lock FROM procrastinate_jobs WHERE task_name = 'tell_owner'"
    assert await rows(running.database, left) == [("fresh",)]


async def test_credentials_that_open_nothing_are_kept_for_a_while(
    running: Live, city_url: str
) -> None:
    now, past = utc_now(), utc_now() - worker.ENDED_KEPT
    later, before = past + timedelta(minutes=1), past - timedelta(minutes=1)
    lives: dict[str, tuple[datetime, datetime | None]] = {
        "good": (now + timedelta(days=1), None),
        "expired": (later, None),
        "expired long ago": (before, None),
        "revoked": (now + timedelta(days=1), later),
        "revoked long ago": (now + timedelta(days=1), before),
    }
    async with running.database.transaction() as db:
        account = await make_account(db, "planner", Role.PLANNER)
        for name, (expires_at, revoked_at) in lives.items():
            db.add(
                Credential(
                    account_id=account.id,
                    kind="bearer",
                    name=name,
                    secret_hash=name.encode(),
                    created_at=before,
                    expires_at=expires_at,
                    revoked_at=revoked_at,
                )
            )
        await defer(db, "forget_credentials", timestamp=0)
    await worker.work(city_url, once=True)
    left = await rows(running.database, "SELECT name FROM credential ORDER BY name")
    assert left == [("expired",), ("good",), ("revoked",)]


async def test_deadlines_that_no_calendar_is_sure_of_are_told_every_day(
    running: Live, city_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    yesterday = utc_now().date() - timedelta(days=1)
    async with running.database.transaction() as db:
        calendar = Calendar(horizon=yesterday)
        await publish_calendar(db, "city", calendar, title=None, valid_from=BEGAN)
        await use_calendar(db, "city", valid_from=BEGAN)
        await defer(db, "watch_calendars", timestamp=0)
    client = await running.client(Role.GRID_WORKER)
    await client.post("/v1/incidents", json=report_body(0.5, 0.5, category="0101"))
    await worker.work(city_url, once=True)
    assert "1 deadlines lie past the last day that calendar city/1 knows" in caplog.text


def test_every_job_that_is_enqueued_is_one_that_can_be_done() -> None:
    jobs_app = worker.make_jobs("postgresql://-", Database.connect("postgresql://-"))
    upkeep = {
        "resume_stalled",
        "draw_for_tiles",
        "end_given_up",
        "forget_changes",
        "forget_drawings",
        "forget_keys",
        "chain_log",
        "forget_jobs",
        "forget_messages",
        "forget_credentials",
        "watch_calendars",
        "brief",
        "remind",
        "go_on_with_uploads",
        "remove_expired_uploads",
        "remove_orphans",
        "anonymise_reporters",
        "forget_log",
        "reseal_reporters",
    }
    told = {"announce", "deliver_webhook", "mail_notice", "send_mail", "tell_owner"}
    assert {*told, "take_in_upload", "release_attachment", *upkeep} <= set(jobs_app.tasks)
    periodic = {one.task.name for one in jobs_app.periodic_registry.periodic_tasks.values()}
    assert periodic == upkeep
