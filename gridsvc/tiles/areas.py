"""Tiles of areas: from their generalised shapes, or from the areas themselves until these are made.

Reads only.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Area
from gridsvc.auth.policy import Permission, ground
from gridsvc.auth.principal import Principal
from gridsvc.reports.shapes import codes_inside, touching
from gridsvc.tiles.bands import band_of
from gridsvc.tiles.collections import Collection, Shown
from gridsvc.tiles.matrix import Tile

_SHOWN = """
WITH side AS (
    SELECT box, ST_XMin(box) AS west, ST_YMax(box) AS north, ST_XMax(box) - ST_XMin(box) AS width
    FROM ST_TileEnvelope(:zoom, :column, :row) AS box
), shown AS (
    SELECT code, name, geometry FROM tile_shape
    WHERE release_id = :release AND band = :band
      AND geometry && ST_TileEnvelope(:zoom, :column, :row, margin => 0.015625)
    UNION ALL
    SELECT code, name, ST_Transform(geometry, 3857) FROM area
    WHERE NOT EXISTS (SELECT FROM tile_shape WHERE release_id = :release)
      AND release_id = :release AND geometry && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
),
"""
# What is too small to be drawn one by one is a point here, and counted by cells of 8 pixels; a
# point belongs to one tile, also where it lies on the edge of two.
_AREAS = """
seen AS (
    SELECT * FROM shown
    WHERE CAST(:codes AS text[]) IS NULL OR code = ANY (CAST(:codes AS text[]))
), placed AS (
    SELECT code, name, geometry, box,
           floor((ST_X(geometry) - west) * 32 / width) AS x,
           floor((north - ST_Y(geometry)) * 32 / width) AS y
    FROM seen, side WHERE ST_Dimension(geometry) = 0
), drawn AS (
    SELECT code, name, NULL::bigint AS count, ST_AsMVTGeom(geometry, box, 4096, 64) AS geom
    FROM seen, side WHERE ST_Dimension(geometry) = 2
    UNION ALL
    SELECT CASE WHEN count(*) = 1 THEN min(code) END, CASE WHEN count(*) = 1 THEN min(name) END,
           count(*), ST_AsMVTGeom(ST_Centroid(ST_Collect(geometry)), box, 4096, 64)
    FROM placed WHERE x >= 0 AND x < 32 AND y >= 0 AND y < 32 GROUP BY x, y, box
)
SELECT ST_AsMVT(drawn, :name, 4096, 'geom') FROM drawn WHERE geom IS NOT NULL
"""
_NUMBERS = """
told AS (
    SELECT * FROM unnest(
        CAST(:code AS text[]), CAST(:filed AS bigint[]), CAST(:open AS bigint[]),
        CAST(:overdue AS bigint[]), CAST(:closed AS bigint[])
    ) AS it(code, filed, open, overdue, closed)
), seen AS (
    SELECT shown.*, filed, open, overdue, closed FROM shown JOIN told USING (code)
), placed AS (
    SELECT seen.*, box,
           floor((ST_X(geometry) - west) * 32 / width) AS x,
           floor((north - ST_Y(geometry)) * 32 / width) AS y
    FROM seen, side WHERE ST_Dimension(geometry) = 0
), drawn AS (
    SELECT code, name, NULL::bigint AS count, filed, open, overdue, closed,
           ST_AsMVTGeom(geometry, box, 4096, 64) AS geom
    FROM seen, side WHERE ST_Dimension(geometry) = 2
    UNION ALL
    SELECT CASE WHEN count(*) = 1 THEN min(code) END, CASE WHEN count(*) = 1 THEN min(name) END,
           count(*), sum(filed)::bigint, sum(open)::bigint, sum(overdue)::bigint,
           sum(closed)::bigint, ST_AsMVTGeom(ST_Centroid(ST_Collect(geometry)), box, 4096, 64)
    FROM placed WHERE x >= 0 AND x < 32 AND y >= 0 AND y < 32 GROUP BY x, y, box
)
SELECT ST_AsMVT(drawn, :name, 4096, 'geom') FROM drawn WHERE geom IS NOT NULL
"""
_AREA_TILE, _NUMBER_TILE = (text(f"{_SHOWN}{rest}") for rest in (_AREAS, _NUMBERS))


async def area_tile(
    db: AsyncSession, layer: Collection, tile: Tile, *, codes: Sequence[str] | None
) -> bytes:
    """Draw the areas of a layer that are listed, or all."""
    given = {**_given(layer, tile), "codes": codes, "name": layer.name}
    return bytes((await db.execute(_AREA_TILE, given)).scalar_one())


async def number_tile(
    db: AsyncSession,
    layer: Collection,
    tile: Tile,
    *,
    name: str,
    numbers: Mapping[str, Sequence[object]],
) -> bytes:
    """Draw the areas of a layer that have numbers, with them."""
    given = {**_given(layer, tile), **numbers, "name": name}
    return bytes((await db.execute(_NUMBER_TILE, given)).scalar_one())


def _given(layer: Collection, tile: Tile) -> dict[str, object]:
    west, south, east, north = tile.bounds_and(1 / 64)
    return {
        "zoom": tile.zoom,
        "row": tile.row,
        "column": tile.column,
        "band": band_of(tile.zoom),
        "release": layer.release_id,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }


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
