"""Redraw areas: cut one along a line, join several into one. No land is lost or counted twice."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import GeometryError
from geodata.overlay import Mosaic
from geodata.parts import Shapes, polygons_in, together

# A corner that was computed lies beside the line by rounding only: a hundredth of a millimetre.
_ON_LINE_DEGREES = 1e-10


class Halves(NamedTuple):
    """What lies on either side of a line, seen along it."""

    left: BaseGeometry
    right: BaseGeometry


def split(shape: BaseGeometry, line: BaseGeometry) -> Halves:
    """Cut an area in two along a line.

    Parameters
    ----------
    shape : Polygon or MultiPolygon
        Valid, EPSG:4326 (lon, lat).
    line : LineString
        In the same system. It enters and leaves the area; what of it lies outside does not count.

    Returns
    -------
    Halves
        Polygons or multi-polygons that share the cut corner by corner. Of an area of several
        parts, those that the line does not cross stay with the left half. The corners of the
        area's own border stay as they are; where the line meets it, both halves have a new one.

    Raises
    ------
    GeometryError
        The area or the line is not a valid one, or the line does not divide the area.
    """
    _require_area(shape)
    if line.geom_type != "LineString" or line.is_empty or not line.is_simple:
        raise GeometryError(
            "not_a_cut",
            en="The cut must be one line that does not cross itself.",
            zh="分割线必须是一条不自相交的线。",
        )
    faces = _faces(shape, line)
    sides = np.array([_side(face, line) for face in faces])
    if not (sides > 0).any() or not (sides < 0).any():
        raise GeometryError(
            "cut_does_not_divide",
            en="The line does not divide the area: it must enter it and leave it again.",
            zh="该线没有把区域分成两部分：它必须穿入并穿出该区域。",
        )
    return Halves(left=together(faces[sides >= 0]), right=together(faces[sides < 0]))


def merge(shapes: list[BaseGeometry]) -> BaseGeometry:
    """Join areas into one.

    Parameters
    ----------
    shapes : list of Polygon or MultiPolygon
        Valid, EPSG:4326 (lon, lat); they need not touch each other.

    Returns
    -------
    Polygon or MultiPolygon
        Covers what they covered. Where areas share their border corner by corner, what is left of
        it keeps its corners exactly.

    Raises
    ------
    GeometryError
        One of the shapes is no valid area.
    """
    for shape in shapes:
        _require_area(shape)
    polygons, _ = polygons_in(np.array([Mosaic(np.array(shapes, dtype=object)).union]))
    return together(polygons)


def with_corners(shape: BaseGeometry, corners: list[tuple[float, float]]) -> BaseGeometry:
    """Give an area's border the corners that lie on it, so that it runs as its neighbours' does.

    Parameters
    ----------
    shape : Polygon or MultiPolygon
        EPSG:4326 (lon, lat).
    corners : list of (lon, lat)
        Those that lie on no edge, or are corners already, change nothing.

    Returns
    -------
    Polygon or MultiPolygon
        The same shape object where nothing changed; the land is the same to within 0.01 mm.
    """
    near = [c for c in corners if shape.boundary.distance(shapely.Point(c)) <= _ON_LINE_DEGREES]
    if not near:
        return shape
    polygons = [_refined(polygon, near) for polygon in shapely.get_parts(shape)]
    refined = polygons[0] if shape.geom_type == "Polygon" else shapely.MultiPolygon(polygons)
    return shape if shapely.equals_exact(refined, shape) else refined


def new_corners(old: BaseGeometry, parts: list[BaseGeometry]) -> list[tuple[float, float]]:
    """List the corners that parts have on the border of what they were cut from.

    Parameters
    ----------
    old : Polygon or MultiPolygon
        The area before the cut.
    parts : list of Polygon or MultiPolygon
        What became of it.

    Returns
    -------
    list of (lon, lat)
        Corners of the parts that are on the border of `old` without being corners of it.
    """
    known = set(map(tuple, shapely.get_coordinates(old).tolist()))
    found = {tuple(xy) for part in parts for xy in shapely.get_coordinates(part).tolist()}
    border = old.boundary
    return sorted(
        (lon, lat)
        for lon, lat in found - known
        if border.distance(shapely.Point(lon, lat)) <= _ON_LINE_DEGREES
    )


def _require_area(shape: BaseGeometry) -> None:
    polygonal = shape.geom_type in {"Polygon", "MultiPolygon"}
    if not polygonal or shape.is_empty or not shape.is_valid:
        raise GeometryError(
            "not_usable",
            en="The shape is no valid polygon; correct it before it is cut or joined.",
            zh="图形不是有效的面；请先更正，再分割或合并。",
        )


def _faces(shape: BaseGeometry, line: BaseGeometry) -> Shapes:
    """Cut the parts that the line crosses; the others come back as they were."""
    faces: list[BaseGeometry] = []
    for polygon in shapely.get_parts(shape):
        network = shapely.union_all([polygon.boundary, line])
        pieces, _ = polygons_in(np.array([shapely.polygonize([*shapely.get_parts(network)])]))
        inner = shapely.point_on_surface(pieces)
        kept = pieces[shapely.covers(polygon, inner)]
        faces += list(kept) if len(kept) > 1 else [polygon]
    return np.array(faces, dtype=object)


def _side(face: BaseGeometry, line: BaseGeometry) -> float:
    """Tell on which side of a line a face lies that the line borders: left is positive.

    A ring that runs around its land anticlockwise passes along the line in its own direction
    where the land is to the left of it.
    """
    along = 0.0
    for ring in shapely.get_rings(shapely.orient_polygons(face)):
        corners = shapely.get_coordinates(ring)
        middles = shapely.points((corners[:-1] + corners[1:]) / 2)
        on_line = shapely.distance(middles, line) <= _ON_LINE_DEGREES
        places = shapely.line_locate_point(line, shapely.points(corners))
        along += float(np.sum(np.diff(places)[on_line]))
    return along


def _refined(polygon: BaseGeometry, corners: list[tuple[float, float]]) -> BaseGeometry:
    shell, *holes = (_refined_ring(ring, corners) for ring in shapely.get_rings(polygon))
    return shapely.Polygon(shell, holes)


def _refined_ring(
    ring: BaseGeometry, corners: list[tuple[float, float]]
) -> list[tuple[float, float]]:
    known = [(lon, lat) for lon, lat in shapely.get_coordinates(ring).tolist()]
    missing = [corner for corner in corners if corner not in known]
    refined = known[:1]
    for start, end in pairwise(known):
        edge = shapely.LineString([start, end])
        on_edge = [c for c in missing if edge.distance(shapely.Point(c)) <= _ON_LINE_DEGREES]
        refined += sorted(on_edge, key=lambda corner: edge.project(shapely.Point(corner)))
        refined.append(end)
    return refined
