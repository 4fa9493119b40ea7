"""Incidents in the database: found, locked, changed. Listing many is in `search`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.db.base import new_id
from gridsvc.errors import NotFound
from gridsvc.incidents.events import Event
from gridsvc.incidents.model import IdempotencyKey, Incident, IncidentEvent
from gridsvc.routing.repository import decisions_of


@dataclass(frozen=True, slots=True)
class FirstReport:
    """What never changes about how an incident came in."""

    reporter_id: UUID
    report_hash: bytes
    reference: str
    status: str
    body: dict[str, Any]
    due_at: str
    limit: dict[str, Any] | None
    routing: dict[str, Any]


async def keep_key(
    db: AsyncSession, account_id: UUID, key: str, *, incident_id: UUID, now: datetime
) -> UUID:
    """Bind a key to an incident's id, or give the id to which it is bound already.

    A rival with the same key waits here until the first one's transaction has ended.
    """
    await db.execute(
        insert(IdempotencyKey)
        .values(account_id=account_id, key=key, incident_id=incident_id, created_at=now)
        .on_conflict_do_nothing()
    )
    kept = select(IdempotencyKey.incident_id).where(
        IdempotencyKey.account_id == account_id, IdempotencyKey.key == key
    )
    return (await db.execute(kept)).scalar_one()


async def exists(db: AsyncSession, incident_id: UUID) -> bool:
    """Tell whether an id is taken."""
    return await db.scalar(select(Incident.id).where(Incident.id == incident_id)) is not None


async def first_report(db: AsyncSession, incident_id: UUID) -> FirstReport:
    """Read how an incident came in."""
    incident = (await db.execute(select(Incident).where(Incident.id == incident_id))).scalar_one()
    event = (await events_of(db, incident_id))[0]
    decision = (await decisions_of(db, incident_id))[0]
    return FirstReport(
        reporter_id=incident.reporter_id,
        report_hash=incident.report_hash,
        reference=incident.reference,
        status=event.to_status,
        body=event.detail["report"],
        due_at=event.detail["due_at"],
        limit=event.detail.get("limit"),
        routing=decision.record,
    )


async def get(
    db: AsyncSession, incident_id: UUID, *, visible: ColumnElement[bool], lock: bool = False
) -> Incident:
    """Find an incident that the caller may see; one that they may not is not found either."""
    statement = select(Incident).where(Incident.id == incident_id, visible)
    if lock:
        statement = statement.with_for_update()
    incident: Incident | None = await db.scalar(statement)
    if incident is None:
        raise not_found()
    return incident


def not_found() -> NotFound:
    """Make the one answer for what is not there and for what the caller may not see."""
    return NotFound(
        en="There is no such incident, or none that you may see.",
        zh="案件不存在，或您无权查看。",
    )


async def events_of(db: AsyncSession, incident_id: UUID) -> Sequence[IncidentEvent]:
    """List an incident's events, the first one first."""
    return (await events_of_each(db, [incident_id]))[incident_id]


async def events_of_each(
    db: AsyncSession, incidents: Collection[UUID]
) -> Mapping[UUID, Sequence[IncidentEvent]]:
    """List the events of some incidents."""
    found: dict[UUID, list[IncidentEvent]] = {incident_id: [] for incident_id in incidents}
    listed = select(IncidentEvent).where(IncidentEvent.incident_id.in_(incidents))
    for event in await db.scalars(listed.order_by(IncidentEvent.sequence)):
        found[event.incident_id].append(event)
    return found


def event_row(event: Event) -> dict[str, Any]:
    """Write an event as a row of its table."""
    return {
        "id": new_id(),
        "incident_id": event.incident_id,
        "sequence": event.sequence,
        "at": event.at,
        "actor_id": event.actor_id,
        "action": event.action.value,
        "from_status": event.from_status.value if event.from_status else None,
        "to_status": event.to_status.value,
        "note": event.note,
        "detail": event.detail,
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }


async def add_event(db: AsyncSession, event: Event) -> None:
    """Append an event."""
    await db.execute(insert(IncidentEvent).values(**event_row(event)))
