"""Alive and ready are two questions; both are answered to anyone and tell nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from gridsvc.app import create_app
from gridsvc.db.session import Database
from gridsvc.settings import Settings
from tests.fixtures.cluster import Cluster


@asynccontextmanager
async def served(url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a process whose database is there."""
    database = Database.connect(url)
    transport = httpx.ASGITransport(app=create_app(Settings(), database, signing_key="-"))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client
    await database.close()


async def test_alive_and_ready(database_url: str) -> None:
    async with served(database_url) as client:
        for path in ("/healthz", "/readyz"):
            answer = await client.get(path)
            assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("unreachable", ["no server", "no database"])
async def test_without_its_database_it_is_alive_and_not_ready(
    cluster: Cluster, unreachable: str
) -> None:
    urls = {
        "no server": "postgresql://nobody@127.0.0.1:9/nothing",
        "no database": cluster.url("there_is_none"),
    }
    async with served(urls[unreachable]) as client:
        assert (await client.get("/healthz")).status_code == 200
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "database unreachable"})
