"""What zones leave open and what they cover twice, as tables; neither is judged here."""

import geopandas
import numpy as np
import shapely

from geodata.errors import GeometryError
from geodata.frames import CODE, WGS84
from geodata.layer import Layer


def uncovered(
    areas: geopandas.GeoDataFrame, zones: geopandas.GeoDataFrame
) -> geopandas.GeoDataFrame:
    """Cut out of each area what no zone covers.

    Parameters
    ----------
    areas, zones : GeoDataFrame
        AreaFrames, EPSG:4326 (lon, lat). They may overlap and need tile nothing; an area or zone
        without a shape covers nothing.

    Returns
    -------
    GeoDataFrame
        One row for each open piece: `code` of its area (None where the area has none), `area_m2`
        (geodesic), `geometry` (Polygon, EPSG:4326). Ordered by the row of the area, the largest
        first. Pieces with a mean width below 1 cm are rounding and left out.

    Raises
    ------
    GeometryError
        A shape is no valid polygon, so that nothing certain can be said.
    """
    land = _layer(areas)
    pieces = land.mosaic.uncovered_by(_layer(zones).mosaic)
    sizes = pieces.area_m2()
    order = np.lexsort((-sizes, pieces.rows))
    codes = areas[CODE].to_numpy(dtype=object)[land.placed[pieces.rows[order]]]
    return geopandas.GeoDataFrame(
        {CODE: codes, "area_m2": sizes[order]}, geometry=pieces.shapes[order], crs=WGS84
    )


def doubly_covered(zones: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Cut out what two zones both cover, pair by pair.

    Parameters
    ----------
    zones : GeoDataFrame
        AreaFrame, EPSG:4326 (lon, lat).

    Returns
    -------
    GeoDataFrame
        One row for each pair of zones: `code` and `other` (the two codes, the upper row first),
        `area_m2` (geodesic), `geometry` (MultiPolygon, EPSG:4326). Ordered by the rows of the
        pair. What three zones cover stands in three pairs. Pieces with a mean width below 1 cm are
        rounding and left out.

    Raises
    ------
    GeometryError
        A shape is no valid polygon, so that nothing certain can be said.
    """
    layer = _layer(zones)
    pieces = layer.mosaic.overlaps
    pairs, pair = np.unique(pieces.rows, axis=0, return_inverse=True)
    codes = zones[CODE].to_numpy(dtype=object)[layer.placed[pairs]]
    columns = {
        CODE: codes[:, 0],
        "other": codes[:, 1],
        "area_m2": np.bincount(pair, pieces.area_m2(), minlength=len(pairs)).astype(np.float64),
    }
    shapes = shapely.multipolygons(pieces.shapes, indices=pair)
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=WGS84)


def _layer(frame: geopandas.GeoDataFrame) -> Layer:
    """Read a frame all of whose shapes can be laid over others, or are not there."""
    layer = Layer.of(frame)
    there = ~(shapely.is_missing(layer.shapes) | shapely.is_empty(layer.shapes))
    broken = np.flatnonzero(there & ~layer.usable)
    if broken.size:
        raise GeometryError(
            "not_usable",
            en=f"{len(broken)} shapes are no valid polygons, so that their cover cannot be told: "
            f"{layer.list_en(broken)}; validate and repair the layer first.",
            zh=f"{len(broken)} 个图形不是有效的面，无法判断覆盖情况：{layer.list_zh(broken)}；"
            "请先检查并修复该图层。",
            rows=[int(row) for row in broken],
        )
    return layer
