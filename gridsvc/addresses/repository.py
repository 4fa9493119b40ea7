"""Names and house numbers in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import shapely
from sqlalchemy import ColumnElement, Text, and_, case, func, literal, null, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from gridsvc.addresses.model import HouseRange, PlaceName
from gridsvc.areas.model import Area, Layer
from gridsvc.areas.repository import in_force

_SOME_METRES = 1e-4
"""Degrees: what is far finer than an address says. A district has tens of thousands of vertices."""
_WHAT = case((Layer.level == "sub_estate", "estate"), else_="area")


@dataclass(frozen=True, slots=True)
class Named:
    """A name, and the row of `area` or `place_name` that bears it."""

    id: UUID
    what: str
    level: str | None
    code: str
    name: str


def holds(table: type[PlaceName | HouseRange], at: datetime) -> ColumnElement[bool]:
    """Make the condition that a row's validity holds a time."""
    return and_(table.valid_from <= at, or_(table.valid_to.is_(None), table.valid_to > at))


async def named_like(
    db: AsyncSession, grams: Sequence[str], *, at: datetime, ending: str = "", grids: bool = False
) -> list[Named]:
    """List areas, estates, roads and places with one of some pairs of characters in their names.

    `ending` must end the name; grids have numbers for names and are left out unless asked for.
    """
    wanted = literal(list(grams), ARRAY(Text))
    areas = (
        select(Area.id, _WHAT, Layer.level, Area.code, Area.name)
        .join(Layer, Layer.id == Area.layer_id)
        .where(_like(Area.name, wanted, ending), in_force(Area, at), _of_levels(grids=grids))
    )
    places = select(PlaceName.id, PlaceName.kind, null(), PlaceName.code, PlaceName.name).where(
        _like(PlaceName.name, wanted, ending), holds(PlaceName, at)
    )
    rows = await db.execute(areas.union_all(places))
    return [Named(*row) for row in rows]


def _like(
    name: InstrumentedAttribute[str], grams: ColumnElement[Any], ending: str
) -> ColumnElement[bool]:
    return and_(func.name_grams(name).op("&&")(grams), name.endswith(ending, autoescape=True))


def _of_levels(*, grids: bool) -> ColumnElement[bool]:
    return Layer.level.is_not(None) if grids else Layer.level != "grid"


async def shapes_of(db: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    """Read the shapes of rows of `area` and `place_name`, to within some metres."""
    found: dict[UUID, Any] = {}
    for table in (Area, PlaceName):
        plain = func.ST_AsBinary(func.ST_SimplifyPreserveTopology(table.geometry, _SOME_METRES))
        rows = await db.execute(select(table.id, plain).where(table.id.in_(ids)))
        found |= {row[0]: shapely.from_wkb(row[1]) for row in rows}
    return found


async def ranges_of(
    db: AsyncSession, roads: Sequence[str], *, at: datetime
) -> Sequence[HouseRange]:
    """List the known house numbers of some roads."""
    if not roads:
        return []
    found = select(HouseRange).where(HouseRange.road_code.in_(roads), holds(HouseRange, at))
    return list(await db.scalars(found.order_by(HouseRange.road_code, HouseRange.first)))
