"""Tiles of what no zone covers and what several do: worked out once for each state of the map.

Reads only.
"""

import asyncio
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.parts import Shapes
from gridsvc.auth.policy import Permission, ground
from gridsvc.auth.principal import Principal
from gridsvc.db.straight import Statement, Straight
from gridsvc.reports.coverage import Extent, found_in, read_coverage
from gridsvc.tiles.collections import Shown
from gridsvc.tiles.matrix import Tile, in_plane

NAME = "coverage"
UNCOVERED, DOUBLE = "uncovered", "double"

# A piece that is no pixel wide is a point, and counted with others in its cell: a gap is to be
# seen from afar, too.
_TILE = Statement("""
WITH side AS (
    SELECT box, ST_XMin(box) AS west, ST_YMax(box) AS north, ST_XMax(box) - ST_XMin(box) AS width
    FROM ST_TileEnvelope(:zoom, :column, :row) AS box
), piece AS (
    SELECT kind, layer, code, other, area_m2, ST_GeomFromWKB(shape, 3857) AS geometry
    FROM unnest(
        CAST(:kind AS text[]), CAST(:layer AS text[]), CAST(:code AS text[]),
        CAST(:other AS text[]), CAST(:area_m2 AS float8[]), CAST(:shape AS bytea[])
    ) AS it(kind, layer, code, other, area_m2, shape)
), sized AS (
    SELECT piece.*, side.*, sqrt(ST_Area(geometry)) < width / 256 AS small FROM piece, side
), placed AS (
    SELECT *, ST_PointOnSurface(geometry) AS point FROM sized WHERE small
), drawn AS (
    SELECT kind, layer, code, other, area_m2, NULL::bigint AS count,
           ST_AsMVTGeom(geometry, box, 4096, 64) AS geom
    FROM sized WHERE NOT small
    UNION ALL
    SELECT kind, layer, CASE WHEN count(*) = 1 THEN min(code) END,
           CASE WHEN count(*) = 1 THEN min(other) END, sum(area_m2), count(*),
           ST_AsMVTGeom(ST_Centroid(ST_Collect(point)), box, 4096, 64)
    FROM placed
    WHERE ST_X(point) >= west AND ST_X(point) < west + width
      AND ST_Y(point) <= north AND ST_Y(point) > north - width
    GROUP BY kind, layer, box, floor((ST_X(point) - west) * 32 / width),
             floor((north - ST_Y(point)) * 32 / width)
)
SELECT ST_AsMVT(drawn, 'coverage', 4096, 'geom') FROM drawn WHERE geom IS NOT NULL
""")


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """All that is open or covered twice, of one state of the map and on one viewer's ground."""

    told: pd.DataFrame
    """`kind layer code other area_m2`."""
    shapes: Shapes
    """In metres of the plane."""
    tree: shapely.STRtree


async def read_pieces(db: AsyncSession, found: Shown, *, who: Principal) -> Pieces:
    """Work out what is open or double; the coverage page shows the same."""
    seen = ground(who, Permission.MAPS_VIEW)
    extent = await read_coverage(db, at=found.at, ground=seen, chinese=True)
    # Nobody else need wait for the connection meanwhile.
    await db.close()
    return await asyncio.to_thread(_pieces, extent)


def _pieces(extent: Extent) -> Pieces:
    found = found_in(extent)
    together = pd.concat(
        [found.uncovered.assign(kind=UNCOVERED, other=None), found.overlaps.assign(kind=DOUBLE)],
        ignore_index=True,
    )
    shapes = in_plane(together["geometry"].to_numpy())
    told = together[["kind", "layer", "code", "other", "area_m2"]].astype(object)
    return Pieces(told.where(told.notna(), None), shapes, shapely.STRtree(shapes))


async def coverage_tile(db: Straight, pieces: Pieces, tile: Tile) -> bytes:
    """Draw the pieces that touch a tile."""
    near = np.sort(pieces.tree.query(shapely.box(*tile.box(1 / 64)), predicate="intersects"))
    told = pieces.told.iloc[near]
    given = {
        "zoom": tile.zoom,
        "row": tile.row,
        "column": tile.column,
        "shape": shapely.to_wkb(pieces.shapes[near]).tolist(),
        **{str(name): told[name].tolist() for name in told},
    }
    return bytes(await db.value(_TILE, given))
