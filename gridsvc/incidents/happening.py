"""What happens to an incident: an event in its chain, and its owners told of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.db.jobs import defer
from gridsvc.errors import StaleVersion
from gridsvc.incidents import repository
from gridsvc.incidents.announcing import announce
from gridsvc.incidents.events import Event
from gridsvc.incidents.lifecycle import OPEN, Action, Status
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
    """Bring an incident to its next version; the owners before and after it are told."""
    before = Status(incident.status)
    incident.status = change.target.value
    incident.version += 1
    if change.target in _WITH_OWNER:
        incident.paused_at = None
    # What happens to a closed case afterwards, such as its evaluation, closes it no later.
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
