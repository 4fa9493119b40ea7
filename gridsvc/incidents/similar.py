"""Open cases that may be about what somebody reports: of its class, near it, at that time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.confining import release
from gridsvc.auth.principal import Principal
from gridsvc.catalogue.model import Category, CategoryScheme
from gridsvc.incidents.lifecycle import OPEN, Status
from gridsvc.incidents.likeness import Around, Likeness, likeness
from gridsvc.incidents.model import Incident
from gridsvc.incidents.nearness import metres_from, within
from gridsvc.incidents.visibility import visible_to

_ENDED = [status.value for status in Status if status not in OPEN]
"""Left out by name, so that the planner does not go through the index of all that is open."""
MOST = 50
"""The nearest so many are compared: a person chooses between a few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What somebody reports, or has reported: a category of a scheme, at a place, at a time."""

    scheme: str
    category: str
    lon: float
    lat: float
    at: datetime
    description: str
    itself: UUID | None = None
    """The case that it is already."""
    whole: UUID | None = None
    """And which that is a part of; else the case itself."""


@dataclass(frozen=True, slots=True)
class Similar:
    """A case that may be the same, and how far."""

    incident: Incident
    likeness: Likeness


async def seen_in(db: AsyncSession, incident: Incident) -> Seen | None:
    """Take a case as what was seen; one without a place is like none."""
    if incident.location is None:
        return None
    named = select(CategoryScheme.code, Category.code).where(Category.id == incident.category_id)
    joined = named.join(CategoryScheme, CategoryScheme.id == Category.scheme_id)
    scheme, category = (await db.execute(joined)).one()
    lon, lat = incident.location.coords[0]
    return Seen(
        scheme=scheme,
        category=category,
        lon=lon,
        lat=lat,
        at=incident.occurred_at,
        description=incident.description,
        itself=incident.id,
        whole=incident.parent_id or incident.id,
    )


async def similar(
    db: AsyncSession, seen: Seen, around: Around, *, who: Principal
) -> Sequence[Similar]:
    """List the cases that the caller sees and that may be the same, the likeliest first."""
    metres = metres_from(seen.lon, seen.lat)
    wanted = await _alike(db, seen, around)
    nearest = select(Incident, metres).where(wanted, visible_to(who))
    rows = await db.execute(nearest.order_by(metres, Incident.id).limit(MOST))
    found = [
        Similar(
            incident,
            likeness(
                seen.description,
                incident.description,
                around,
                distance_m=distance,
                apart=incident.occurred_at - seen.at,
            ),
        )
        for incident, distance in rows
    ]
    return sorted(found, key=lambda it: (-it.likeness.score, it.incident.id))


async def known_to_others(db: AsyncSession, seen: Seen, around: Around, *, who: Principal) -> bool:
    """Tell whether there are others that the caller does not see: nothing else is told of them."""
    wanted = await _alike(db, seen, around)
    await release(db)
    found = await db.scalar(select(exists().where(wanted, not_(visible_to(who)))))
    return bool(found)


async def _alike(db: AsyncSession, seen: Seen, around: Around) -> ColumnElement[bool]:
    """Make the condition that an open case is of the class, within the radius and the time."""
    return and_(
        within(seen.lon, seen.lat, metres=around.radius_m),
        Incident.occurred_at.between(seen.at - around.window, seen.at + around.window),
        Incident.category_id.in_(await _versions(db, seen)),
        Incident.status.not_in(_ENDED),
        *_others(seen),
    )


def _others(seen: Seen) -> Iterator[ColumnElement[bool]]:
    """Leave out what a case belongs together with: the whole, and its parts."""
    if seen.whole is not None:
        yield Incident.id.not_in([seen.itself, seen.whole])
        yield Incident.parent_id.is_distinct_from(seen.whole)


async def _versions(db: AsyncSession, seen: Seen) -> Sequence[UUID]:
    """List the class in all versions of its scheme."""
    joined = select(Category.id).join(CategoryScheme, CategoryScheme.id == Category.scheme_id)
    named = (CategoryScheme.code == seen.scheme, Category.code == seen.category)
    return list(await db.scalars(joined.where(*named)))
