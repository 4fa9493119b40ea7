"""Metres around one point: a flat piece of the ellipsoid in which edges of areas stay straight.

Not a projection of the city: each point has its own plane, which serves questions about that point
only. East and north are degrees times a constant, so that a straight edge in (lon, lat), as
PostGIS geometry understands it, is straight here too. That alone would be wrong by 10 cm over
1 km; therefore `Plane.distance` measures again on the ellipsoid, and edges are only looked for in
the plane.
"""

import math
from dataclasses import dataclass
from types import ModuleType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from geodata.crs import Degrees

Array = NDArray[np.float64]

_SEMI_MAJOR: Final = 6378137.0
_ECCENTRICITY2: Final = 0.0066943799901413165
_PER_DEGREE: Final = _SEMI_MAJOR * math.pi / 180
# The shortest degree of a meridian, at the equator: no box drawn with it is too low.
_LEAST_NORTH: Final = 110_574.0
# Added to boxes, degrees: more than the rounding of coordinates, less than anything measured.
_PAD: Final = 1e-9
# Stands in for a vertex at the very centre, from which no direction can be told.
_NEXT_TO_CENTRE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Plane:
    """The plane that touches the ellipsoid WGS84 at one point, the centre, which is its (0, 0).

    Parameters
    ----------
    lon, lat : float
        The centre, degrees.
    east, north : float
        Metres of one degree of longitude and of latitude at the centre.
    """

    lon: float
    lat: float
    east: float
    north: float

    @classmethod
    def at(cls, lon: float, lat: float) -> Self:
        """Make the plane of one point, given in degrees."""
        return cls(lon, lat, *_metres_of_degrees(lat, math))

    def place(self, lon: Array, lat: Array) -> tuple[Array, Array]:
        """Place coordinates in the plane.

        Parameters
        ----------
        lon, lat : ndarray of float64, one shape
            Degrees.

        Returns
        -------
        x, y : ndarray of float64, the same shape
            Metres east and north of the centre.
        """
        return (lon - self.lon) * self.east, (lat - self.lat) * self.north

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """Give the longitude and latitude of a place of the plane; undoes `place`."""
        return self.lon + x / self.east, self.lat + y / self.north

    def distance(self, x: Array, y: Array) -> Array:
        """Measure from the centre to places of the plane, on the ellipsoid.

        With the radii of curvature half-way in latitude the error is of third order: against the
        geodesic less than 0.1 mm over 1 km, 1 cm over 10 km and 10 m over 100 km, up to 60 N.

        Parameters
        ----------
        x, y : ndarray of float64, one shape
            Metres east and north of the centre, as `place` gives them.

        Returns
        -------
        ndarray of float64, the same shape
            Metres.
        """
        half_way = self.lat + y / (2 * self.north)
        east, north = _metres_of_degrees(half_way, np)
        return np.hypot(x * (east / self.east), y * (north / self.north))

    def distance_to_boxes(self, low: Array, high: Array) -> Array:
        """Give a distance than which nothing in a box is nearer to the centre.

        Parameters
        ----------
        low, high : ndarray of float64, shape (2, n)
            The corners of the boxes: rows of longitudes and of latitudes, degrees.

        Returns
        -------
        ndarray of float64, shape (n,)
            Metres as `distance` counts them, or a little less; 0 for a box around the centre.
        """
        centre = np.array([[self.lon], [self.lat]])
        lon, lat = np.maximum(np.maximum(low - centre, centre - high), 0.0)
        # Half-way to the end that is farther from the equator, where degrees are narrowest.
        half_way = np.maximum(np.abs(low[1] + self.lat), np.abs(high[1] + self.lat)) / 2
        east, _ = _metres_of_degrees(half_way, np)
        metres: Array = np.hypot(lon * east, lat * _LEAST_NORTH)
        return metres

    def bounds(self, metres: float) -> tuple[float, float, float, float]:
        """Give a box in degrees which holds all that lies within some metres of the centre.

        Parameters
        ----------
        metres : float
            Not negative.

        Returns
        -------
        west, south, east, north : float
            Degrees; may pass the poles and 180 degrees of longitude.
        """
        high = metres / _LEAST_NORTH + _PAD
        farthest = Plane.at(self.lon, min(abs(self.lat) + high, 90.0))
        wide = min(metres / farthest.east, 360.0) + _PAD
        return self.lon - wide, self.lat - high, self.lon + wide, self.lat + high


def feet(x: Array, y: Array) -> tuple[Array, Array]:
    """Find the place nearest to the centre on every edge of some chains.

    Parameters
    ----------
    x, y : ndarray of float64, shape (chains, vertices)
        Metres from the centre; a vertex may be repeated.

    Returns
    -------
    x, y : ndarray of float64, shape (chains, vertices - 1)
        Metres from the centre.
    """
    start_x, start_y, step_x, step_y = x[:, :-1], y[:, :-1], _steps(x), _steps(y)
    along = -(start_x * step_x + start_y * step_y) / _squares(step_x, step_y)
    along = _part(along)
    return start_x + along * step_x, start_y + along * step_y


def disc_share(x: Array, y: Array, radius: float) -> Array:
    """Say what every chain of a polygon's border adds to the share of a disc that it covers.

    For a polygon (outer rings anticlockwise, holes clockwise) the covered share of the disc around
    the centre is the sum over all its chains, plus 1 if the centre is inside. Each edge's part of
    the disc is a triangle where the edge runs within and sectors where it does not; the sectors of
    a whole border add up to 0 or to the full disc. What remains to be summed is the difference
    between triangle and sector, which is 0 for every edge that does not enter the disc. Exact up
    to rounding and up to the plane itself (relative error 2e-4 for a radius of 1 km).

    Parameters
    ----------
    x, y : ndarray of float64, shape (chains, vertices)
        Metres from the centre of the disc; a vertex may be repeated. Chains that do not enter the
        disc may be left out.
    radius : float
        Metres, greater than 0.

    Returns
    -------
    ndarray of float64, shape (chains,)
        Shares of the disc's area. If the centre lies on the border, to rounding, a polygon's sum
        may be wrong by a whole 1, up or down.
    """
    x = np.where((x == 0) & (y == 0), _NEXT_TO_CENTRE, x)
    start_x, start_y, step_x, step_y = x[:, :-1], y[:, :-1], _steps(x), _steps(y)
    square = _squares(step_x, step_y)
    middle = -(start_x * step_x + start_y * step_y)
    beside = start_x * step_y - start_y * step_x
    half = np.sqrt(np.maximum(square * radius**2 - beside**2, 0.0))
    enters, leaves = _part((middle - half) / square), _part((middle + half) / square)
    from_x, from_y = start_x + enters * step_x, start_y + enters * step_y
    to_x, to_y = start_x + leaves * step_x, start_y + leaves * step_y
    twice_triangle = from_x * to_y - from_y * to_x
    angle = np.arctan2(twice_triangle, from_x * to_x + from_y * to_y)
    share: Array = (twice_triangle / radius**2 - angle).sum(axis=1) / (2 * math.pi)
    return share


def _metres_of_degrees(lat: Degrees, m: ModuleType) -> tuple[Degrees, Degrees]:
    """Metres of one degree of longitude and of latitude; `m` is `math` or `numpy`."""
    phi = lat * (math.pi / 180)
    inner = 1 - _ECCENTRICITY2 * m.sin(phi) ** 2
    normal = _PER_DEGREE / m.sqrt(inner)
    return normal * m.cos(phi), normal * (1 - _ECCENTRICITY2) / inner


def _steps(vertices: Array) -> Array:
    return vertices[:, 1:] - vertices[:, :-1]


def _squares(x: Array, y: Array) -> Array:
    """Squared lengths; 1 instead of 0, to be divided by."""
    square = x**2 + y**2
    return np.where(square > 0, square, 1.0)


def _part(along: Array) -> Array:
    """Keep to the edge: 0 is its start, 1 its end."""
    clipped: Array = np.minimum(np.maximum(along, 0.0), 1.0)
    return clipped
