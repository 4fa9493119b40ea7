"""What an incident asks of routing, made of what is stored: as its report asked it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.catalogue.model import Category, CategoryScheme
from gridsvc.incidents import repository
from gridsvc.incidents.amendment import component_of
from gridsvc.incidents.model import Incident
from gridsvc.routing.service import Matter, Position


async def matter_of(db: AsyncSession, incident: Incident) -> Matter:
    """Ask about an incident again."""
    named = select(Category.code, CategoryScheme.code).where(Category.id == incident.category_id)
    joined = named.join(CategoryScheme, CategoryScheme.id == Category.scheme_id)
    category, scheme = (await db.execute(joined)).one()
    return Matter(
        category=category,
        scheme=scheme,
        position=_position(incident),
        at=incident.occurred_at,
        address=incident.address,
        asset=component_of(await repository.events_of(db, incident.id)),
    )


def _position(incident: Incident) -> Position | None:
    point = incident.location
    if point is None:
        return None
    lon, lat = point.coords[0]
    return Position(lon, lat, incident.accuracy_m or 0.0)
