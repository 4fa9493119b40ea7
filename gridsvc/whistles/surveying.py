"""Finding whom a place concerns, before anybody is called. Writes nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shapely.geometry.base import BaseGeometry
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Appointment, Principal
from gridsvc.catalogue.lookup import find_category
from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.errors import Invalid
from gridsvc.incidents import repository as incidents
from gridsvc.incidents.leave import demand_for
from gridsvc.incidents.model import Incident
from gridsvc.incidents.service import Desk
from gridsvc.incidents.visibility import visible_to
from gridsvc.routing.edition import Edition
from gridsvc.routing.snapshot import MapView
from gridsvc.whistles.asked import Matter, Where
from gridsvc.whistles.ground import Ground, ground_of, named_area, require_sound
from gridsvc.whistles.proposing import Proposal, proposals
from gridsvc.whistles.standing import calling


@dataclass(frozen=True, slots=True)
class Survey:
    """Where somebody wants to call to, on whose behalf, and whom that place concerns."""

    ground: Ground
    appointment: Appointment
    proposals: Sequence[Proposal]
    edition: Edition
    incident: Incident | None


async def survey(
    db: AsyncSession,
    desk: Desk,
    matter: Matter,
    *,
    who: Principal,
    now: datetime,
    lock: bool = False,
) -> Survey:
    """Find whom a place concerns; `lock` holds the incident until the transaction ends."""
    edition = await desk.router.atlas.newest(db)
    view = await desk.router.atlas.view(db, edition, at=now)
    incident = await _incident(db, matter.where, who=who, lock=lock)
    shape, name = _place(matter.where, view, incident)
    radius = matter.where.radius_m
    # A wide place is cut along the borders in it: other requests go on meanwhile.
    ground = await asyncio.to_thread(ground_of, view, shape, name=name, radius_m=radius)
    appointment = calling(who, ground.areas)
    found = proposals(
        ground.places,
        edition.claims,
        category=_category(edition, matter, now),
        at=now,
        without=frozenset(filter(None, [appointment.organisation_id])),
    )
    return Survey(ground, appointment, found, edition, incident)


async def _incident(
    db: AsyncSession, where: Where, *, who: Principal, lock: bool
) -> Incident | None:
    if where.incident_id is None:
        return None
    found = await incidents.get(db, where.incident_id, visible=visible_to(who), lock=lock)
    await demand_for(db, found, who, Permission.WHISTLES_CALL)
    return found


def _place(where: Where, view: MapView, incident: Incident | None) -> tuple[BaseGeometry, str]:
    """Give the place with what it is called."""
    if where.shape is not None:
        return require_sound(where.shape), where.name or (incident.reference if incident else "")
    if where.area is not None:
        shape, name = named_area(view, *where.area)
        return shape, where.name or name
    if incident is not None and incident.location is not None:
        return incident.location, where.name or incident.address or incident.reference
    raise Invalid(
        "place_missing",
        en="Say where: draw a surface, name an area, or an incident that has coordinates.",
        zh="请指定地点：绘制范围、指定区域，或指定有坐标的案件。",
        field="geometry",
    )


def _category(edition: Edition, matter: Matter, now: datetime) -> CategoryRecord | None:
    if matter.category is None:
        return None
    return find_category(edition.catalogue, matter.category, scheme=matter.scheme, at=now)
