"""Alembic's entry: one connection, timeouts, and a lock so that two deployers cannot collide."""

from collections.abc import Mapping
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, text

from gridsvc.db.geometry import ShapelyGeometry
from gridsvc.db.migrations import LOCK_TIMEOUT, MIGRATION_LOCK, STATEMENT_TIMEOUT, engine
from gridsvc.tables import metadata

# Tables of libraries, which bring their own definitions.
FOREIGN_PREFIXES = ("spatial_ref_sys", "procrastinate_")


def include_name(name: str | None, kind: str, _: Mapping[Any, str | None]) -> bool:
    return not (kind == "table" and name is not None and name.startswith(FOREIGN_PREFIXES))


def render_item(kind: str, item: object, autogen: AutogenContext) -> str | Literal[False]:
    if kind == "type" and isinstance(item, ShapelyGeometry):
        autogen.imports.add("from gridsvc.db.geometry import ShapelyGeometry")
        return f"ShapelyGeometry({item.geometry_type!r})"
    return False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=include_name,
        render_item=render_item,
    )
    with context.begin_transaction():
        # Another deployer is waited for as long as a statement may take; a table that somebody
        # else uses is not, for everybody else would wait behind us.
        connection.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        context.run_migrations()


def run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    url = context.get_x_argument(as_dictionary=True)["url"]
    with engine(url).connect() as connection:
        migrate(connection)
        connection.commit()


run()
