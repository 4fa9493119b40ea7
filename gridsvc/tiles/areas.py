"""Tiles of areas: from their generalised shapes, or from the areas themselves until these are made.

Reads only.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Area
from gridsvc.auth.policy import Permission, ground
from gridsvc.auth.principal import Principal
from gridsvc.db.straight import Statement, Straight
from gridsvc.reports.shapes import codes_inside, touching
from gridsvc.tiles.bands import EXACT, band_of
from gridsvc.tiles.collections import Collection, Shown
from gridsvc.tiles.matrix import EXTENT, Tile

# What lies inside the tile is moved there; what crosses its edge is cut, and so is all that is not
# drawn for this very zoom: 4096 units a side, from the north. Materialised, as otherwise whether a
# shape is left would be found by drawing it twice.
_FROM_DRAWINGS = """
WITH asked AS (
    SELECT CAST(:west AS float8) AS west, CAST(:north AS float8) AS north,
           CAST(:width AS float8) AS width
), side AS (
    SELECT west, north, box, ST_Expand(box, width / 64) AS near
    FROM asked, ST_MakeEnvelope(west, north - width, west + width, north, 0) AS box
), shown AS MATERIALIZED (
    SELECT code, name, CASE
        WHEN :ready AND geometry @ near THEN ST_Affine(geometry, 1, 0, 0, -1, -west, north)
        ELSE ST_AsMVTGeom(geometry, box, 4096, 64) END AS geom
    FROM tile_shape, side
    WHERE release_id = :release AND band = :band AND geometry && near
),
"""
_FROM_AREAS = """
WITH shown AS MATERIALIZED (
    SELECT code, name, ST_AsMVTGeom(
        ST_Transform(geometry, 3857), ST_TileEnvelope(:zoom, :column, :row), 4096, 64) AS geom
    FROM area
    WHERE release_id = :release AND geometry && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
),
"""
# Codes are looked up in a table made of them: any plan would look through a list for each area.
# What is too small to be drawn one by one is a point here, and counted by cells of 8 pixels; a
# point belongs to one tile, also where it lies on the edge of two.
_AREAS = """
seen AS (
    SELECT * FROM shown
    WHERE geom IS NOT NULL
      AND (CAST(:codes AS text[]) IS NULL
           OR code IN (SELECT unnest(CAST(:codes AS text[]))))
), placed AS (
    SELECT *, floor(ST_X(point) / 128) AS x, floor(ST_Y(point) / 128) AS y
    FROM seen, LATERAL (SELECT CASE WHEN ST_Dimension(geom) = 0 THEN geom END) AS it(point)
), drawn AS (
    SELECT code, name, NULL::bigint AS count, geom FROM seen WHERE ST_Dimension(geom) = 2
    UNION ALL
    SELECT CASE WHEN count(*) = 1 THEN min(code) END, CASE WHEN count(*) = 1 THEN min(name) END,
           count(*), ST_Centroid(ST_Collect(point))
    FROM placed WHERE x >= 0 AND x < 32 AND y >= 0 AND y < 32 GROUP BY x, y
)
SELECT ST_AsMVT(drawn, :name, 4096, 'geom') FROM drawn
"""
_NUMBERS = """
told AS (
    SELECT * FROM unnest(
        CAST(:code AS text[]), CAST(:filed AS bigint[]), CAST(:open AS bigint[]),
        CAST(:overdue AS bigint[]), CAST(:closed AS bigint[])
    ) AS it(code, filed, open, overdue, closed)
), seen AS (
    SELECT shown.*, filed, open, overdue, closed FROM shown JOIN told USING (code)
    WHERE geom IS NOT NULL
), placed AS (
    SELECT *, floor(ST_X(point) / 128) AS x, floor(ST_Y(point) / 128) AS y
    FROM seen, LATERAL (SELECT CASE WHEN ST_Dimension(geom) = 0 THEN geom END) AS it(point)
), drawn AS (
    SELECT code, name, NULL::bigint AS count, filed, open, overdue, closed, geom
    FROM seen WHERE ST_Dimension(geom) = 2
    UNION ALL
    SELECT CASE WHEN count(*) = 1 THEN min(code) END, CASE WHEN count(*) = 1 THEN min(name) END,
           count(*), sum(filed)::bigint, sum(open)::bigint, sum(overdue)::bigint,
           sum(closed)::bigint, ST_Centroid(ST_Collect(point))
    FROM placed WHERE x >= 0 AND x < 32 AND y >= 0 AND y < 32 GROUP BY x, y
)
SELECT ST_AsMVT(drawn, :name, 4096, 'geom') FROM drawn
"""
_SOURCES = {True: _FROM_DRAWINGS, False: _FROM_AREAS}
"""By whether the release has been drawn."""
_AREA_TILE, _NUMBER_TILE = (
    {drawn: Statement(f"{source}{rest}") for drawn, source in _SOURCES.items()}
    for rest in (_AREAS, _NUMBERS)
)


async def area_tile(
    db: Straight, layer: Collection, tile: Tile, *, codes: Sequence[str] | None
) -> bytes:
    """Draw the areas of a layer that are listed, or all."""
    given = {**_given(layer, tile), "codes": codes, "name": layer.name}
    return bytes(await db.value(_AREA_TILE[layer.drawn], given))


async def number_tile(
    db: Straight,
    layer: Collection,
    tile: Tile,
    *,
    name: str,
    numbers: Mapping[str, Sequence[object]],
) -> bytes:
    """Draw the areas of a layer that have numbers, with them."""
    given = {**_given(layer, tile), **numbers, "name": name}
    return bytes(await db.value(_NUMBER_TILE[layer.drawn], given))


def _given(layer: Collection, tile: Tile) -> dict[str, object]:
    given = _in_drawings(tile) if layer.drawn else _in_areas(tile)
    return {**given, "release": layer.release_id}


def _in_drawings(tile: Tile) -> dict[str, object]:
    band = band_of(tile.zoom)
    west, north = tile.corner(band)
    return {
        "band": band,
        "ready": band == tile.zoom < EXACT,
        "west": west,
        "north": north,
        "width": EXTENT * 2.0 ** (band - tile.zoom),
    }


def _in_areas(tile: Tile) -> dict[str, object]:
    sides = zip(("west", "south", "east", "north"), tile.bounds_and(1 / 64), strict=True)
    return {**dict(sides), "zoom": tile.zoom, "row": tile.row, "column": tile.column}


async def codes_seen(
    db: AsyncSession, collection: Collection, found: Shown, *, who: Principal
) -> Sequence[str] | None:
    """List the areas of a layer that the caller sees, as on every other map; None for all."""
    seen = ground(who, Permission.MAPS_VIEW)
    if seen is None:
        return None
    if collection.level is not None:
        return await codes_inside(db, seen, at=found.at)
    own = Area.release_id == collection.release_id
    return list(await db.scalars(select(Area.code).where(own, touching(seen, found.at))))
