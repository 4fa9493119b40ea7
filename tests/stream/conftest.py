"""A database where commits are real, shared by these tests: each finds the city without a case."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from sqlalchemy import text

from gridsvc.db.base import new_id
from gridsvc.db.session import Database
from tests.fixtures.cluster import Cluster

LEFT = ("incident_change", "incident", "credential", "appointment", "account")


@pytest.fixture(scope="module")
def shared_url(cluster: Cluster, city_template: str) -> Iterator[str]:
    name = f"stream_{new_id().hex}"
    cluster.run(f"CREATE DATABASE {name} TEMPLATE {city_template}")
    yield cluster.url(name)
    cluster.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture
async def own(shared_url: str) -> AsyncIterator[Database]:
    made = Database.connect(shared_url, pool_size=4)
    yield made
    async with made.transaction() as db:
        for table in LEFT:
            await db.execute(text(f"DELETE FROM {table}"))
    await made.close()
