"""Metres around one point: a flat piece of the ellipsoid in which edges of areas stay straight.

Not a projection of the city: each point has its own plane, which serves questions about that point
only. East and north are degrees times a constant, so that a straight edge in (lon, lat), as
PostGIS geometry understands it, is straight here too. That alone would be wrong by 10 cm over
1 km; therefore `squared` measures again on the ellipsoid, and edges are only looked for in the
plane.
"""

import math
from typing import Final, NamedTuple

from geodata.index.borders import Floats
from geodata.index.compiled import inner

_SEMI_MAJOR: Final = 6378137.0
_ECCENTRICITY2: Final = 0.0066943799901413165
_RADIANS: Final = math.pi / 180
LEAST_NORTH: Final = 110_574.0
"""Metres of the shortest degree of a meridian, at the equator."""
# Stands in for a vertex at the very centre, from which no direction can be told.
_NEXT_TO_CENTRE: Final = 1e-9
# Added to what may be 0 and is divided by.
_NOT_ZERO: Final = 1e-300
# How much faster than a sphere's the ellipsoid's degrees change with latitude, at most.
_FLATTENED: Final = 0.02
# Radians half-way; beyond this series no longer stand for sine and cosine.
_FAR: Final = 0.05


class Plane(NamedTuple):
    """The plane that touches the ellipsoid WGS84 at one point, the centre, which is its (0, 0)."""

    lon: float
    lat: float
    east: float
    """Metres of one degree of longitude."""
    north: float
    """Metres of one degree of latitude."""
    half: float
    """Radians of latitude half-way to one metre north."""
    bend: float
    """The tangent of the latitude: how quickly meridians draw together."""
    swell: float
    """By how much of itself the radius in the prime vertical grows with a radian of latitude."""


@inner
def metres_of_degrees(lat: float) -> tuple[float, float]:
    """Give the metres of one degree of longitude and of latitude.

    Parameters
    ----------
    lat : float
        Degrees.

    Returns
    -------
    east, north : float
        From the radii of curvature of WGS84 in the prime vertical and in the meridian.
    """
    sine = math.sin(lat * _RADIANS)
    inner_part = 1 - _ECCENTRICITY2 * sine * sine
    normal = _SEMI_MAJOR * _RADIANS / math.sqrt(inner_part)
    return normal * math.cos(lat * _RADIANS), normal * (1 - _ECCENTRICITY2) / inner_part


@inner
def plane_at(lon: float, lat: float) -> Plane:
    """Make the plane of one point, given in degrees."""
    sine, cosine = math.sin(lat * _RADIANS), math.cos(lat * _RADIANS)
    part = 1 - _ECCENTRICITY2 * sine * sine
    normal = _SEMI_MAJOR * _RADIANS / math.sqrt(part)
    north = normal * (1 - _ECCENTRICITY2) / part
    half, swell = _RADIANS / (2 * north), _ECCENTRICITY2 * sine * cosine / part
    return Plane(lon, lat, normal * cosine, north, half, sine / cosine, swell)


@inner
def squared(plane: Plane, x: float, y: float) -> float:
    """Measure from the centre of a plane to a place of it, on the ellipsoid.

    With the radii of curvature half-way in latitude the error is of third order: against the
    geodesic less than 0.1 mm over 1 km, 1 cm over 10 km and 10 m over 100 km, up to 60 N.

    Parameters
    ----------
    plane : Plane
        The plane of the point in question.
    x, y : float
        Metres east and north of the centre in the plane.

    Returns
    -------
    float
        The square of the distance in metres.
    """
    half = y * plane.half
    if abs(half) > _FAR:
        east, north = metres_of_degrees(plane.lat + half / _RADIANS)
        east, north = east / plane.east, north / plane.north
    else:
        square = half * half
        turned = 1 - square / 2 - plane.bend * half * (1 - square / 6)
        east, north = turned * (1 + plane.swell * half), 1 + 3 * plane.swell * half
    return (x * east) ** 2 + (y * north) ** 2


@inner
def reach(plane: Plane, square: float) -> float:
    """Give the distance in the plane beyond which nothing is measured to be so near.

    Parameters
    ----------
    plane : Plane
        The plane of the point in question.
    square : float
        The square of a distance in metres, as `squared` gives it.

    Returns
    -------
    float
        Squared metres in the plane, infinite if the plane tells nothing so far from its centre.
    """
    half = math.sqrt(square) * plane.half * 1.02
    shrinks = half * (abs(plane.bend) + _FLATTENED) + half * half
    return square / (1 - shrinks) ** 2 if shrinks < 0.5 else math.inf


@inner
def foot(plane: Plane, vertices: Floats, edge: int) -> tuple[float, float]:
    """Find the place on an edge that is nearest to the centre: metres east and north of it."""
    x = (vertices[edge, 0] - plane.lon) * plane.east
    y = (vertices[edge, 1] - plane.lat) * plane.north
    step_x = (vertices[edge + 1, 0] - vertices[edge, 0]) * plane.east
    step_y = (vertices[edge + 1, 1] - vertices[edge, 1]) * plane.north
    square = step_x * step_x + step_y * step_y
    part = -(x * step_x + y * step_y) / (square + _NOT_ZERO)
    part = min(max(part, 0.0), 1.0)
    return x + part * step_x, y + part * step_y


@inner
def edge_share(plane: Plane, vertices: Floats, edge: int, radius: float) -> float:
    """Say what one edge of a polygon's border adds to the share of a disc that it covers.

    For a polygon (outer rings anticlockwise, holes clockwise) the covered share of the disc around
    the centre is the sum over all its edges, plus 1 if the centre is inside. Each edge's part of
    the disc is a triangle where the edge runs within and sectors where it does not; the sectors of
    a whole border add up to 0 or to the full disc. What remains to be summed is the difference
    between triangle and sector, which is 0 for every edge that does not enter the disc. Exact up
    to rounding and up to the plane itself (relative error 2e-4 for a radius of 1 km).

    Parameters
    ----------
    plane : Plane
        The plane of the disc's centre.
    vertices : ndarray of float64, shape (n, 2)
        Degrees.
    edge : int
        The vertex at which it begins.
    radius : float
        Metres, greater than 0.

    Returns
    -------
    float
        Share of the disc's area. If the centre lies on the border, to rounding, a polygon's sum
        may be wrong by a whole 1, up or down.
    """
    x, y = _placed(plane, vertices[edge, 0], vertices[edge, 1])
    end_x, end_y = _placed(plane, vertices[edge + 1, 0], vertices[edge + 1, 1])
    step_x, step_y = end_x - x, end_y - y
    square = step_x * step_x + step_y * step_y
    beside = x * step_y - y * step_x
    within = square * radius * radius - beside * beside
    if square == 0 or within <= 0:
        return 0.0
    middle, half = -(x * step_x + y * step_y), math.sqrt(within)
    enters = min(max((middle - half) / square, 0.0), 1.0)
    leaves = min(max((middle + half) / square, 0.0), 1.0)
    from_x, from_y = x + enters * step_x, y + enters * step_y
    to_x, to_y = x + leaves * step_x, y + leaves * step_y
    twice_triangle = from_x * to_y - from_y * to_x
    angle = math.atan2(twice_triangle, from_x * to_x + from_y * to_y)
    return (twice_triangle / (radius * radius) - angle) / (2 * math.pi)


@inner
def _placed(plane: Plane, lon: float, lat: float) -> tuple[float, float]:
    x, y = (lon - plane.lon) * plane.east, (lat - plane.lat) * plane.north
    return (_NEXT_TO_CENTRE if x == 0 and y == 0 else x), y
