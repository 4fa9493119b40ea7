"""The story again, on processes that are killed in the middle of it: nothing lost or doubled."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio
from sqlalchemy import text

from gridsvc import worker
from gridsvc.db.clock import utc_now
from gridsvc.db.jobs import defer
from gridsvc.db.session import Database
from gridsvc.settings import Settings
from tests.story.cast import Cast
from tests.story.fragile import Fragile, Patient
from tests.story.plot import ACTIONS, play
from tests.story.town import make_town

DEATHS = {"serve": 2, "work": 2}


@dataclass(slots=True)
class Real:
    """The clock on the wall, and jobs that another worker takes over from those that are gone."""

    service: Fragile
    database: Database

    def time_of(self, when: str) -> datetime:
        del when  # weekends come when they come
        return utc_now() + timedelta(days=3)

    async def at(self, when: str) -> None:
        """Whatever the time is."""

    async def jobs(self) -> None:
        silent = "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"
        async with self.database.transaction() as db:
            await db.execute(text(silent))
            await defer(db, "resume_stalled", timestamp=0)
        for _ in range(2):
            settings = Settings(home=self.service.home)
            await worker.work(self.service.database_url, settings=settings, once=True)

    async def rows(self, statement: str) -> list[tuple[Any, ...]]:
        async with self.database.sessions() as db:
            return [tuple(row) for row in await db.execute(text(statement))]


@pytest_asyncio.fixture
async def stage(city_url: str, tmp_path: Path) -> AsyncIterator[Real]:
    database = Database.connect(city_url, pool_size=2)
    service = Fragile(city_url, tmp_path, random.Random(20), dict(DEATHS))
    for name in DEATHS:
        service.start(name)
    yield Real(service, database)
    service.stop()
    await database.close()


async def test_what_is_killed_loses_nothing_and_does_nothing_twice(stage: Real) -> None:
    async with stage.database.transaction() as db:
        tokens = await make_town(db)
    clients = {
        login: httpx.AsyncClient(
            transport=Patient(stage.service),
            base_url=stage.service.base,
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )
        for login, token in tokens.items()
    }
    cast = await play(Cast(clients), stage)
    assert sum(stage.service.deaths.values()) == 0, "nobody was killed"
    await stage.jobs()
    assert [it["action"] for it in await cast.shown("evaluator", "/events")] == ACTIONS
    for table, count in (("incident", 1), ("whistle", 1), ("attachment", 2)):
        assert await stage.rows(f"SELECT count(*) FROM {table}") == [(count,)], table
    told = await stage.rows("SELECT organisation_id, incident_id, sequence, kind FROM notice")
    assert len(told) == len(set(told))
    left = "SELECT task_name, status::text FROM procrastinate_jobs WHERE task_name = 'tell_owner'"
    assert await stage.rows(left) == []
    await assert_proved(stage.service)
    for client in clients.values():
        await client.aclose()


async def assert_proved(service: Fragile) -> None:
    """Every event has the hash that it must have, and the case is where its events bring it."""
    command = (sys.executable, "-m", "gridsvc", "audit", "verify")
    process = await asyncio.create_subprocess_exec(*command, env=service.environment)
    assert await process.wait() == 0
