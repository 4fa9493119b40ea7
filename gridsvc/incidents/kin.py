"""The cases that an incident belongs together with, as far as the caller sees them. Reads only."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.confining import release
from gridsvc.auth.principal import Principal
from gridsvc.incidents.model import Incident
from gridsvc.incidents.splitting import families_of
from gridsvc.incidents.visibility import visible_to


async def kin_of(db: AsyncSession, incident: Incident, *, who: Principal) -> dict[str, Any]:
    """Name what it was merged into or is a part of, what was merged into it, and its parts.

    How many parts go on is told to whoever sees the whole: it comes last, beyond their sight.
    """
    near = await _near(db, incident, who)
    parts_open = 0
    if incident.part_count:
        await release(db)
        parts_open = (await families_of(db, [incident]))[incident.id].parts_open
    return {
        "merged_into": next((_told(it) for it in near if it.id == incident.merged_into), None),
        "merged": [_told(it) for it in near if it.merged_into == incident.id],
        "parent": next((_told(it) for it in near if it.id == incident.parent_id), None),
        "parts": [_told(it) for it in near if it.parent_id == incident.id],
        "parts_in_all": incident.part_count,
        "parts_open": parts_open,
    }


async def _near(db: AsyncSession, incident: Incident, who: Principal) -> list[Incident]:
    above = [one for one in (incident.merged_into, incident.parent_id) if one]
    if not above and not incident.co_reporter_ids and not incident.part_count:
        return []
    below = or_(Incident.merged_into == incident.id, Incident.parent_id == incident.id)
    belongs = or_(Incident.id.in_(above), below)
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
