"""The borders of areas as plain arrays: what the index is built from, and what it measures to."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.errors import GeometryError
from geodata.index.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Areas = NDArray[np.object_]

_POLYGONS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


class Borders(NamedTuple):
    """Closed rings one after another: outer ones anticlockwise, holes clockwise.

    Edge number `e` runs from vertex `e` to vertex `e + 1`; the last vertex of a ring begins none.
    """

    vertices: Floats
    """(lon, lat) rows, degrees."""
    rings: Ints
    """The first vertex of each ring, and the number of vertices."""
    areas: Ints
    """The first ring of each area, and the number of rings."""


def borders_of(areas: Sequence[shapely.Geometry] | Areas) -> Borders:
    """Take the rings of areas.

    Parameters
    ----------
    areas : sequence of shapely.Polygon or shapely.MultiPolygon
        EPSG:4326 (lon, lat); heights are dropped.

    Returns
    -------
    Borders
        In the order of the areas.

    Raises
    ------
    GeometryError
        `not_an_area`: something is no polygon, is empty, or has a vertex that is no place on earth.
    """
    given: Areas = np.array(areas, dtype=object)
    _require_areas(given)
    parts, part_area = shapely.get_parts(given, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    vertices, vertex_ring = shapely.get_coordinates(rings, return_index=True)
    first_vertex = _firsts(vertex_ring, len(rings))
    outer = np.diff(ring_part, prepend=-1) > 0
    _turn(vertices, first_vertex, outer)
    return Borders(vertices, first_vertex, _firsts(part_area[ring_part], len(given)))


def _firsts(of: NDArray[np.intp], count: int) -> Ints:
    """Where each of so many things begins in an ascending list of who belongs to whom."""
    return np.searchsorted(of, np.arange(count + 1)).astype(np.int32)


@compiled
def _turn(vertices: Floats, rings: Ints, outer: NDArray[np.bool_]) -> None:
    """Reverse the rings that run the wrong way round, in place."""
    for ring in range(len(outer)):
        start, end = rings[ring], rings[ring + 1]
        doubled = 0.0
        for at in range(start + 1, end - 1):
            doubled += (vertices[at, 0] - vertices[start, 0]) * (
                vertices[at + 1, 1] - vertices[start, 1]
            ) - (vertices[at, 1] - vertices[start, 1]) * (vertices[at + 1, 0] - vertices[start, 0])
        if (doubled > 0) != outer[ring]:
            for axis in range(2):
                vertices[start:end, axis] = vertices[start:end, axis][::-1].copy()


def _require_areas(areas: Areas) -> None:
    good = np.isin(shapely.get_type_id(areas), _POLYGONS) & ~shapely.is_empty(areas)
    bounds = np.abs(shapely.bounds(areas))  # of what is infinite or no number, no comparison holds
    good &= (bounds <= np.array([180.0, 90.0, 180.0, 90.0])).all(axis=1)
    vertices, owner = shapely.get_coordinates(areas, return_index=True)
    good[owner[~np.isfinite(vertices).all(axis=1)]] = False
    if not good.all():
        first = int(np.argmin(good))
        raise GeometryError(
            "not_an_area",
            en=f"Number {first} of {len(areas)} areas is {_said(areas[first])}; an index takes "
            "polygons in degrees of longitude and latitude only. What crosses 180 degrees must be "
            "split there.",
            zh=f"{len(areas)} 个区域中的第 {first} 个（从 0 起）为 {_said(areas[first])}；"
            "索引只接受经纬度坐标的非空面，跨越 180 度经线的面须在该处分开。",
            position=first,
        )


def _said(area: shapely.Geometry | None) -> str:
    return "None" if area is None else f"{shapely.to_wkt(area)[:60]}"
