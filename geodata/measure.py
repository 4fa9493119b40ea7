"""Areas in square metres and lengths in metres of shapes in EPSG:4326; no shape is changed.

A border between two corners is here what it is for every question of inside and outside: straight
in degrees. A corner more on a straight border therefore changes no area. (Geodesics bend away from
such lines, by 5 cm on 2 km and 3 m on 16 km in Shanghai; two drawings of one border would seem to
leave slivers that are not there.) What is measured is the land between those lines on the WGS84
ellipsoid; it is never measured in degrees.
"""

from typing import Any, Final, NamedTuple

import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray

from geodata.parts import Rows, Shapes, polygons_in

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

_WGS84: Final = pyproj.Geod(ellps="WGS84")
_ECCENTRICITY: Final = float(np.sqrt(_WGS84.es))


def area_m2(shapes: ArrayLike) -> Numbers:
    """Area of each shape on the ellipsoid.

    Parameters
    ----------
    shapes : array_like of shapely geometry, shape (n,)
        EPSG:4326, lon/lat in degrees. A ring drawn across the antimeridian with longitudes beyond
        180 keeps its area. The direction of rings does not matter.

    Returns
    -------
    ndarray of float64, shape (n,)
        Square metres; 0.0 for a missing or empty shape, a line or a point. Of an invalid polygon
        the number means nothing, and may be NaN.

    Notes
    -----
    By Green's theorem, with the authalic q of Snyder, Map Projections (USGS 1395), eq. 3-12; its
    mean along an edge is taken by Simpson's rule, which errs by less than 1e-10 on an edge of one
    degree.
    """
    return _area_and_perimeter(shapes)[0]


def length_m(lines: ArrayLike) -> Numbers:
    """Length of each line, or of all rings of each polygon.

    Parameters
    ----------
    lines : array_like of shapely geometry, shape (n,)
        EPSG:4326, lon/lat in degrees.

    Returns
    -------
    ndarray of float64, shape (n,)
        Metres, of edges up to 10 km true to 1e-6; 0.0 for a missing or empty shape and for points.
    """
    whole = _shapes(lines)
    drawn = np.where(shapely.get_dimensions(whole) == 2, shapely.boundary(whole), whole)
    # Twice, because a collection may hold multi-lines.
    parts, owners = shapely.get_parts(drawn, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    edges = _edges(parts)
    with np.errstate(invalid="ignore"):
        return _sums(owners[inner][edges.lines], edges.length_m(), count=len(whole))


def width_m(polygons: ArrayLike) -> Numbers:
    """Mean width of each polygon: twice its area by its perimeter.

    For a strip much longer than wide this is the strip's width, for a square half of its side. It
    is the one measure of thinness in `geodata`: what is narrower than a limit is a sliver.

    Parameters
    ----------
    polygons : array_like of shapely geometry, shape (n,)
        EPSG:4326, lon/lat in degrees. Of a multi-part shape all parts count together.

    Returns
    -------
    ndarray of float64, shape (n,)
        Metres; 0.0 for a missing or empty shape.
    """
    areas, perimeters = _area_and_perimeter(polygons)
    return np.divide(2 * areas, perimeters, out=np.zeros_like(areas), where=perimeters > 0)


def area_text(square_metres: float) -> tuple[str, str]:
    """Say an area to a person, in English and in Chinese."""
    if square_metres >= 1e6:
        number = f"{square_metres / 1e6:,.2f}"
        return f"{number} km²", f"{number} 平方公里"
    number = f"{square_metres:,.0f}" if square_metres >= 10 else f"{square_metres:,.2f}"
    return f"{number} m²", f"{number} 平方米"


def counted(number: int, noun: str) -> str:
    """Say a number of things in English: 1 strip, 1,204 strips."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def metres_of_degree(lat: Numbers) -> tuple[Numbers, Numbers]:
    """Metres of one degree of longitude and of one degree of latitude.

    Parameters
    ----------
    lat : ndarray of float64
        Latitudes in degrees.
    """
    angle = np.radians(lat)
    curve = 1 - _WGS84.es * np.sin(angle) ** 2
    degree = np.radians(_WGS84.a)
    return degree * np.cos(angle) / np.sqrt(curve), degree * (1 - _WGS84.es) / curve**1.5


class _Edges(NamedTuple):
    """The straight pieces of lines in degrees; `lines` tells the line of each."""

    lon: Numbers
    lat: Numbers
    lon_end: Numbers
    lat_end: Numbers
    lines: Rows

    def length_m(self) -> Numbers:
        """Measure each edge with the scale at its middle."""
        east, north = metres_of_degree((self.lat + self.lat_end) / 2)
        lengths: Numbers = np.hypot(
            east * (self.lon_end - self.lon), north * (self.lat_end - self.lat)
        )
        return lengths

    def area_m2(self) -> Numbers:
        """Measure the land between each edge and the parallel where its line begins."""
        _, first = np.unique(self.lines, return_index=True)
        count = np.diff(np.append(first, len(self.lines)))
        parallel = np.repeat(_authalic(self.lat[first]), count)
        middle = _authalic((self.lat + self.lat_end) / 2)
        mean = (_authalic(self.lat) + 4 * middle + _authalic(self.lat_end)) / 6
        steps_east = np.radians(self.lon_end - self.lon)
        areas: Numbers = _WGS84.a**2 / 2 * steps_east * (mean - parallel)
        return areas


def _area_and_perimeter(shapes: ArrayLike) -> tuple[Numbers, Numbers]:
    whole = _shapes(shapes)
    polygons, owners = polygons_in(whole)
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    edges = _edges(rings)
    with np.errstate(invalid="ignore"):  # a corner at infinity: of a broken ring nothing is known
        areas = np.abs(_sums(edges.lines, edges.area_m2(), count=len(rings)))
        lengths = edges.length_m()
    inner = np.diff(polygon, prepend=-1) == 0  # the outer ring of a polygon stands first
    rows = owners[polygon]
    return (
        _sums(rows, np.where(inner, -areas, areas), count=len(whole)),
        _sums(rows[edges.lines], lengths, count=len(whole)),
    )


def _edges(lines: Shapes) -> _Edges:
    points, line = shapely.get_coordinates(lines, return_index=True)
    joined = line[1:] == line[:-1]
    lon, lat = points.T
    return _Edges(
        lon=lon[:-1][joined],
        lat=lat[:-1][joined],
        lon_end=lon[1:][joined],
        lat_end=lat[1:][joined],
        lines=line[1:][joined],
    )


def _authalic(lat: Numbers) -> Numbers:
    sine = np.sin(np.radians(lat))
    scaled = _ECCENTRICITY * sine
    q: Numbers = (1 - _WGS84.es) * (sine / (1 - scaled**2) + np.arctanh(scaled) / _ECCENTRICITY)
    return q


def _sums(rows: Rows, values: Numbers, *, count: int) -> Numbers:
    return np.bincount(rows, values, minlength=count).astype(np.float64)


def _shapes(values: ArrayLike) -> NDArray[Any]:
    return np.asarray(values, dtype=object)
