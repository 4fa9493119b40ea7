"""Telling an organisation about its incidents; done by a job, harmless when done twice.

What an organisation was told stays its own to read, also where the incident has gone to another
since and out of its sight: a notice says no more than which event it was, and of what.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.db.base import new_id
from gridsvc.errors import NotFound
from gridsvc.incidents.model import IncidentEvent
from gridsvc.notices.model import Notice


async def tell(
    db: AsyncSession, organisation_id: UUID, *, incident_id: UUID, sequence: int, now: datetime
) -> None:
    """Put a notice of an event into an organisation's inbox, unless it is there already."""
    event = select(
        literal(new_id(), Uuid),
        literal(organisation_id, Uuid),
        IncidentEvent.incident_id,
        IncidentEvent.sequence,
        IncidentEvent.to_status,
        literal(now),
    ).where(IncidentEvent.incident_id == incident_id, IncidentEvent.sequence == sequence)
    columns = ["id", "organisation_id", "incident_id", "sequence", "kind", "created_at"]
    await db.execute(insert(Notice).from_select(columns, event).on_conflict_do_nothing())


async def tell_of_whistle(
    db: AsyncSession,
    organisations: Collection[UUID],
    *,
    whistle_id: UUID,
    sequence: int,
    kind: str,
    now: datetime,
) -> None:
    """Put a notice of a whistle's event into inboxes, unless it is there already."""
    rows = [
        {
            "id": new_id(),
            "organisation_id": organisation,
            "whistle_id": whistle_id,
            "sequence": sequence,
            "kind": kind,
            "created_at": now,
        }
        for organisation in organisations
    ]
    if rows:
        await db.execute(insert(Notice).values(rows).on_conflict_do_nothing())


async def inbox(db: AsyncSession, organisations: Collection[UUID], *, limit: int) -> list[Notice]:
    """List the notices to some organisations, the newest first."""
    return list(
        await db.scalars(
            select(Notice)
            .where(Notice.organisation_id.in_(organisations))
            .order_by(Notice.created_at.desc(), Notice.id.desc())
            .limit(limit)
        )
    )


async def mark_read(
    db: AsyncSession, notice_id: UUID, *, organisations: Collection[UUID], now: datetime
) -> Notice:
    """Note that a notice to one of some organisations was read; the first time stays."""
    notice: Notice | None = await db.scalar(
        update(Notice)
        .where(Notice.id == notice_id, Notice.organisation_id.in_(organisations))
        .values(read_at=func.coalesce(Notice.read_at, now))
        .returning(Notice)
    )
    if notice is None:
        raise NotFound(
            en="There is no such notice, or it is not your organisation's.",
            zh="通知不存在，或不属于您所在的单位。",
        )
    return notice
