"""What happens to an incident: an event in its chain, and its owners told of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.db.jobs import defer
from gridsvc.errors import StaleVersion
from gridsvc.incidents import repository
from gridsvc.incidents.announcing import announce
from gridsvc.incidents.events import Event
from gridsvc.incidents.lifecycle import DEALT_WITH, OPEN, Action, Status
from gridsvc.incidents.model import Incident

_WITH_OWNER = frozenset({Status.DISPATCHED, Status.HANDLING})
"""Statuses in which the clock of the handling runs, whatever stopped it before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Who did what to an incident when, and what is said of it."""

    action: Action
    target: Status
    actor_id: UUID
    now: datetime
    note: str | None = None
    detail: dict[str, Any]
    told: bool = True
    """Whether its owners are told of it."""


def check_version(incident: Incident, version: int) -> None:
    """Refuse a change that is made to an older version of an incident."""
    if incident.version != version:
        raise StaleVersion(
            en=f"The incident is at version {incident.version}, not {version}; read it again.",
            zh=f"案件已更新到第 {incident.version} 版（您提交的是第 {version} 版），请重新读取。",
            version=incident.version,
        )


async def happen(
    db: AsyncSession, incident: Incident, change: Change, *, owner_before: UUID | None
) -> None:
    """Bring an incident to its next version; the owners before and after it are told.

    Those that were merged into it follow: they are its owner's, and learn of its end.
    """
    before = Status(incident.status)
    incident.status = change.target.value
    incident.version += 1
    if change.target in _WITH_OWNER:
        incident.paused_at = None
    # What happens to a case that is dealt with, or closed, does neither any later.
    dealt_with = change.target in DEALT_WITH
    incident.handled_at = incident.handled_at or change.now if dealt_with else None
    incident.closed_at = None if change.target in OPEN else incident.closed_at or change.now
    sequence = await _append(db, incident, change, before=before)
    await announce(db, incident.id, sequence)
    for owner in dict.fromkeys((owner_before, incident.lead_id)):
        if owner is not None and change.told:
            await defer(
                db,
                "tell_owner",
                incident_id=str(incident.id),
                sequence=sequence,
                organisation_id=str(owner),
            )
    await db.flush()
    if incident.co_reporter_ids:
        await _lead_on(db, incident, change, ends=(before in OPEN) != (change.target in OPEN))


async def _lead_on(db: AsyncSession, head: Incident, change: Change, *, ends: bool) -> None:
    merged = select(Incident).where(Incident.merged_into == head.id).order_by(Incident.id)
    for one in list(await db.scalars(merged.with_for_update())):
        owner = one.lead_id
        if not ends and (one.lead_id, one.co_handler_ids) == (head.lead_id, head.co_handler_ids):
            continue
        told = {"reference": head.reference, "action": change.action, "status": head.status}
        told |= await give_to_owner_of(db, one, head)
        following = Change(
            action=Action.FOLLOW,
            target=Status(one.status),
            actor_id=change.actor_id,
            now=change.now,
            detail=told,
            told=False,
        )
        await happen(db, one, following, owner_before=owner)


async def give_to_owner_of(db: AsyncSession, one: Incident, other: Incident) -> dict[str, Any]:
    """Let a case belong to whoever another belongs to; give what its event says of that."""
    before, lead_id = one.lead_id, other.lead_id
    one.lead_id, one.co_handler_ids = lead_id, other.co_handler_ids
    if lead_id == before:
        return {}
    lead = await db.get(Organisation, lead_id) if lead_id else None
    return {"lead": lead.code if lead else None}


async def _append(db: AsyncSession, incident: Incident, change: Change, *, before: Status) -> int:
    last = (await repository.events_of(db, incident.id))[-1]
    event = Event(
        incident_id=incident.id,
        sequence=last.sequence + 1,
        at=change.now,
        actor_id=change.actor_id,
        action=change.action,
        from_status=before,
        to_status=change.target,
        note=change.note,
        detail=change.detail,
        previous_hash=last.hash,
    )
    await repository.add_event(db, event)
    return event.sequence
