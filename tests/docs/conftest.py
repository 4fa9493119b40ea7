"""A service for the documents' commands."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.docs.warm import warm_programs
from tests.fixtures.cluster import Cluster
from tests.served import Served, city_database, served


@pytest_asyncio.fixture(scope="session")
async def service(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The generated city behind a web process; each document adds to it and removes nothing."""
    async with city_database(cluster) as url:
        home: Path = tmp_path_factory.mktemp("home")
        with served(url, home) as running:
            yield running


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a `gridsvc` that is there at once."""
    with warm_programs(tmp_path_factory.mktemp("programs")) as folder:
        yield folder
