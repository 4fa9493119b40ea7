"""What happens to a whistle: an event in its chain, and organisations told of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.errors import StaleVersion
from gridsvc.incidents import happening as incidents
from gridsvc.incidents.lifecycle import Action as CaseAction
from gridsvc.incidents.lifecycle import Status
from gridsvc.incidents.model import Incident
from gridsvc.notices.service import tell_of_whistle
from gridsvc.whistles import repository
from gridsvc.whistles.events import Event
from gridsvc.whistles.lifecycle import Action
from gridsvc.whistles.model import Whistle


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Who did what when, about whose call, and who is told."""

    action: Action
    actor_id: UUID
    now: datetime
    organisation_id: UUID | None = None
    note: str | None = None
    detail: dict[str, Any]
    told: Collection[UUID] = ()


def check_version(whistle: Whistle, version: int) -> None:
    """Refuse a change that is made to an older version of a whistle."""
    if whistle.version != version:
        raise StaleVersion(
            en=f"The whistle is at version {whistle.version}, not {version}; read it again.",
            zh=f"吹哨已更新到第 {whistle.version} 版（您提交的是第 {version} 版），请重新读取。",
            version=whistle.version,
        )


async def happen(db: AsyncSession, whistle_id: UUID, change: Change) -> None:
    """Append an event, and tell of it in the same transaction."""
    sequence, previous = await repository.end_of_chain(db, whistle_id)
    event = Event(
        whistle_id=whistle_id,
        sequence=sequence + 1,
        at=change.now,
        actor_id=change.actor_id,
        organisation_id=change.organisation_id,
        action=change.action,
        note=change.note,
        detail=change.detail,
        previous_hash=previous,
    )
    await repository.add_event(db, event)
    await tell_of_whistle(
        db,
        change.told,
        whistle_id=whistle_id,
        sequence=event.sequence,
        kind=f"whistle:{change.action}",
        now=change.now,
    )


async def note_in_case(
    db: AsyncSession, incident: Incident, action: CaseAction, *, whistle: UUID, change: Change
) -> None:
    """Write into an incident's own chain that a whistle for it began or is over."""
    happened = incidents.Change(
        action=action,
        target=Status(incident.status),
        actor_id=change.actor_id,
        now=change.now,
        note=change.note,
        detail={"whistle": str(whistle)},
    )
    await incidents.happen(db, incident, happened, owner_before=None)
