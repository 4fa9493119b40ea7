"""Tiles of components: one by one where the map shows little, counted by cell before."""

from datetime import datetime

from gridsvc.db.straight import Statement, Straight
from gridsvc.tiles.matrix import Tile

NAME = "components"
ONE_BY_ONE_FROM = 15

_ONE_BY_ONE = Statement("""
WITH drawn AS (
    SELECT code, category_code AS class, state,
           ST_AsMVTGeom(ST_Transform(geometry, 3857), ST_TileEnvelope(:zoom, :column, :row),
                        4096, 64) AS geom
    FROM asset
    WHERE geometry && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
      AND valid_from <= :at AND (valid_to IS NULL OR valid_to > :at)
)
SELECT ST_AsMVT(drawn, 'components', 4096, 'geom') FROM drawn WHERE geom IS NOT NULL
""")

# A pipe is counted where its middle lies, and nowhere else.
_BY_CELL = Statement("""
WITH asked AS (
    SELECT CAST(:zoom AS integer) AS zoom, CAST(:column AS bigint) AS own_column,
           CAST(:row AS bigint) AS own_row, 30 - CAST(:zoom AS integer) AS shift
), placed AS (
    SELECT tile_x(ST_Centroid(geometry))::bigint AS x, tile_y(ST_Centroid(geometry))::bigint AS y
    FROM asset
    WHERE geometry && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
      AND valid_from <= :at AND (valid_to IS NULL OR valid_to > :at)
), drawn AS (
    SELECT count(*) AS count,
           ST_MakePoint(
               floor((avg(x) - (min(own_column) << min(shift))) * 4096 / (1::bigint << min(shift))),
               floor((avg(y) - (min(own_row) << min(shift))) * 4096 / (1::bigint << min(shift)))
           ) AS geom
    FROM placed, asked WHERE x >> shift = own_column AND y >> shift = own_row
    GROUP BY x >> (shift - 5), y >> (shift - 5)
)
SELECT ST_AsMVT(drawn, 'components', 4096, 'geom') FROM drawn
""")


async def component_tile(db: Straight, tile: Tile, *, at: datetime) -> bytes:
    """Draw the components in force at a time."""
    west, south, east, north = tile.bounds_and(1 / 64)
    given = {"at": at, "zoom": tile.zoom, "row": tile.row, "column": tile.column}
    given |= {"west": west, "south": south, "east": east, "north": north}
    statement = _ONE_BY_ONE if tile.zoom >= ONE_BY_ONE_FROM else _BY_CELL
    return bytes(await db.value(statement, given))
