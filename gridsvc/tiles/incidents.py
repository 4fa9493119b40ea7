"""Tiles of incidents: counted by cell while the map shows much, one by one where it shows little.

Whoever sees the whole city is shown what is counted already (`IncidentCell`); whoever sees a part
is counted for, by the rule that lists follow. Places are whole numbers, so that each incident lies
in one tile and one cell of it, and both ways count alike. Reads only.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Label,
    Select,
    SQLColumnExpression,
    Text,
    case,
    cast,
    func,
    literal_column,
    select,
    text,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.auth.sight import sight_of
from gridsvc.catalogue.model import Category
from gridsvc.incidents.headline import is_open, is_overdue
from gridsvc.incidents.model import Incident
from gridsvc.incidents.visibility import visible_to
from gridsvc.tiles.matrix import EXTENT, PLACES, Tile
from gridsvc.tiles.model import IncidentCell, IncidentTally

NAME = "incidents"
COUNTED_TO = 14
"""The deepest zoom at which all are counted."""
APART_FROM = 18
"""From this zoom on only those at the very same place are counted together."""
CELL_BITS, UNIT_BITS = 5, 12
"""32 cells along a side of a tile, or as many as there are units."""
LEVELS = (13, 16, 19)
"""Zooms whose tiles are cells that incidents are counted by."""

_ZERO, _ONE = (literal_column(it, Integer) for it in "01")
_VERSION = text("SELECT incidents_version()")
# A plan for any tile is one for none: it took seconds where one for this tile takes milliseconds.
_PLAN_FOR_THIS = text("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")


async def version(db: AsyncSession) -> str:
    """Say which state of all incidents is the newest."""
    return str((await db.execute(_VERSION)).scalar_one())


async def incident_tile(db: AsyncSession, tile: Tile, *, who: Principal, now: datetime) -> bytes:
    """Draw the incidents that the caller may see."""
    await db.execute(_PLAN_FOR_THIS)
    if tile.zoom <= COUNTED_TO and sight_of(who).everything:
        cells = _tallied(tile, now)
    else:
        cells = _counted(tile, who, now)
    drawn = cells.subquery("drawn")
    statement = select(func.ST_AsMVT(drawn.table_valued(), NAME, EXTENT, "geom"))
    return bytes((await db.execute(statement)).scalar_one())


def _cell_bits(tile: Tile) -> int:
    """By how much cells are coarser than places."""
    return max(tile.shift - (UNIT_BITS if tile.zoom >= APART_FROM else CELL_BITS), 0)


def _counted(tile: Tile, who: Principal, now: datetime) -> Select[*tuple[Any, ...]]:
    """Count what the caller sees, cell by cell."""
    seen = (
        select(
            func.tile_x(Incident.location, type_=Integer).label("x"),
            func.tile_y(Incident.location, type_=Integer).label("y"),
            Incident.id,
            Incident.reference,
            Incident.status,
            Category.code.label("category"),
            cast(is_open(), Integer).label("open"),
            cast(is_overdue(now), Integer).label("overdue"),
        )
        .join(Category, Category.id == Incident.category_id)
        .where(_near(tile), visible_to(who))
        .subquery("seen")
    )
    columns, count = seen.c, func.count()
    bits = _cell_bits(tile)
    counts = [
        count.label("count"),
        func.sum(columns.open).label("open"),
        func.sum(columns.overdue).label("overdue"),
    ]
    told = counts if tile.zoom <= COUNTED_TO else _alone_or(counts, count, columns)
    return (
        select(*told, _middle(tile, func.sum(columns.x), func.sum(columns.y), count))
        .where(columns.x.op(">>")(tile.shift) == tile.column)
        .where(columns.y.op(">>")(tile.shift) == tile.row)
        .group_by(columns.x.op(">>")(bits), columns.y.op(">>")(bits))
    )


def _alone_or(
    counts: list[Label[Any]],
    count: ColumnElement[int],
    columns: Any,  # noqa: ANN401 - a namespace
) -> list[Label[Any]]:
    """Tell of an incident that has a cell for itself what it is, of several how many."""
    alone = count == 1
    told = {
        "id": cast(columns.id, Text),
        "reference": columns.reference,
        "status": columns.status,
        "category": columns.category,
    }
    return [
        *(case((alone, func.min(it))).label(name) for name, it in told.items()),
        *(case((~alone, it.element)).label(it.name) for it in counts if it.name != "overdue"),
        counts[-1],
    ]


def _tallied(tile: Tile, now: datetime) -> Select[*tuple[Any, ...]]:
    """Add up what is counted already; what is overdue time alone decides, and few are."""
    level = next(it for it in LEVELS if it >= tile.zoom + CELL_BITS)
    known = union_all(
        _added_up(tile, level), _waiting(tile, level), _late(tile, level, now)
    ).subquery("known")
    columns, coarser = known.c, level - tile.zoom - CELL_BITS
    count, sum_x, sum_y = (func.sum(it) for it in (columns.count, columns.sum_x, columns.sum_y))
    return (
        select(
            count.label("count"),
            func.sum(columns.open).label("open"),
            func.sum(columns.overdue).label("overdue"),
            _middle(tile, sum_x, sum_y, count),
        )
        .group_by(*(it.op(">>")(coarser) for it in (columns.x, columns.y)))
        .having(count > 0)
    )


def _added_up(tile: Tile, level: int) -> Select[*tuple[Any, ...]]:
    """Select the cells of a level in a tile."""
    cell = IncidentCell
    inside = _inside(tile, level, cell.x, cell.y)
    sums = (cell.count, cell.open, cell.sum_x, cell.sum_y, _ZERO.label("overdue"))
    return select(cell.x, cell.y, *sums).where(cell.level == level, *inside)


def _waiting(tile: Tile, level: int) -> Select[*tuple[Any, ...]]:
    """Select the changes that are not added to the cells yet."""
    new, finest = IncidentTally, LEVELS[-1]
    place = (it.op(">>")(finest - level) for it in (new.x, new.y))
    inside = _inside(tile, finest, new.x, new.y)
    sums = (new.count, new.open, new.sum_x, new.sum_y, _ZERO)
    return select(*place, *sums).where(*inside)


def _late(tile: Tile, level: int, now: datetime) -> Select[*tuple[Any, ...]]:
    """Select what is overdue; it is counted elsewhere.

    What is only near the tile falls into cells of which nothing is counted.
    """
    places = (func.tile_x(Incident.location), func.tile_y(Incident.location))
    cell = (place.op(">>")(PLACES - level) for place in places)
    return select(*cell, _ZERO, _ZERO, _ZERO, _ZERO, _ONE).where(is_overdue(now), _near(tile))


def _inside(
    tile: Tile, level: int, x: SQLColumnExpression[int], y: SQLColumnExpression[int]
) -> Iterator[ColumnElement[bool]]:
    """Hold for the cells of a level that a tile has."""
    bits = level - tile.zoom
    for side, first in ((x, tile.column), (y, tile.row)):
        yield side.between(first << bits, ((first + 1) << bits) - 1)


def _near(tile: Tile) -> ColumnElement[bool]:
    """Hold for what the index finds in a tile and a little around it; whole numbers decide."""
    box = func.ST_MakeEnvelope(*tile.bounds_and(1 / EXTENT), 4326)
    return Incident.location.op("&&", is_comparison=True)(box)


def _middle(
    tile: Tile, sum_x: ColumnElement[int], sum_y: ColumnElement[int], count: ColumnElement[int]
) -> Label[Any]:
    """Place a cell in the middle of what lies in it, in the tile's own units."""
    units = EXTENT / (1 << tile.shift)
    x, y = (
        func.floor((cast(total / count, BigInteger) - (side << tile.shift)) * units)
        for total, side in ((sum_x, tile.column), (sum_y, tile.row))
    )
    return func.ST_MakePoint(x, y).label("geom")
