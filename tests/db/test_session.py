"""Reaching PostgreSQL: any address that libpq takes, an end to long statements, no secrets."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gridsvc.db import migrations
from gridsvc.db.session import KEPT_OF, LIBPQ_ONLY, Database, for_asyncpg
from gridsvc.db.straight import Statement, Straight
from gridsvc.errors import DatabaseAway
from gridsvc.http.outages import outage
from tests.fixtures.cluster import Cluster


@pytest.mark.parametrize(
    "parameters",
    [
        "sslmode=disable",
        "sslmode=prefer",
        "connect_timeout=5&sslmode=prefer&gssencmode=disable",
        "application_name=ours&options=-c%20work_mem%3D8MB",
        "target_session_attrs=read-write",
        "channel_binding=prefer",
    ],
)
async def test_what_libpq_takes_both_drivers_take(cluster: Cluster, parameters: str) -> None:
    url = f"{cluster.address.tcp_url}?{parameters}"
    with migrations.engine(url).connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    database = Database.connect(url, pool_size=1)
    async with database.sessions() as db:
        assert await db.scalar(text("SHOW timezone")) == "UTC"
    await database.close()


def test_an_address_keeps_what_both_know() -> None:
    given = "postgresql://me@/db?host=%2Frun%2Fpg&sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem"
    tuned = "&".join(f"{name}=1" for name in sorted(LIBPQ_ONLY))
    assert for_asyncpg(f"{given}&{tuned}") == given
    assert for_asyncpg(f"postgresql://me@/db?{tuned}") == "postgresql://me@/db"


async def test_tls_that_is_asked_for_is_not_done_without(cluster: Cluster) -> None:
    database = Database.connect(f"{cluster.address.tcp_url}?sslmode=require", pool_size=1)
    with pytest.raises(DatabaseAway):
        async with database.sessions() as db:
            await db.execute(text("SELECT 1"))
    await database.close()


async def test_a_statement_has_an_end_where_one_is_set(cluster: Cluster) -> None:
    database = Database.connect(cluster.address.socket_url, pool_size=1, statement_timeout_s=1)
    with pytest.raises(DBAPIError, match="statement timeout"):
        async with database.sessions() as db:
            await db.execute(text("SELECT pg_sleep(30)"))
    async with database.sessions() as db:
        assert await db.scalar(text("SELECT 1")) == 1
    await database.close()


class TestSmallStatements:
    """They take what lies idle, in the pool or kept for them, and connect where that was lost."""

    which = Statement("SELECT pg_backend_pid()")
    kill = text("SELECT pg_terminate_backend(:which)")

    @pytest_asyncio.fixture(params=[2, KEPT_OF])
    async def database(
        self, request: pytest.FixtureRequest, cluster: Cluster
    ) -> AsyncIterator[Database]:
        """Two connections are idle; the server has ended the one that a small statement had."""
        database = Database.connect(cluster.address.socket_url, pool_size=request.param)
        async with database.sessions() as other, database.straight() as lent:
            await other.execute(self.kill, {"which": await lent.value(self.which, {})})
        yield database
        await database.close()

    async def test_what_was_lost_is_told_once(self, database: Database) -> None:
        answers = [await self.ask(database) for _ in range(6)]
        assert answers.count("lost") <= 1
        assert sum(isinstance(it, int) for it in answers) >= 5

    async def test_some_connections_are_kept_for_them(self, cluster: Cluster) -> None:
        for pool_size, same in ((KEPT_OF, True), (2, False)):
            database = Database.connect(cluster.address.socket_url, pool_size=pool_size)
            async with database.straight(), database.straight():
                pass
            assert (len({await self.ask(database) for _ in range(4)}) == 1) is same
            await database.close()

    async def test_all_of_a_pool_can_be_lent(self, cluster: Cluster) -> None:
        database = Database.connect(cluster.address.socket_url, pool_size=KEPT_OF)
        for _ in range(2):
            async with AsyncExitStack() as lent:
                held = [await lent.enter_async_context(database.straight()) for _ in range(KEPT_OF)]
                assert len({await it.value(self.which, {}) for it in held}) == KEPT_OF
        assert await self.ask(database)
        await database.close()

    async def ask(self, database: Database) -> object:
        try:
            async with database.straight() as lent:
                return await lent.value(self.which, {})
        except DBAPIError as error:
            return "lost" if error.connection_invalidated else error

    async def test_what_a_session_found_lost_is_opened_anew(self, database: Database) -> None:
        async with database.sessions() as one, database.sessions() as other:
            for session in (one, other):
                with suppress(DBAPIError):
                    await session.execute(text("SELECT 1"))
        async with database.straight() as one_lent, database.straight() as other_lent:
            assert len({await it.value(self.which, {}) for it in (one_lent, other_lent)}) == 2


class Ending:
    """A connection whose end the server has told, and not made yet: that lasts but a moment."""

    ended = False

    async def fetchval(self, *_: object) -> object:
        raise asyncpg.InternalClientError("cannot switch to state 12; another operation (2)")

    def terminate(self) -> None:
        self.ended = True

    def is_closed(self) -> bool:
        return self.ended


async def test_what_the_server_is_about_to_end_is_lost() -> None:
    with pytest.raises(DBAPIError) as told:
        await Straight(Ending()).value(Statement("SELECT 1"), {})
    assert told.value.connection_invalidated
    assert isinstance(outage(told.value), DatabaseAway)


class TestSecrets:
    """An error does not tell what a statement was asked with."""

    wrong = text("SELECT 1 / (length(:secret) - 4)")

    async def test_in_the_service(self, cluster: Cluster) -> None:
        database = Database.connect(cluster.address.socket_url, pool_size=1)
        async with database.sessions() as db:
            with pytest.raises(DBAPIError) as failed:
                await db.execute(self.wrong, {"secret": "hush"})
        await database.close()
        assert "hush" not in str(failed.value)

    def test_in_migrations(self, cluster: Cluster) -> None:
        engine = migrations.engine(cluster.address.socket_url)
        with engine.connect() as connection, pytest.raises(DBAPIError) as failed:
            connection.execute(self.wrong, {"secret": "hush"})
        assert "hush" not in str(failed.value)
