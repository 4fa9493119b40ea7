"""Reaching PostgreSQL: any address that libpq takes, an end to long statements, no secrets."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gridsvc.db import migrations
from gridsvc.db.session import LIBPQ_ONLY, Database, for_asyncpg
from gridsvc.errors import DatabaseAway
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
