"""Names and house numbers in the database, read whole for a time."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, null, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.addresses.gazetteer import Gazetteer, Named, Numbers
from gridsvc.addresses.model import HouseRange, PlaceName
from gridsvc.areas.model import Area, Layer, MapVersion, Release
from gridsvc.areas.repository import in_force

_SOME_METRES = 1e-4
"""Degrees: what is far finer than an address says. A district has tens of thousands of vertices."""
_WHAT = case((Layer.level == "sub_estate", "estate"), else_="area")
_CHANGING = (Release, PlaceName, HouseRange)


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when the same names are in force, and what tells them from others."""

    since: datetime | None
    until: datetime | None
    mark: tuple[object, ...]

    def holds(self, at: datetime) -> bool:
        """Whether a time lies in it."""
        begun = self.since is None or self.since <= at
        return begun and (self.until is None or at < self.until)


def holds(table: type[PlaceName | HouseRange], at: datetime) -> ColumnElement[bool]:
    """Make the condition that a row's validity holds a time."""
    return and_(table.valid_from <= at, or_(table.valid_to.is_(None), table.valid_to > at))


async def map_version(db: AsyncSession) -> int:
    """Read the number of the map as it is now; names are part of what it counts."""
    number: int | None = await db.scalar(select(MapVersion.number))
    return number or 0


async def span(db: AsyncSession, *, at: datetime) -> Span:
    """Find between which changes a time lies; a tenth of the cost of reading the names."""
    moments = union_all(
        *(select(table.valid_from.label("at")) for table in _CHANGING),
        *(select(table.valid_to) for table in _CHANGING),
    ).subquery()
    bounds = select(
        func.max(moments.c.at).filter(moments.c.at <= at),
        func.min(moments.c.at).filter(moments.c.at > at),
    )
    since, until = (await db.execute(bounds)).one()
    return Span(since, until, tuple([await _mark(db, table, at) for table in _CHANGING]))


async def _mark(
    db: AsyncSession, table: type[Release | PlaceName | HouseRange], at: datetime
) -> tuple[object, ...]:
    """Tell a set of rows from any other by their ids: what they say never changes."""
    hashed = func.bit_xor(func.uuid_hash_extended(table.id, 0))
    held = and_(table.valid_from <= at, or_(table.valid_to.is_(None), table.valid_to > at))
    return tuple((await db.execute(select(func.count(), hashed).where(held))).one())


async def read_gazetteer(db: AsyncSession, *, at: datetime) -> Gazetteer:
    """Read the names, house numbers and lines of roads that are in force at a time."""
    names, numbers, lines = await _names(db, at), await _numbers(db, at), await _lines(db, at)
    # A second for a whole city: other requests go on meanwhile.
    return await asyncio.to_thread(Gazetteer, names, numbers=numbers, lines=lines)


async def _names(db: AsyncSession, at: datetime) -> Sequence[Named]:
    """List areas, estates, roads and places; of a road's names the first one first."""
    areas = (
        select(_WHAT, Layer.level, Area.code, Area.name, _plain(Area))
        .join(Layer, Layer.id == Area.layer_id)
        .where(Layer.level.is_not(None), in_force(Area, at))
    )
    places = select(
        PlaceName.kind, null(), PlaceName.code, PlaceName.name, _plain(PlaceName)
    ).where(holds(PlaceName, at))
    ordered = (areas.order_by(Area.id), places.order_by(PlaceName.id))
    return [Named(*row) for query in ordered for row in await db.execute(query)]


def _plain(table: type[Area | PlaceName | HouseRange]) -> ColumnElement[Any]:
    return func.ST_AsBinary(func.ST_SimplifyPreserveTopology(table.geometry, _SOME_METRES))


async def _numbers(db: AsyncSession, at: datetime) -> Mapping[str, Sequence[Numbers]]:
    shape = func.ST_AsBinary(HouseRange.geometry)
    rows = await db.execute(
        select(HouseRange.road_code, HouseRange.first, HouseRange.last, HouseRange.parity, shape)
        .where(holds(HouseRange, at))
        .order_by(HouseRange.first)
    )
    found: dict[str, list[Numbers]] = defaultdict(list)
    for code, *about in rows:
        found[code].append(Numbers(*about))
    return dict(found)


async def _lines(db: AsyncSession, at: datetime) -> Mapping[str, bytes]:
    lines = func.GeometryType(PlaceName.geometry).in_(("LINESTRING", "MULTILINESTRING"))
    rows = await db.execute(
        select(PlaceName.code, func.ST_AsBinary(PlaceName.geometry)).where(
            PlaceName.kind == "road", lines, holds(PlaceName, at)
        )
    )
    return {row[0]: row[1] for row in rows}
