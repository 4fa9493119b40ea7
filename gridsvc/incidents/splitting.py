"""Splitting a case into parts: each is a case of its own, with an owner and a limit of its own.

The case itself stays where it is, and its clock runs on; it cannot end before its parts have.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, not_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.crs import Crs
from gridsvc.auth.principal import Principal
from gridsvc.db.base import new_id
from gridsvc.incidents.headline import is_open
from gridsvc.incidents.model import Incident
from gridsvc.incidents.parts import Family, Part
from gridsvc.incidents.report import Report, Reported
from gridsvc.incidents.rows import Arrival
from gridsvc.incidents.service import Desk, receive

CHANNEL: Final = "split"
"""By which parts come: nobody reports them, and nobody has to file them."""


@dataclass(frozen=True, slots=True)
class By:
    """Who splits a case, when."""

    who: Principal
    now: datetime


async def split(
    db: AsyncSession, incident: Incident, parts: tuple[Part, ...], *, desk: Desk, by: By
) -> dict[str, Any]:
    """Make the parts of a case, each routed by itself; give what its own event says of them."""
    made = [await _make(db, incident, part, desk=desk, by=by) for part in parts]
    named = Incident.id.in_([UUID(one["id"]) for one in made])
    await db.execute(update(Incident).where(named).values(parent_id=incident.id))
    incident.part_count = len(made)
    return {"parts": made}


async def _make(
    db: AsyncSession, incident: Incident, part: Part, *, desk: Desk, by: By
) -> dict[str, str]:
    """Take a part in as a report is taken in; it is its reporter's whose the whole is."""
    whole = {"id": str(incident.id), "reference": incident.reference}
    arrival = Arrival(
        report=_report(incident, part),
        incident_id=new_id(),
        who=by.who,
        now=by.now,
        reporter_id=incident.reporter_id,
        told={"part_of": whole},
    )
    body = (await receive(db, desk, arrival)).body
    return {"id": body["id"], "reference": body["reference"]}


def _report(incident: Incident, part: Part) -> Report:
    elsewhere = part.location is not None or part.address is not None
    return Report(
        category=part.category,
        scheme=part.scheme,
        condition=part.condition,
        location=_location(part) if elsewhere else _location_of(incident),
        address=part.address if elsewhere else incident.address,
        description=part.description,
        occurred_at=incident.occurred_at,
        channel=CHANNEL,
    )


def _location(part: Part) -> Reported | None:
    spot = part.location
    return Reported(spot.lon, spot.lat, Crs.WGS84, spot.accuracy_m) if spot else None


def _location_of(incident: Incident) -> Reported | None:
    if incident.location is None:
        return None
    lon, lat = incident.location.coords[0]
    return Reported(lon, lat, Crs.WGS84, incident.accuracy_m)


async def hold_whole(db: AsyncSession, part: Incident) -> None:
    """Hold the case of which another is a part: it does not end while that is opened again."""
    whole = select(Incident.id).where(Incident.id == part.parent_id)
    await db.execute(whole.with_for_update())


async def families_of(db: AsyncSession, incidents: Sequence[Incident]) -> Mapping[UUID, Family]:
    """Look how the parts of some cases stand, and what they are parts of; most have neither."""
    wholes = [it.id for it in incidents if it.part_count]
    parts = {it.id: it.parent_id for it in incidents if it.parent_id}
    going_on = await _parts_open(db, wholes)
    ended = await _ended(db, set(parts.values()))
    return {one: Family(parts_open=going_on.get(one, 0)) for one in wholes} | {
        one: Family(parent_ended=parent in ended) for one, parent in parts.items()
    }


async def _parts_open(db: AsyncSession, wholes: Sequence[UUID]) -> Mapping[UUID | None, int]:
    if not wholes:
        return {}
    counted = select(Incident.parent_id, func.count()).where(Incident.parent_id.in_(wholes))
    rows = await db.execute(counted.where(is_open()).group_by(Incident.parent_id))
    return {whole: number for whole, number in rows}  # noqa: C416 - rows are no pairs to mypy


async def _ended(db: AsyncSession, parents: Collection[UUID]) -> frozenset[UUID]:
    if not parents:
        return frozenset()
    ended = select(Incident.id).where(Incident.id.in_(parents), not_(is_open()))
    return frozenset(await db.scalars(ended))
