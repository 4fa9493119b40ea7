"""Telling an organisation about its incidents; done by a job, harmless when done twice.

What an organisation was told stays its own to read, also where the incident has gone to another
since and out of its sight: a notice says no more than which event it was, and of what.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import (
    String,
    Uuid,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.db.base import new_id
from gridsvc.db.jobs import deferred
from gridsvc.errors import NotFound
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.notices.model import Notice
from gridsvc.notices.texts import BRIEFING

# Of the tables above this folder.
_WISH: Final = table("mail_wish", column("account_id", Uuid))
_WHISTLE: Final = table("whistle", column("id", Uuid), column("reference"))
_COLUMNS: Final = (
    *("id", "organisation_id", "incident_id", "sequence", "kind", "action", "reference", "due_at"),
    "created_at",
)


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
        IncidentEvent.action,
        Incident.reference,
        Incident.due_at,
        literal(now),
    )
    own = (IncidentEvent.incident_id == incident_id, IncidentEvent.sequence == sequence)
    rows = event.join(Incident, Incident.id == IncidentEvent.incident_id).where(*own)
    await put(db, insert(Notice).from_select(_COLUMNS, rows))


async def put(db: AsyncSession, notices: Insert) -> None:
    """Put notices into inboxes, but for those that are there; who wants them by mail gets them so.

    The mail is enqueued here, and made by a job: whoever waits for an answer does not wait for it.
    """
    fresh = await db.scalars(notices.on_conflict_do_nothing().returning(Notice.id))
    for notice_id in list(fresh):
        given = bindparam("arguments", {"notice_id": str(notice_id)}, type_=JSONB)
        wanted = case((exists().select_from(_WISH), deferred("mail_notice", given)), else_=None)
        await db.execute(select(cast(wanted, String)))


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
    reference = await db.scalar(select(_WHISTLE.c.reference).where(_WHISTLE.c.id == whistle_id))
    rows = [
        {
            "id": new_id(),
            "organisation_id": organisation,
            "whistle_id": whistle_id,
            "sequence": sequence,
            "kind": kind,
            "action": kind.rpartition(":")[2] if kind.startswith("whistle:") else None,
            "reference": reference,
            "created_at": now,
        }
        for organisation in organisations
    ]
    if rows:
        await put(db, insert(Notice).values(rows))


async def tell_of_briefing(
    db: AsyncSession, organisations: Collection[UUID], *, day: date, now: datetime
) -> None:
    """Put a notice of a day's briefing into inboxes, unless it is there already."""
    about = {"briefing_day": day, "sequence": 0, "kind": BRIEFING, "reference": day.isoformat()}
    rows = [
        {"id": new_id(), "organisation_id": organisation, **about, "created_at": now}
        for organisation in organisations
    ]
    if rows:
        await put(db, insert(Notice).values(rows))


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
