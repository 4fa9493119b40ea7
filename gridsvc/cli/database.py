"""How a command reaches the database: the one in the settings, or the private cluster.

A command imports what it works on only, but tables refer to each other: here all are known.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from sqlalchemy.exc import OperationalError

from gridsvc import tables
from gridsvc.db import migrations
from gridsvc.db.local import LocalCluster, State
from gridsvc.db.session import Database
from gridsvc.db.words import first_line
from gridsvc.errors import SetupError
from gridsvc.settings import Settings

__all__ = ["address", "opened", "require_newest_schema", "tables"]


@contextmanager
def address(settings: Settings) -> Iterator[str]:
    """Give the database's address; a private cluster that was stopped is stopped again after."""
    if settings.database_url is not None:
        _require_answer(settings.database_url)
        yield settings.database_url
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
        require_newest_schema(url)
        database = Database.connect(url, pool_size=2)
        try:
            yield database
        finally:
            await database.close()


def _require_answer(url: str) -> None:
    try:
        with migrations.engine(url).connect():
            return
    except OperationalError as error:
        said = first_line(error)
        raise SetupError(
            "database_unreachable",
            en=f"The database does not answer ({said}); start it, or correct GRIDSVC_DATABASE_URL.",
            zh=f"数据库没有响应（{said}）；请启动数据库，或更正 GRIDSVC_DATABASE_URL。",
        ) from error


def require_newest_schema(url: str) -> None:
    """Refuse to run on a database that this program's migrations have not reached."""
    current, newest = migrations.current(url), migrations.newest()
    if current != newest:
        raise SetupError(
            "schema_behind",
            en=f"The database is at schema {current or 'none'}, the program at {newest}; "
            "run: gridsvc migrate",
            zh=f"数据库结构为 {current or '空'}，程序需要 {newest}；请运行：gridsvc migrate",
        )
