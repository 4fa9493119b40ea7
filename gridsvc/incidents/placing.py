"""Where an incident lies by the map: the codes of its areas, and its zone."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import LEVELS, Area, Layer
from gridsvc.incidents.model import Incident
from gridsvc.routing.facts import Decision, Place


async def place(db: AsyncSession, incident: Incident, decision: Decision) -> dict[str, str | None]:
    """Let an incident lie where a decision sees it; tell which areas are others now, by level."""
    zone = _zone(decision, incident.lead_id)
    codes = {it.level: it.code for it in decision.chain}
    before = {level: getattr(incident, level) for level in LEVELS}
    after = {level: codes.get(level) for level in LEVELS}
    before["zone"] = await _zone_before(db, incident.zone_id)
    after["zone"] = f"{zone.layer}/{zone.code}" if zone else None
    moved = {name: code for name, code in after.items() if code != before[name]}
    for level in LEVELS:
        setattr(incident, level, after[level])
    if "zone" in moved:
        incident.zone_id = zone.area.id if zone else None
    return moved


def _zone(decision: Decision, owner: UUID | None) -> Place | None:
    """Find the zone by which its owner may have it; else the one that is decided by.

    Last comes who has it in none of the candidates' areas: a person may have found it there.
    """
    pick = decision.pick
    listed = [pick, *(loser.candidate for loser in decision.losers)] if pick else []
    listed += [decision.duty] if decision.duty else []
    own = next((one for one in listed if one.organisation.id == owner), pick)
    return own.place if own else None


async def _zone_before(db: AsyncSession, zone_id: UUID | None) -> str | None:
    """Name the zone as it was: its next version is another row, and the same zone."""
    named = select(Layer.name + "/" + Area.code).where(Area.id == zone_id)
    found: str | None = await db.scalar(named.where(Layer.id == Area.layer_id))
    return found
