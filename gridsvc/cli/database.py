"""How a command reaches the database: the one in the settings, or the private cluster."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from gridsvc.db.local import LocalCluster, State
from gridsvc.db.session import Database
from gridsvc.settings import Settings


@contextmanager
def address(settings: Settings) -> Iterator[str]:
    """Give the database's address; a private cluster that was stopped is stopped again after."""
    if settings.database_url is not None:
        yield str(settings.database_url)
        return
    cluster = LocalCluster(settings.home / "cluster")
    running = cluster.status().state is State.RUNNING
    try:
        yield cluster.ensure().socket_url
    finally:
        if not running:
            cluster.stop()


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """Open the database for one command."""
    with address(settings) as url:
        database = Database.connect(url, pool_size=2)
        try:
            yield database
        finally:
            await database.close()
