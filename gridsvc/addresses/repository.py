"""Names and house numbers in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, case, func, literal, null, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.addresses.model import HouseRange, PlaceName
from gridsvc.areas.model import Area, Layer
from gridsvc.areas.repository import in_force


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


async def named_like(db: AsyncSession, grams: Sequence[str], *, at: datetime) -> list[Named]:
    """List administrative areas, roads and places with a pair of characters in common."""
    if not grams:
        return []
    wanted = literal(list(grams), ARRAY(Text))
    areas = (
        select(
            Area.id,
            case((Layer.level == "sub_estate", "estate"), else_="area"),
            Layer.level,
            Area.code,
            Area.name,
        )
        .join(Layer, Layer.id == Area.layer_id)
        .where(
            Layer.level.is_not(None),
            func.name_grams(Area.name).op("&&")(wanted),
            in_force(Area, at),
        )
    )
    places = select(PlaceName.id, PlaceName.kind, null(), PlaceName.code, PlaceName.name).where(
        func.name_grams(PlaceName.name).op("&&")(wanted), holds(PlaceName, at)
    )
    rows = await db.execute(areas.union_all(places))
    return [Named(*row) for row in rows]


async def shapes_of(db: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    """Read the shapes of rows of `area` and `place_name`."""
    found: dict[UUID, Any] = {}
    for table in (Area, PlaceName):
        rows = await db.execute(select(table.id, table.geometry).where(table.id.in_(ids)))
        found |= {row[0]: row[1] for row in rows}
    return found


async def ranges_of(
    db: AsyncSession, roads: Sequence[str], *, at: datetime
) -> Sequence[HouseRange]:
    """List the known house numbers of some roads."""
    if not roads:
        return []
    found = select(HouseRange).where(HouseRange.road_code.in_(roads), holds(HouseRange, at))
    return list(await db.scalars(found.order_by(HouseRange.road_code, HouseRange.first)))
