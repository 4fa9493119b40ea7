"""Tiles of incidents: counted by cell while the map shows much, one by one where it shows little.

Whoever sees the whole city is shown what is counted already (`IncidentTally`); whoever sees a part
is counted for, by the rule that lists follow. Places are whole numbers, so that each incident lies
in one tile and one cell of it, and both ways count alike. Reads only.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Label,
    Select,
    Text,
    case,
    cast,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.auth.sight import sight_of
from gridsvc.catalogue.model import Category
from gridsvc.incidents.headline import is_open, is_overdue
from gridsvc.incidents.model import Incident
from gridsvc.incidents.visibility import visible_to
from gridsvc.tiles.matrix import EXTENT, Tile
from gridsvc.tiles.model import IncidentTally

NAME = "incidents"
COUNTED_TO = 14
"""The deepest zoom at which all are counted."""
APART_FROM = 18
"""From this zoom on only those at the very same place are counted together."""
CELL_BITS, UNIT_BITS = 5, 12
"""32 cells along a side of a tile, or as many as there are units."""
TALLY_BITS = 11
"""By which the tally's cells are coarser than places."""

_VERSION = text("SELECT incidents_version()")


async def version(db: AsyncSession) -> str:
    """Say which state of all incidents is the newest."""
    return str((await db.execute(_VERSION)).scalar_one())


async def incident_tile(db: AsyncSession, tile: Tile, *, who: Principal, now: datetime) -> bytes:
    """Draw the incidents that the caller may see."""
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
    bits = _cell_bits(tile) - TALLY_BITS
    first_x, first_y = (side << (tile.shift - TALLY_BITS) for side in (tile.column, tile.row))
    last = (1 << (tile.shift - TALLY_BITS)) - 1
    tally, late = IncidentTally, _late(tile, now)
    x, y = (it.op(">>")(bits) for it in (tally.x, tally.y))
    cells = (
        select(
            x.label("x"),
            y.label("y"),
            func.sum(tally.count).label("count"),
            func.sum(tally.open).label("open"),
            func.sum(tally.sum_x).label("sum_x"),
            func.sum(tally.sum_y).label("sum_y"),
        )
        .where(tally.x.between(first_x, first_x + last), tally.y.between(first_y, first_y + last))
        .group_by(x, y)
        .having(func.sum(tally.count) > 0)
        .subquery("cells")
    )
    counted = cells.c
    return select(
        counted.count,
        counted.open,
        func.coalesce(late.c.overdue, 0).label("overdue"),
        _middle(tile, counted.sum_x, counted.sum_y, counted.count),
    ).outerjoin_from(cells, late, (late.c.x == counted.x) & (late.c.y == counted.y))


def _late(tile: Tile, now: datetime) -> Any:  # noqa: ANN401 - a subquery
    bits = _cell_bits(tile)
    x, y = (place(Incident.location, type_=Integer) for place in (func.tile_x, func.tile_y))
    return (
        select(
            x.op(">>")(bits).label("x"), y.op(">>")(bits).label("y"), func.count().label("overdue")
        )
        .where(is_overdue(now), _near(tile))
        .group_by(literal_column("1"), literal_column("2"))
        .subquery("late")
    )


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
