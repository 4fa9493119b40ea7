"""What a viewer is told of cases: all that are open, or what has changed since a position.

Read through a session that is confined to its caller (`gridsvc.auth.confining`): a case that they
see comes as lists show it, and of one that left their sight its id comes, which they were shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    FromClause,
    Select,
    Text,
    and_,
    cast,
    delete,
    func,
    literal,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.auth.principal import Principal
from gridsvc.catalogue.model import Category
from gridsvc.incidents.headline import is_open
from gridsvc.incidents.lifecycle import UNHANDLED, Status
from gridsvc.incidents.model import Incident
from gridsvc.incidents.visibility import visible_to
from gridsvc.live.model import Change, Snapshot, TransactionId

MOST: Final = 2_000
"""With how many of the open cases a stream begins, the newest: no board shows more one by one."""


@dataclass(frozen=True, slots=True)
class News:
    """Cases as they are now, and the ids of those that are not seen any more."""

    cases: Sequence[Mapping[str, Any]]
    gone: Sequence[UUID]


def overdue_at(
    status: Status, due_at: datetime, *, paused_at: datetime | None, exempted_at: datetime | None
) -> datetime | None:
    """Tell when a case is overdue, if nothing happens to it: None for never."""
    if status not in UNHANDLED or exempted_at is not None:
        return None
    return None if paused_at is not None and paused_at <= due_at else due_at


async def snapshot(db: AsyncSession) -> str:
    """Write down what has been committed, as the session's transaction sees it."""
    return str(await db.scalar(select(cast(func.pg_current_snapshot(), Text))))


async def board(db: AsyncSession, *, who: Principal, now: datetime) -> News:
    """Read the newest open cases."""
    newest = (Incident.reported_at.desc(), Incident.id.desc())
    wanted = _about(_NAMED).where(is_open(), visible_to(who)).order_by(*newest).limit(MOST)
    return News([_case(row, now) for row in await db.execute(wanted)], [])


async def changes(db: AsyncSession, since: str, *, who: Principal, now: datetime) -> News:
    """Read what has changed since a snapshot."""
    untold = select(Change.incident_id.label("id")).where(_untold(_snapshot(since)))
    changed = untold.distinct().subquery()
    seen = and_(Incident.id == changed.c.id, visible_to(who))
    statement = _about(changed.outerjoin(_NAMED, seen)).add_columns(changed.c.id)
    rows = (await db.execute(statement)).all()
    return News(
        [_case(row, now) for row in rows if row[0] is not None],
        [row[-1] for row in rows if row[0] is None],
    )


async def forget(db: AsyncSession, *, before: datetime) -> None:
    """Remove changes that no stream asks for any more."""
    await db.execute(delete(Change).where(Change.at < before))


def _snapshot(text: str) -> ColumnElement[str]:
    return cast(cast(literal(text), Text), Snapshot)


def _untold(told: ColumnElement[str]) -> ColumnElement[bool]:
    """Hold for what was committed after a snapshot; the first part finds it by the index.

    Rows that were restored from another database may bear numbers that are yet to come.
    """
    oldest = cast(cast(func.pg_snapshot_xmin(told), Text), BigInteger)
    transaction = cast(cast(Change.transaction, Text), TransactionId)
    return and_(
        Change.transaction >= oldest,
        ~func.pg_visible_in_snapshot(transaction, told),
        func.pg_visible_in_snapshot(transaction, func.pg_current_snapshot()),
    )


_NAMED: Final = Incident.__table__.join(
    Category.__table__, Category.id == Incident.category_id
).outerjoin(Organisation.__table__, Organisation.id == Incident.lead_id)


def _about(source: FromClause) -> Select[*tuple[Any, ...]]:
    return select(
        Incident.id,
        Incident.reference,
        Incident.status,
        Incident.version,
        Category.code,
        Category.name,
        Category.name_en,
        Category.major_code,
        Organisation.name,
        Organisation.name_en,
        func.ST_X(Incident.location, type_=Double),
        func.ST_Y(Incident.location, type_=Double),
        Incident.district,
        Incident.street,
        Incident.community,
        Incident.grid,
        Incident.reported_at,
        Incident.due_at,
        Incident.paused_at,
        Incident.exempted_at,
    ).select_from(source)


_MEMBERS: Final = (
    *("id", "reference", "status", "version"),
    *("category", "category_name", "category_name_en", "major", "lead_name", "lead_name_en"),
    *("lon", "lat", "district", "street", "community", "grid"),
    *("reported_at", "due_at"),
)


def _case(row: Sequence[Any], now: datetime) -> dict[str, Any]:
    """Write a case down as it is told."""
    told = dict(zip(_MEMBERS, row, strict=False))
    paused_at, exempted_at = row[18:20]
    late = overdue_at(
        Status(told["status"]), told["due_at"], paused_at=paused_at, exempted_at=exempted_at
    )
    return {**told, "overdue": late is not None and late < now, "overdue_at": late}
