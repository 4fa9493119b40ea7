"""Bringing a database to the newest schema, and asking how far it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, create_engine

from gridsvc.db import viewer

MIGRATION_LOCK = 0x67726964_6D6967  # "gridmig": an advisory lock's key is a number
LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "10min"

SCRIPTS = Path(__file__).resolve().parents[2] / "alembic"


def engine(url: str) -> Engine:
    """Reach a database for a moment: no connection outlives its use."""
    _, _, address = url.partition("://")
    return create_engine(
        f"postgresql+psycopg://{address}", poolclass=NullPool, hide_parameters=True
    )


def config(connection: Connection | None = None) -> Config:
    """Configure Alembic without a file, so that it runs from any folder."""
    configuration = Config()
    configuration.set_main_option("script_location", str(SCRIPTS))
    configuration.attributes["connection"] = connection
    return configuration


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate to a revision, and let the role of requests at what is new."""
    with engine(url).begin() as connection:
        viewer.require_viewer(connection)
        command.upgrade(config(connection), revision)
        viewer.grant(connection)


def newest() -> str | None:
    """Name the newest revision that this program knows."""
    return ScriptDirectory.from_config(config()).get_current_head()


def current(url: str) -> str | None:
    """Name the revision that the database is at, None for an empty one."""
    with engine(url).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
