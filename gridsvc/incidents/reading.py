"""Reading incidents for the endpoints: everything passes the one visibility filter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.files.repository import attachments_of
from gridsvc.files.schemas import as_json
from gridsvc.incidents import repository
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.incidents.search import one, page
from gridsvc.incidents.visibility import visible_to
from gridsvc.routing.repository import decisions_of

__all__ = ["Decided", "attachments", "decided", "events", "one", "page", "routing"]


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions about an incident as they are shown, and the version of the incident."""

    version: int
    body: dict[str, Any]


async def attachments(db: AsyncSession, incident_id: UUID) -> list[dict[str, Any]]:
    """Write down the photos and files of an incident that the caller was seen to see."""
    return [as_json(it) for it in await attachments_of(db, incident_id)]


async def routing(db: AsyncSession, incident_id: UUID, *, who: Principal) -> Decided:
    """Read the decisions about an incident."""
    incident = await repository.get(db, incident_id, visible=visible_to(who))
    return await decided(db, incident)


async def decided(db: AsyncSession, incident: Incident) -> Decided:
    """Show the decision that holds, and those before it, the newest first."""
    newest, *earlier = [
        {"decided_at": one.decided_at.isoformat(), "routing": one.record}
        for one in reversed(await decisions_of(db, incident.id))
    ]
    return Decided(incident.version, {**newest, "earlier": earlier})


async def events(db: AsyncSession, incident_id: UUID, *, who: Principal) -> Sequence[IncidentEvent]:
    """Read what happened to an incident."""
    await repository.get(db, incident_id, visible=visible_to(who))
    return await repository.events_of(db, incident_id)
