"""Listing incidents: filters, what the caller may see, pages by key. Reads only."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Double,
    Select,
    and_,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Area, Layer, Organisation
from gridsvc.areas.repository import levels_of
from gridsvc.auth.principal import Principal
from gridsvc.catalogue.model import Category, CategoryScheme, FilingCondition
from gridsvc.db.selection import Bbox, Cursor
from gridsvc.incidents.lifecycle import Status
from gridsvc.incidents.model import AREA_OF, Incident
from gridsvc.incidents.repository import not_found
from gridsvc.incidents.visibility import visible_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to; None leaves a thing open."""

    bbox: Bbox | None = None
    zone: str | None = None
    layer: str | None = None
    """Of the zone."""
    area: str | None = None
    status: tuple[Status, ...] = ()
    category: str | None = None
    text: str | None = None
    """In the description or the address, or how the reference begins."""
    since: datetime | None = None
    until: datetime | None = None
    merged_into: UUID | None = None
    parent: UUID | None = None


async def conditions(db: AsyncSession, filters: Filters) -> ColumnElement[bool]:
    """Make the condition on `Incident` of some filters."""
    found = [*_by_place(filters), *_by_matter(filters)]
    if filters.area is not None:
        found.append(_in_area(filters.area, await levels_of(db, filters.area)))
    return and_(true(), *found)


def _by_place(filters: Filters) -> Iterator[ColumnElement[bool]]:
    if filters.bbox is not None:
        yield _within(filters.bbox)
    if filters.zone is not None or filters.layer is not None:
        yield Incident.zone_id.in_(_zones(filters))


def _zones(filters: Filters) -> Select[UUID]:
    """Select every version of the zones, whichever of them an incident was routed with."""
    named = select(Area.id)
    if filters.zone is not None:
        named = named.where(Area.code == filters.zone)
    if filters.layer is not None:
        named = named.join(Layer, Layer.id == Area.layer_id).where(Layer.name == filters.layer)
    return named


def _by_matter(filters: Filters) -> Iterator[ColumnElement[bool]]:
    if filters.status:
        yield Incident.status.in_([status.value for status in filters.status])
    if filters.category is not None:
        yield _in_category(filters.category)
    if filters.text is not None:
        yield _says(filters.text)
    if filters.since is not None:
        yield Incident.reported_at >= filters.since
    if filters.until is not None:
        yield Incident.reported_at < filters.until
    if filters.merged_into is not None:
        yield Incident.merged_into == filters.merged_into
    if filters.parent is not None:
        yield Incident.parent_id == filters.parent


def _envelope(west: float, south: float, east: float, north: float) -> ColumnElement[bool]:
    """Hold for points in a box, which may be as thin as a line or a point.

    The operator finds them by the index, whose boxes are rounded; the numbers decide.
    """
    box = func.ST_MakeEnvelope(west, south, east, north, 4326)
    return and_(
        Incident.location.op("&&", is_comparison=True)(box),
        func.ST_X(Incident.location, type_=Double).between(west, east),
        func.ST_Y(Incident.location, type_=Double).between(south, north),
    )


def _within(box: Bbox) -> ColumnElement[bool]:
    if box.west <= box.east:
        return _envelope(box.west, box.south, box.east, box.north)
    return or_(
        _envelope(box.west, box.south, 180, box.north),
        _envelope(-180, box.south, box.east, box.north),
    )


def _in_area(code: str, levels: Collection[str]) -> ColumnElement[bool]:
    """Hold for what lies in an area; nearly every code is of one level, whose index finds it."""
    return or_(false(), *(AREA_OF[level] == code for level in levels))


def _in_category(code: str) -> ColumnElement[bool]:
    named = or_(Category.code == code, Category.major_code == code)
    return Incident.category_id.in_(select(Category.id).where(named))


def _says(text: str) -> ColumnElement[bool]:
    return or_(
        Incident.reference.startswith(text, autoescape=True),
        Incident.description.icontains(text, autoescape=True),
        Incident.address.icontains(text, autoescape=True),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """An incident with the names of what it points at."""

    incident: Incident
    category: str
    category_name: str
    category_name_en: str | None
    scheme: str
    scheme_version: int
    condition: FilingCondition | None
    lead: str | None
    lead_name: str | None
    lead_name_en: str | None
    zone: str | None
    zone_name: str | None
    zone_layer: str | None


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Incident,
            Category.code,
            Category.name,
            Category.name_en,
            CategoryScheme.code,
            CategoryScheme.version,
            FilingCondition,
            Organisation.code,
            Organisation.name,
            Organisation.name_en,
            Area.code,
            Area.name,
            Layer.name,
        )
        .join(Category, Category.id == Incident.category_id)
        .join(CategoryScheme, CategoryScheme.id == Category.scheme_id)
        .outerjoin(FilingCondition, FilingCondition.id == Incident.condition_id)
        .outerjoin(Organisation, Organisation.id == Incident.lead_id)
        .outerjoin(Area, Area.id == Incident.zone_id)
        .outerjoin(Layer, Layer.id == Area.layer_id)
    )


class Order(StrEnum):
    """Which incidents a list begins with."""

    NEWEST = "newest"
    SOONEST_DUE = "soonest_due"

    def time(self, incident: Incident) -> datetime:
        """Give the time by which it stands where it stands."""
        return incident.due_at if self is Order.SOONEST_DUE else incident.reported_at


@dataclass(frozen=True, slots=True)
class Page:
    """Some incidents in their order, and where the next page begins."""

    rows: Sequence[Listed]
    next: Cursor | None


async def page(
    db: AsyncSession,
    filters: Filters,
    *,
    who: Principal,
    limit: int,
    after: Cursor | None,
) -> Page:
    """List incidents that the caller may see, by key: a page costs the same however deep it is."""
    return await page_of(db, await conditions(db, filters), who=who, limit=limit, after=after)


async def page_of(
    db: AsyncSession,
    wanted: ColumnElement[bool],
    *,
    who: Principal,
    limit: int,
    after: Cursor | None,
    order: Order = Order.NEWEST,
) -> Page:
    """List those that meet a condition."""
    statement = _ordered(_rows().where(wanted, visible_to(who)), order, after=after)
    found = [Listed(*row) for row in (await db.execute(statement.limit(limit + 1)))]
    rows = found[:limit]
    last = rows[-1].incident if len(found) > limit else None
    return Page(rows, Cursor(order.time(last), last.id) if last else None)


def _ordered(
    statement: Select[*tuple[Any, ...]], order: Order, *, after: Cursor | None
) -> Select[*tuple[Any, ...]]:
    """Put them in order, those behind a place."""
    upwards = order is Order.SOONEST_DUE
    key = (Incident.due_at if upwards else Incident.reported_at, Incident.id)
    if after is not None:
        here, place = tuple_(*key), tuple_(after.at, after.id)
        statement = statement.where(here > place if upwards else here < place)
    return statement.order_by(*(key if upwards else (column.desc() for column in key)))


async def changed(db: AsyncSession, incident_id: UUID) -> Listed:
    """Read an incident that the caller has just changed; they may have given it out of sight."""
    return Listed(*(await db.execute(_rows().where(Incident.id == incident_id))).one())


async def one(db: AsyncSession, incident_id: UUID, *, who: Principal) -> Listed:
    """Read one incident, if the caller may see it."""
    statement = _rows().where(Incident.id == incident_id, visible_to(who))
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise not_found()
    return Listed(*row)
