"""Millions of things of several kinds, asked for those near some points: which, and how far.

Nearly all are points. Each lies in a cell of a grid over the globe. The points are sorted by kind
and cell, row by row, so that the cells of one kind which a box touches in one row are one slice,
found by bisection: four numbers a point, no tree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.measure import metres_of_degree
from geodata.parts import Shapes

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
Kinds = NDArray[np.integer]

_CELL: Final = 0.0005  # degrees: some 50 m, about twice what a component is looked for in
_COLUMNS: Final = round(360 / _CELL)
_ROWS: Final = round(180 / _CELL)
# The shortest degree of a meridian, at the equator, and more than the rounding of coordinates:
# no box drawn with them is too small.
_LEAST_NORTH: Final = 110_574.0
_PAD: Final = 1e-9
_NEARLY_POLE: Final = 89.9


@dataclass(frozen=True, slots=True)
class Pairs:
    """What is near what: rows of the questions, rows of the points, metres; three arrays alike."""

    asked: Counts
    found: Counts
    metres: Array


class PointGrid:
    """An immutable index over points.

    Parameters
    ----------
    lon, lat : ndarray of float64, shape (n,)
        WGS 84, degrees.
    kind : ndarray of int, shape (n,)
        Small numbers, not negative; only points of the kind that is asked for are found.
    """

    def __init__(self, lon: Array, lat: Array, kind: Kinds) -> None:
        keys = _keys(kind, _row(lat), _column(lon))
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]
        self._lon, self._lat = lon[self._order], lat[self._order]

    def __len__(self) -> int:
        return len(self._keys)

    def near(self, lon: Array, lat: Array, *, kind: Kinds, metres: Array) -> Pairs:
        """Find the points of a kind within some metres of each place.

        Distances are geodesic to 0.1 mm over 1 km (see `geodata.index.plane.measured`).
        The antimeridian is not crossed.

        Parameters
        ----------
        lon, lat : ndarray of float64, shape (m,)
            Degrees, WGS 84.
        kind : ndarray of int, shape (m,)
            Which kind is asked for at each place; an unknown one finds nothing.
        metres : ndarray of float64, shape (m,)
            How far, not negative, a few kilometres at most.

        Returns
        -------
        Pairs
            In no order.
        """
        parts = [
            self._measured(lon, lat, asked=asked, found=found, metres=metres)
            for asked, found in self._slices(lon, lat, kind=kind, metres=metres)
        ]
        if not parts:
            nothing = np.empty(0, dtype=np.int64)
            return Pairs(nothing, nothing, np.empty(0))
        columns = zip(*((part.asked, part.found, part.metres) for part in parts), strict=True)
        asked, found, distances = (np.concatenate(column) for column in columns)
        return Pairs(asked, found, distances)

    def _slices(
        self, lon: Array, lat: Array, *, kind: Kinds, metres: Array
    ) -> Iterator[tuple[Counts, Counts]]:
        """Pair each place with the points of its box, one row of cells after another."""
        wide, high = reach(lat, metres)
        west, east = _column(lon - wide), _column(lon + wide)
        south, north = _row(lat - high), _row(lat + high)
        for step in range(int((north - south).max(initial=-1)) + 1 if len(self) else 0):
            places = np.flatnonzero(south + step <= north)
            of, row = kind[places], south[places] + step
            starts = np.searchsorted(self._keys, _keys(of, row, west[places]), side="left")
            last = _keys(of, row, east[places])
            # Where nothing is near, which is nearly everywhere, it is not asked where that ends.
            hits = np.flatnonzero(self._keys.take(starts, mode="clip") <= last)
            starts, ends = starts[hits], np.searchsorted(self._keys, last[hits], side="right")
            yield np.repeat(places[hits], ends - starts), _ranges(starts, ends)

    def _measured(
        self, lon: Array, lat: Array, *, asked: Counts, found: Counts, metres: Array
    ) -> Pairs:
        here = lat[asked]
        east, north = metres_of_degree((here + self._lat[found]) / 2)
        x, y = (self._lon[found] - lon[asked]) * east, (self._lat[found] - here) * north
        distances = np.hypot(x, y)
        within = distances <= metres[asked]
        return Pairs(asked[within], self._order[found[within]], distances[within])


def reach(lat: Array, metres: Array) -> tuple[Array, Array]:
    """Say how large a box around a place is that holds all within some metres of it.

    Parameters
    ----------
    lat, metres : ndarray of float64, shape (n,)
        The place's latitude in degrees, and the distance.

    Returns
    -------
    wide, high : ndarray of float64, shape (n,)
        Half of the box's size in degrees, rather too large than too small; short of the poles.
    """
    high = metres / _LEAST_NORTH + _PAD
    east, _ = metres_of_degree(np.minimum(np.abs(lat) + high, _NEARLY_POLE))
    return metres / east + _PAD, high


def _row(lat: Array) -> Counts:
    rows: Counts = np.clip(np.floor((lat + 90) / _CELL), 0, _ROWS - 1).astype(np.int64)
    return rows


def _column(lon: Array) -> Counts:
    columns: Counts = np.clip(np.floor((lon + 180) / _CELL), 0, _COLUMNS - 1).astype(np.int64)
    return columns


def _keys(kind: Kinds, row: Counts, column: Counts) -> Counts:
    return (kind.astype(np.int64) * _ROWS + row) * _COLUMNS + column


def _ranges(starts: Counts, ends: Counts) -> Counts:
    """Count from each start to before its end, one range after another."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    ranges: Counts = np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)
    return ranges


class ShapeTree:
    """An immutable index over lines and polygons, asked as `PointGrid` is.

    Parameters
    ----------
    shapes : ndarray of shapely geometry, shape (n,)
        EPSG:4326, not empty; straight in degrees between corners.
    kind : ndarray of int, shape (n,)
        As for `PointGrid`.
    """

    def __init__(self, shapes: Shapes, kind: Kinds) -> None:
        self._shapes, self._kind = shapes, kind
        self._kinds = np.unique(kind)
        self._tree = shapely.STRtree(shapes)

    def __len__(self) -> int:
        return len(self._shapes)

    def near(self, lon: Array, lat: Array, *, kind: Kinds, metres: Array) -> Pairs:
        """Find the shapes of a kind within some metres of each place; 0 within a polygon.

        Parameters and result as `PointGrid.near`.
        """
        # A box is a Python object: none is made where no shape is of the kind.
        places = np.flatnonzero(np.isin(kind, self._kinds))
        wide, high = reach(lat[places], metres[places])
        x, y = lon[places], lat[places]
        of, found = self._tree.query(shapely.box(x - wide, y - high, x + wide, y + high))
        asked = places[of]
        alike = self._kind[found] == kind[asked]
        asked, found = asked[alike], found[alike]
        distances = _distances(self._shapes[found], lon[asked], lat[asked])
        within = distances <= metres[asked]
        return Pairs(asked[within], found[within], distances[within])


def _distances(shapes: Shapes, lon: Array, lat: Array) -> Array:
    """Measure from each shape to its place: found in the flat, measured on the ellipsoid."""
    centre, scale = np.column_stack([lon, lat]), np.column_stack(metres_of_degree(lat))
    corners, of = shapely.get_coordinates(shapes, return_index=True)
    flat = shapely.set_coordinates(shapes.copy(), (corners - centre[of]) * scale[of])
    feet = shapely.get_coordinates(shapely.shortest_line(shapely.Point(0, 0), flat))[1::2]
    half_way = np.column_stack(metres_of_degree(lat + feet[:, 1] / (2 * scale[:, 1])))
    distances: Array = np.hypot(*(feet / scale * half_way).T)
    return distances
