"""Tiles of incidents: counted by cell while the map shows much, one by one where it shows little.

What is shown by cells is counted already: `IncidentCell` for who sees the whole city; for everybody
else the shares of cells that they see (`IncidentShare`), with what they see besides. Places are
whole numbers, so that each incident lies in one tile and one cell of it, and all ways count alike.
Statements name the tile by parameters; those that name nobody are put together once. Reads only.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Float,
    Integer,
    Label,
    Select,
    SQLColumnExpression,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, join

from gridsvc.auth.confining import confine
from gridsvc.auth.principal import Principal
from gridsvc.auth.sight import sight_of
from gridsvc.catalogue.model import Category
from gridsvc.db.session import Database
from gridsvc.db.straight import PLAN_FOR_THIS, Statement, Straight
from gridsvc.incidents.headline import is_open, is_overdue
from gridsvc.incidents.model import Incident
from gridsvc.incidents.visibility import visible_besides, visible_to
from gridsvc.tiles.matrix import EXTENT, PLACES, Tile
from gridsvc.tiles.model import IncidentCell, IncidentShare, IncidentTally

NAME = "incidents"
COUNTED_TO = 14
"""The deepest zoom at which all are counted."""
STORED_BY = 16
"""The zoom whose tiles are the cells of the index `ix_incident_tile`."""
APART_FROM = 18
"""From this zoom on only those at the very same place are counted together."""
CELL_BITS, UNIT_BITS = 5, 12
"""32 cells along a side of a tile, or as many as there are units."""
LEVELS, LEVELS_OF_SHARES = (13, 16, 19), (13, 14, 16, 19)
"""Zooms whose tiles are cells that incidents are counted by. Shares are more than cells, and most
where a tile shows a whole city."""

_ZOOM, _COLUMN, _ROW = (bindparam(it, type_=Integer) for it in ("zoom", "column", "row"))
_CELL_BITS = bindparam("cell_bits", type_=Integer)
"""By how much cells are coarser than places."""
_UNITS = bindparam("units", type_=Float)
"""How many of a tile's own units a place takes."""
_LEVEL = bindparam("level", type_=Integer)
_NOW: ColumnElement[datetime] = bindparam("now", type_=DateTime(timezone=True))
_NEAR = tuple(bindparam(it, type_=Float) for it in ("west", "south", "east", "north"))
_SHIFT = literal_column(str(PLACES), Integer) - _ZOOM
_ZERO, _ONE = (literal_column(it, Integer) for it in "01")
_WHAT = (
    cast(Incident.id, Text).label("id"),
    Incident.reference,
    Incident.status,
    Category.code.label("category"),
)
"""What is told of an incident that has a cell for itself."""
_DUE_AND_PLACE = ("status", "due_at", "paused_at", "exempted_at", "location")
_IN_SHARES = aliased(
    Incident,
    table("incident_in_shares", *map(column, _DUE_AND_PLACE)),
    adapt_on_names=True,
)
"""Incidents of the shares that the caller sees, by the view's own policy."""
_VERSION = text("SELECT incidents_version()")
# A plan for any tile of a whole city is one for none: it took seconds where one for this tile takes
# milliseconds. Where the map shows little, one does for all.
_PLANNED = text(PLAN_FOR_THIS)


async def version(db: AsyncSession) -> str:
    """Say which state of all incidents is the newest."""
    return str((await db.execute(_VERSION)).scalar_one())


async def incident_tile(database: Database, tile: Tile, *, who: Principal, now: datetime) -> bytes:
    """Draw the incidents that the caller may see."""
    given = {**_given(tile, now), **_stored(tile)}
    if sight_of(who).everything:
        async with database.straight() as alone:
            return await _for_all(alone, tile, given | _level(tile, LEVELS))
    async with database.sessions() as db:
        return await _for_a_part(db, tile, given | _level(tile, LEVELS_OF_SHARES), who)


async def _for_all(alone: Straight, tile: Tile, given: Mapping[str, object]) -> bytes:
    if tile.zoom <= COUNTED_TO:
        return bytes(await alone.value(_COUNTED_FOR_ALL, given, planned=True))
    return bytes(await alone.value(_EACH_FOR_ALL[tile.zoom < STORED_BY], given))


async def _for_a_part(
    db: AsyncSession, tile: Tile, given: Mapping[str, object], who: Principal
) -> bytes:
    """Find what may be shown by any index, then show of it what the policies let through.

    Policies come before all that might tell what they hide, so before every index of places.
    """
    counted = tile.zoom <= COUNTED_TO
    await db.execute(_PLANNED)
    found = (await db.execute(_found(tile, who), given)).scalar_one()
    await confine(db, who)
    drawn = _drawn(_shares(who if found else None)) if counted else _EACH
    return bytes((await db.execute(drawn, {**given, "found": found or []})).scalar_one())


def _found(tile: Tile, who: Principal) -> Select[Sequence[UUID]]:
    """Find what the caller sees in a tile; where shares are shown, what is seen besides."""
    if tile.zoom <= COUNTED_TO:
        there = [_near(), visible_besides(who)]
    else:
        there = [*_indexed(four=tile.zoom < STORED_BY), visible_to(who)]
    return select(func.array_agg(Incident.id)).where(*there)


def _drawn(cells: Select[*tuple[Any, ...]]) -> Select[bytes]:
    drawn = cells.subquery("drawn")
    return select(func.ST_AsMVT(drawn.table_valued(), NAME, EXTENT, "geom"))


def _given(tile: Tile, now: datetime) -> dict[str, object]:
    """Name a tile, and how incidents are counted in it."""
    bits = UNIT_BITS if tile.zoom >= APART_FROM else CELL_BITS
    sides = zip(("west", "south", "east", "north"), tile.bounds_and(1 / EXTENT), strict=True)
    return {
        "zoom": tile.zoom,
        "column": tile.column,
        "row": tile.row,
        "cell_bits": max(tile.shift - bits, 0),
        "units": EXTENT / 2.0**tile.shift,
        "now": now,
        **dict(sides),
    }


def _level(tile: Tile, levels: Sequence[int]) -> dict[str, object]:
    """Name the coarsest cells that will do."""
    return {"level": next((it for it in levels if it >= tile.zoom + CELL_BITS), levels[-1])}


def _stored(tile: Tile) -> dict[str, object]:
    """Name the cell of the index that a tile is or lies in; the four of one that is larger."""
    finer = tile.zoom - STORED_BY
    if finer >= 0:
        return {"stored_column": tile.column >> finer, "stored_row": tile.row >> finer}
    columns, rows = ([2 * it, 2 * it + 1] for it in (tile.column, tile.row))
    return {"stored_column": columns, "stored_row": rows}


def _counted(*there: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Count what is there, cell by cell, and tell of what has a cell for itself."""
    seen = (
        select(
            func.tile_x(Incident.location, type_=Integer).label("x"),
            func.tile_y(Incident.location, type_=Integer).label("y"),
            cast(is_open(), Integer).label("open"),
            cast(is_overdue(_NOW), Integer).label("overdue"),
            *_WHAT,
        )
        .select_from(join(Incident, Category))
        .where(*there)
        # By itself, so that places are worked out once.
        .offset(_ZERO)
        .subquery("seen")
    )
    columns, count = seen.c, func.count()
    x, y = (cast(func.sum(it) // count, BigInteger) for it in (columns.x, columns.y))
    return (
        select(*_alone_or_counts(columns, count), _middle(x, y))
        .group_by(_cell(columns.x, columns.y))
        # Of cells and not of incidents: a cell lies in one tile, and there are fewer of them.
        .having(x.op(">>")(_SHIFT) == _COLUMN)
        .having(y.op(">>")(_SHIFT) == _ROW)
    )


def _cell(x: ColumnElement[int], y: ColumnElement[int]) -> ColumnElement[int]:
    """Give the number of a place's cell: to sort by one is faster than by a column and a row."""
    column, row = (it.op(">>", return_type=BigInteger())(_CELL_BITS) for it in (x, y))
    return cast(column, BigInteger).op("<<")(literal_column("32", Integer)).op("|")(row)


def _alone_or_counts(
    columns: Any,  # noqa: ANN401 - a namespace
    count: ColumnElement[int],
) -> Iterator[Label[Any]]:
    """Tell of an incident that has a cell for itself what it is, of several how many."""
    alone, overdue = count == 1, func.sum(columns.overdue)
    for it in _WHAT:
        yield case((alone, func.min(columns[it.name]))).label(it.name)
    yield case((~alone, count)).label("count")
    yield case((~alone, func.sum(columns.open))).label("open")
    yield overdue.label("overdue")


def _tallied(*known_by: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Add up what is counted already; what is overdue time alone decides, and few are."""
    known = union_all(*known_by, _waiting()).subquery("known")
    columns, coarser = known.c, _LEVEL - _ZOOM - CELL_BITS
    count = func.sum(columns.count)
    x, y = (cast(func.sum(it) // count, BigInteger) for it in (columns.sum_x, columns.sum_y))
    return (
        select(
            count.label("count"),
            func.sum(columns.open).label("open"),
            func.sum(columns.overdue).label("overdue"),
            _middle(x, y),
        )
        .group_by(*(it.op(">>")(coarser) for it in (columns.x, columns.y)))
        .having(count > 0)
    )


def _added_up(cell: type[IncidentCell | IncidentShare]) -> Select[*tuple[Any, ...]]:
    """Select the cells of a level in a tile, or their shares."""
    sums = (cell.count, cell.open, cell.sum_x, cell.sum_y, _ZERO.label("overdue"))
    inside = _inside(_LEVEL, cell.x, cell.y)
    return select(cell.x, cell.y, *sums).where(cell.level == _LEVEL, *inside)


def _waiting() -> Select[*tuple[Any, ...]]:
    """Select the changes that are not added to the cells yet."""
    new, finest = IncidentTally, literal_column(str(LEVELS[-1]), Integer)
    place = (it.op(">>")(finest - _LEVEL) for it in (new.x, new.y))
    sums = (new.count, new.open, new.sum_x, new.sum_y, _ZERO)
    return select(*place, *sums).where(*_inside(finest, new.x, new.y))


def _shares(who: Principal | None) -> Select[*tuple[Any, ...]]:
    """Add up the shares that are seen, and what was found to be seen besides by somebody."""
    besides = [_one_by_one(visible_besides(who))] if who else []
    return _tallied(_added_up(IncidentShare), _late(_IN_SHARES), *besides)


def _one_by_one(besides: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Select of what was found what is still seen besides: it may be in a share by now."""
    x, y = (place(Incident.location, type_=Integer) for place in (func.tile_x, func.tile_y))
    cell = (place.op(">>")(PLACES - _LEVEL) for place in (x, y))
    inside = (x.op(">>")(_SHIFT) == _COLUMN, y.op(">>")(_SHIFT) == _ROW)
    said = (_ONE, cast(is_open(), Integer), x, y, cast(is_overdue(_NOW), Integer))
    return select(*cell, *said).where(_among_found(), besides, *inside)


def _late(of: type[Incident]) -> Select[*tuple[Any, ...]]:
    """Select what is overdue; it is counted elsewhere.

    What is only near the tile falls into cells of which nothing is counted.
    """
    places = (func.tile_x(of.location), func.tile_y(of.location))
    cell = (place.op(">>")(PLACES - _LEVEL) for place in places)
    return select(*cell, _ZERO, _ZERO, _ZERO, _ZERO, _ONE).where(is_overdue(_NOW, of), _near(of))


def _inside(
    level: ColumnElement[int], x: SQLColumnExpression[int], y: SQLColumnExpression[int]
) -> Iterator[ColumnElement[bool]]:
    """Hold for the cells of a level that a tile has."""
    bits = level - _ZOOM
    for side, first in ((x, _COLUMN), (y, _ROW)):
        yield side.between(first.op("<<")(bits), (first + 1).op("<<")(bits) - 1)


def _near(of: type[Incident] = Incident) -> ColumnElement[bool]:
    """Hold for what the index finds in a tile and a little around it; whole numbers decide."""
    box = func.ST_MakeEnvelope(*_NEAR, 4326)
    return of.location.op("&&", is_comparison=True)(box)


def _among_found() -> ColumnElement[bool]:
    return Incident.id == func.any(bindparam("found", type_=ARRAY(Uuid)))


def _indexed(*, four: bool) -> Iterator[ColumnElement[bool]]:
    """Hold for what lies in one cell of those by which an index keeps incidents together, or four.

    All that a tile shows is in the index: a few dozen pages are read where the incidents themselves
    lie on thousands.
    """
    coarser = literal_column(str(PLACES - STORED_BY), Integer)
    for place, name in ((func.tile_x, "stored_column"), (func.tile_y, "stored_row")):
        cell = place(Incident.location, type_=Integer).op(">>", return_type=Integer())(coarser)
        given = bindparam(name, type_=ARRAY(Integer) if four else Integer)
        yield cell == (func.any(given) if four else given)


def _middle(x: ColumnElement[int], y: ColumnElement[int]) -> Label[Any]:
    """Place a cell in the middle of what lies in it, in the tile's own units."""
    inside = (
        func.floor((place - cast(side, BigInteger).op("<<")(_SHIFT)) * _UNITS)
        for place, side in ((x, _COLUMN), (y, _ROW))
    )
    return func.ST_MakePoint(*inside).label("geom")


_COUNTED_FOR_ALL = Statement(_drawn(_tallied(_added_up(IncidentCell), _late(Incident))))
_EACH = _drawn(_counted(_among_found()))
_EACH_FOR_ALL = {four: Statement(_drawn(_counted(*_indexed(four=four)))) for four in (False, True)}
"""By whether a tile has four cells of the index. One is named by a number, for which any plan does:
given lists, PostgreSQL planned each tile anew, for a third of what it takes to draw one."""
