"""Reading incidents for the endpoints: everything passes the one visibility filter."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.incidents import repository
from gridsvc.incidents.model import IncidentEvent
from gridsvc.incidents.search import one, page
from gridsvc.incidents.visibility import visible_to
from gridsvc.routing.model import RoutingDecision
from gridsvc.routing.repository import decisions_of

__all__ = ["events", "one", "page", "routing"]


async def routing(
    db: AsyncSession, incident_id: UUID, *, who: Principal, now: datetime
) -> RoutingDecision:
    """Read the newest decision about an incident."""
    await repository.get(db, incident_id, visible=visible_to(who, now=now))
    return (await decisions_of(db, incident_id))[-1]


async def events(
    db: AsyncSession, incident_id: UUID, *, who: Principal, now: datetime
) -> Sequence[IncidentEvent]:
    """Read what happened to an incident."""
    await repository.get(db, incident_id, visible=visible_to(who, now=now))
    return await repository.events_of(db, incident_id)
