"""The cases that an incident belongs together with, as far as the caller sees them. Reads only."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.incidents.model import Incident
from gridsvc.incidents.visibility import visible_to


async def kin_of(db: AsyncSession, incident: Incident, *, who: Principal) -> dict[str, Any]:
    """Name the case that it was merged into, and those that were merged into it."""
    near = await _near(db, incident, who)
    return {
        "merged_into": next((_told(it) for it in near if it.id == incident.merged_into), None),
        "merged": [_told(it) for it in near if it.merged_into == incident.id],
    }


async def _near(db: AsyncSession, incident: Incident, who: Principal) -> list[Incident]:
    if incident.merged_into is None and not incident.co_reporter_ids:
        return []
    belongs = or_(Incident.id == incident.merged_into, Incident.merged_into == incident.id)
    found = select(Incident).where(belongs, visible_to(who))
    return list(await db.scalars(found.order_by(Incident.reported_at, Incident.id)))


def _told(incident: Incident) -> dict[str, Any]:
    return {
        "id": str(incident.id),
        "reference": incident.reference,
        "status": incident.status,
        "description": incident.description,
        "reported_at": incident.reported_at.isoformat(),
        "closed_at": incident.closed_at.isoformat() if incident.closed_at else None,
    }
