"""An account with a webhook, its receiver, and a job process that is run by hand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.app import equip
from gridsvc.auth.principal import Role, Scope
from gridsvc.db.session import Database
from gridsvc.settings import Settings
from gridsvc.worker import make_jobs
from tests.factories import report_body
from tests.fixtures.web import SIGNING_KEY, ClientOf, web_process
from tests.webhooks.receiver import Receiver, receiving

SETTINGS = Settings(webhook_allow="127.0.0.1", secret_key=SIGNING_KEY)
WEST = Scope("street", "S1")
DUE = (
    "DELETE FROM procrastinate_jobs WHERE task_name IN ('announce', 'deliver_webhook')"
    " AND coalesce(scheduled_at, '-infinity') <= clock_timestamp() + :ahead"
    " RETURNING task_name, args"
)


@dataclass(frozen=True, slots=True)
class Desk:
    """A centre of one street, which reports, and has a webhook."""

    client: httpx.AsyncClient
    database: Database
    id: str
    secret: str

    @property
    def path(self) -> str:
        return f"/v1/webhooks/{self.id}"

    async def report(self, column: float = 0.5) -> dict[str, Any]:
        answer = await self.client.post("/v1/incidents", json=report_body(column, 0.5))
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def work(self, *, ahead: timedelta = timedelta()) -> int:
        """Do the jobs that are due, as the job process does; give how many there were."""
        done = 0
        while True:
            async with self.database.transaction() as db:
                due = (await db.execute(text(DUE), {"ahead": ahead})).all()
            if not due:
                return done
            ahead = timedelta()
            for name, arguments in sorted(due, key=lambda job: str(job[0])):
                await self.job(name, **arguments)
                done += 1

    async def job(self, name: str, **arguments: Any) -> None:
        """Do one job."""
        jobs = make_jobs("postgresql://-", self.database, SETTINGS)
        await jobs.tasks[name](**arguments)

    async def deliveries(self, state: str | None = None) -> list[dict[str, Any]]:
        asked = {"state": state} if state else {}
        answer = await self.client.get(f"{self.path}/deliveries", params=asked)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["deliveries"]
        return found

    async def states(self) -> list[tuple[str, int, str | None]]:
        return [(it["state"], it["attempts"], it["error"]) for it in await self.deliveries()]

    async def metrics(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.client.get(self.path)).json()["metrics"]
        return found


@pytest_asyncio.fixture
async def app(database: Database) -> AsyncIterator[FastAPI]:
    """A web process whose settings let messages go to this machine."""
    with web_process(database) as lent:
        equip(lent, SETTINGS, database, signing_key=SIGNING_KEY)
        yield lent


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found


@pytest_asyncio.fixture
async def desk(client_of: ClientOf, database: Database, receiver: Receiver) -> Desk:
    client = await client_of(Role.COMMAND_CENTRE, scope=WEST)
    answer = await client.post("/v1/webhooks", json={"url": receiver.url})
    assert answer.status_code == 201, answer.text
    return Desk(client, database, **answer.json())


@pytest_asyncio.fixture
async def by_hand(db: AsyncSession) -> Any:
    """Run a statement as who owns the tables."""

    async def run(statement: str, **values: Any) -> None:
        await db.execute(text(statement), values)
        await db.commit()

    return run
