"""The application on a database of its own, for tests that need real commits or several at once."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import httpx
from fastapi import FastAPI

from gridsvc.app import create_app
from gridsvc.auth.principal import Role, Scope
from gridsvc.db.session import Database
from gridsvc.settings import Settings
from tests.fixtures.web import SIGNING_KEY, token_of, web_process


@dataclass(frozen=True, slots=True)
class Live:
    """A web process with a database that it shares with nobody else in this test run."""

    app: FastAPI
    database: Database
    clients: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def client(
        self, role: Role, *, login: str | None = None, scope: Scope | None = None
    ) -> httpx.AsyncClient:
        """Make a client that is signed in; a defect of ours is a 500, as it is for real clients."""
        async with self.database.transaction() as db:
            token = await token_of(db, login or role.value, role, scope=scope)
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {token}"}
        client = httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)
        return await self.clients.enter_async_context(client)


def _application(held: AsyncExitStack, database: Database, settings: Settings | None) -> FastAPI:
    if settings is None:
        unhurried = Settings(requests_per_account=0, requests_per_address=0)
        return held.enter_context(web_process(database, unhurried))
    return create_app(settings, database, signing_key=SIGNING_KEY)


@asynccontextmanager
async def live(url: str, settings: Settings | None = None) -> AsyncIterator[Live]:
    """Run a web process on a database."""
    database = Database.connect(url, pool_size=8)
    async with AsyncExitStack() as held:
        yield Live(_application(held, database, settings), database, held)
    await database.close()
