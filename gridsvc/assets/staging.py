"""Many components at once: put beside the table, compared with what is in force, taken over.

The database does it, in the session's transaction: a city has millions of components.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Executable,
    MetaData,
    Table,
    Text,
    Uuid,
    and_,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.schema import CreateTable, DropTable

from gridsvc.assets.model import Asset
from gridsvc.assets.search import in_force
from gridsvc.db.base import new_id
from gridsvc.db.geometry import ShapelyGeometry
from gridsvc.errors import Conflict

CHUNK: Final = 10_000

Rows = Sequence[Mapping[str, Any]]
"""Components by column of the table, as somebody says that they are from a time on."""

_INCOMING: Final = Table(
    "asset_incoming",
    MetaData(),
    Column("id", Uuid),
    Column("code", Text),
    Column("scheme", Text),
    Column("category_code", Text),
    Column("name", Text),
    Column("geometry", ShapelyGeometry("GEOMETRY")),
    Column("owner_id", Uuid),
    Column("maintainer_id", Uuid),
    Column("state", Text),
    Column("attributes", JSONB),
    prefixes=["TEMPORARY"],
)
_CONTENT: Final = tuple(column.name for column in _INCOMING.c if column.name not in {"id", "code"})


@dataclass(frozen=True, slots=True)
class Difference:
    """How many components begin, are changed, end without a follower, and stay as they are."""

    new: int
    changed: int
    ended: int
    unchanged: int


async def take_turn(db: AsyncSession) -> None:
    """Wait until no other load of components is under way, and hold others off until the commit."""
    await db.execute(text("SELECT pg_advisory_xact_lock(hashtext('gridsvc.assets'))"))


async def stage(db: AsyncSession, rows: Rows) -> None:
    """Put components beside the table; until `unstage` they are this session's alone."""
    await db.execute(CreateTable(_INCOMING))
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        await db.execute(insert(_INCOMING), [{"id": new_id(), **row} for row in part])
    await db.execute(text("CREATE INDEX ON asset_incoming (code)"))
    await db.execute(text("ANALYZE asset_incoming"))


async def unstage(db: AsyncSession) -> None:
    """Forget what was staged."""
    await db.execute(DropTable(_INCOMING))


async def compare(db: AsyncSession, *, at: datetime, replace: bool) -> Difference:
    """Count what taking over would do."""
    beside = select(func.count()).select_from(Asset).join(_INCOMING, _held(at))
    known = await db.scalar(beside) or 0
    changed = await db.scalar(beside.where(~_alike())) or 0
    staged = await db.scalar(select(func.count()).select_from(_INCOMING)) or 0
    left_out = select(func.count()).select_from(Asset).where(_left_out(at))
    ended = (await db.scalar(left_out) or 0) if replace else 0
    return Difference(staged - known, changed, ended, known - changed)


async def take_over(db: AsyncSession, *, at: datetime, now: datetime, replace: bool) -> None:
    """Let the staged components hold from a time on; what is as it was goes on."""
    ending = update(Asset).values(valid_to=at, ended_at=now)
    if replace:
        await _run(db, ending.where(_left_out(at)))
    await _run(db, ending.where(_held(at), ~_alike()))
    earlier = aliased(Asset)
    following = select(func.min(earlier.valid_from)).where(
        earlier.code == _INCOMING.c.code,
        earlier.valid_from > at,
        earlier.valid_from.is_distinct_from(earlier.valid_to),
    )
    columns = ("id", "code", *_CONTENT)
    beginning = select(
        *(_INCOMING.c[name] for name in columns), literal(at), following.scalar_subquery()
    ).where(~exists().where(_held(at)))
    await _run(db, insert(Asset).from_select([*columns, "valid_from", "valid_to"], beginning))


def _held(at: datetime) -> ColumnElement[bool]:
    return and_(Asset.code == _INCOMING.c.code, in_force(at))


def _alike() -> ColumnElement[bool]:
    """Hold for a component that is said to be what it is; shapes corner for corner."""
    ours = Asset.__table__.c
    return and_(*(ours[name].is_not_distinct_from(_INCOMING.c[name]) for name in _CONTENT))


def _left_out(at: datetime) -> ColumnElement[bool]:
    """Hold for what is in force of the staged classes and not staged itself."""
    classes = select(_INCOMING.c.scheme, _INCOMING.c.category_code).distinct()
    return and_(
        in_force(at),
        tuple_(Asset.scheme, Asset.category_code).in_(classes),
        ~exists().where(_INCOMING.c.code == Asset.code),
    )


async def _run(db: AsyncSession, statement: Executable) -> None:
    # Objects that the session knows are none of its business here.
    try:
        await db.execute(statement, execution_options={"synchronize_session": False})
    except IntegrityError as error:
        if "ex_asset_one_version_in_force" not in str(error.orig):
            raise
        raise Conflict(
            "assets_changed",
            en="Somebody changed one of these components meanwhile; nothing was loaded. Try again.",
            zh="载入期间有部件被他人修改，未载入任何数据；请重试。",
        ) from error
