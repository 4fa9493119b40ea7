"""The index: what may be asked of it, and what it checks before machine code answers."""

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final, Self

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geodata.crs import require_degrees
from geodata.index.answer import Near
from geodata.index.asked import fixed, places, radii_of, require_radius
from geodata.index.borders import Floats, Ints, borders_of
from geodata.index.cells import Cells, cells_of
from geodata.index.cover_sets import CoverSets
from geodata.index.covering import covering_one
from geodata.index.covering_many import covering_many, owners, pairs
from geodata.index.distance import nearest
from geodata.index.distance_many import distances
from geodata.index.near import borders_within, near_many, near_one
from geodata.index.store import read, write
from geodata.index.threads import SORTED, shared
from geodata.index.tree import Tree, tree_of

Positions = NDArray[np.intp]

_GEOD: Final = pyproj.Geod(ellps="WGS84")


class _Room(threading.local):
    """Where machine code writes the areas that cover one point: each thread has its own."""

    def __init__(self) -> None:
        self.areas = np.empty(64, dtype=np.int32)


class AreaIndex:
    """An index over areas, which cannot be changed.

    Parameters
    ----------
    areas : sequence of shapely.Polygon or shapely.MultiPolygon
        EPSG:4326 (lon, lat), valid; heights are dropped. They may overlap, touch, nest and be of
        several layers. None may be missing or empty.

    Raises
    ------
    GeometryError
        Something is not a polygon, is empty, or has a coordinate that is no longitude or latitude.
    """

    def __init__(self, areas: Sequence[shapely.Geometry] | NDArray[np.object_]) -> None:
        borders = borders_of(areas)
        self.__setstate__((cells_of(borders), tree_of(borders)))

    def __getstate__(self) -> tuple[Cells, Tree]:
        """Give what another process needs."""
        return self._cells, self._tree

    def __setstate__(self, state: tuple[Cells, Tree]) -> None:
        """Take it up there."""
        self._cells, self._tree = state
        for array in (*self._cells, *self._tree):
            array.setflags(write=False)
        self._room = _Room()
        self._covering = partial(covering_one, *self._cells)

    def save(self, folder: Path) -> None:
        """Write the index into a new folder, from which `open` takes it up.

        Parameters
        ----------
        folder : Path
            A folder that does not exist yet.

        Raises
        ------
        WriteError
            The folder exists or cannot be written.
        """
        write(folder, self._cells, self._tree)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Take up a saved index; processes that open one folder share its memory.

        Parameters
        ----------
        folder : Path
            As given to `save`; it must stay as it is as long as the index is used.

        Raises
        ------
        ReadError
            There is no index, or one of another version, or it was damaged.
        """
        opened = cls.__new__(cls)
        opened.__setstate__(read(folder))
        return opened

    def __len__(self) -> int:
        return len(self._tree.roots)

    def covers(self, lon: float, lat: float) -> tuple[int, ...]:
        """Find all areas that cover a point, border included.

        Parameters
        ----------
        lon, lat : float
            Degrees, WGS-84.

        Returns
        -------
        tuple of int
            Positions, ascending.

        Raises
        ------
        CrsError
            The two numbers are no longitude and latitude.
        """
        areas = self._room.areas
        count = self._covering(lon, lat, areas)
        if not count:  # nothing covers what is no longitude and latitude
            require_degrees(lon, lat)
        if count > len(areas):
            self._room.areas = np.empty(2 * count, dtype=np.int32)
            return self.covers(lon, lat)
        return tuple(areas[:count].tolist())

    def covers_many(self, lon: Floats, lat: Floats) -> tuple[Positions, Ints]:
        """Find for each of many points all areas that cover it, border included.

        Parameters
        ----------
        lon, lat : ndarray of float64, shape (n,)
            Degrees, WGS-84.

        Returns
        -------
        points, areas : ndarray of int, shape (pairs,)
            Pairs of positions, ascending by point, then by area.

        Raises
        ------
        CrsError
            A pair of numbers is no longitude and latitude.
        """
        lon, lat = places(lon, lat)
        found = shared(lambda x, y: covering_many(self._cells, x, y), lon, lat, most=SORTED)
        return pairs(found)

    def owner(self, lon: Floats, lat: Floats, *, rank: Ints | None = None) -> Ints:
        """Find for each of many points the one area to name, by a total order.

        Parameters
        ----------
        lon, lat : ndarray of float64, shape (n,)
            Degrees, WGS-84.
        rank : ndarray of int, shape (areas,), optional
            Of the areas that cover a point the one with the least rank is named, of several the
            first. Without ranks the first is named.

        Returns
        -------
        ndarray of int32, shape (n,)
            Positions of areas; -1 where no area covers the point.

        Raises
        ------
        CrsError
            A pair of numbers is no longitude and latitude.
        """
        lon, lat = places(lon, lat)
        ranks = fixed(np.zeros(len(self)) if rank is None else rank, np.int64)
        work = shared(lambda x, y: owners(self._cells, ranks, x, y), lon, lat, most=SORTED)
        return np.concatenate(work)

    def sets(self) -> CoverSets:
        """Begin to number the sets of areas that cover points: see `CoverSets.ids`."""
        return CoverSets(self._cells)

    def cover_sets(self, lon: Floats, lat: Floats) -> tuple[Ints, CoverSets]:
        """Give each set of areas that covers points a number.

        Parameters
        ----------
        lon, lat : ndarray of float64, shape (n,)
            Degrees, WGS-84.

        Returns
        -------
        ids : ndarray of int32, shape (n,)
            The number of each point's set.
        sets : CoverSets
            What the numbers stand for; `sets.ids` numbers more points likewise.

        Raises
        ------
        CrsError
            A pair of numbers is no longitude and latitude.
        """
        sets = self.sets()
        return sets.ids(lon, lat), sets

    def near(self, lon: float, lat: float, metres: float) -> tuple[Near, ...]:
        """Find all areas that cover a point or have a border within a radius of it.

        Parameters
        ----------
        lon, lat : float
            Degrees, WGS-84.
        metres : float
            The radius, up to some kilometres, for instance a phone's accuracy; 0 finds the areas
            that cover the point.

        Returns
        -------
        tuple of Near
            By position. A radius below 1e-6 m counts as 1e-6 m, so that rounding hides no border.

        Raises
        ------
        CrsError
            The two numbers are no longitude and latitude.
        GeodataError
            The radius is negative or no number.
        """
        require_degrees(lon, lat)
        require_radius(metres)
        areas, measures = near_one(*self._cells, *self._tree[:3], lon, lat, float(metres))
        return tuple(
            Near(area, *measure)
            for area, measure in zip(areas.tolist(), measures.tolist(), strict=True)
        )

    def near_many(
        self, lon: Floats, lat: Floats, metres: Floats | float
    ) -> tuple[Positions, Positions, Floats]:
        """Find for each of many points what `near` finds.

        Parameters
        ----------
        lon, lat : ndarray of float64, shape (n,)
            Degrees, WGS-84.
        metres : float or ndarray of float64, shape (n,)
            The radius, or each point's own.

        Returns
        -------
        points, areas : ndarray of int, shape (pairs,)
            Pairs of positions, ascending by point, then by area.
        measures : ndarray of float64, shape (pairs, 2)
            Signed metres to the border, and share of the disc.

        Raises
        ------
        CrsError
            A pair of numbers is no longitude and latitude.
        GeodataError
            A radius is negative or no number.
        """
        lon, lat = places(lon, lat)
        radii = radii_of(metres, lon)
        found = shared(
            lambda x, y, radius: near_many(self._cells, self._tree, x, y, radius), lon, lat, radii
        )
        counts, areas, measures = (np.concatenate(part) for part in zip(*found, strict=True))
        return np.repeat(np.arange(len(lon)), counts), areas, measures

    def borders_within(self, lon: Floats, lat: Floats, metres: Floats | float) -> NDArray[np.bool_]:
        """Tell for each of many points whether `near` finds any area with a border that near.

        Parameters
        ----------
        lon, lat : ndarray of float64, shape (n,)
            Degrees, WGS-84.
        metres : float or ndarray of float64, shape (n,)
            The radius, or each point's own.

        Returns
        -------
        ndarray of bool, shape (n,)
            Whether any border lies within the radius.

        Raises
        ------
        CrsError
            A pair of numbers is no longitude and latitude.
        GeodataError
            A radius is negative or no number.
        """
        lon, lat = places(lon, lat)
        radii = radii_of(metres, lon)
        found = shared(
            lambda x, y, radius: borders_within(self._cells, self._tree, x, y, radius),
            lon,
            lat,
            radii,
        )
        return np.concatenate(found)

    def distance_to_border(self, position: int, lon: float, lat: float) -> float:
        """Measure from a point to the border of one area.

        Parameters
        ----------
        position : int
            Which area.
        lon, lat : float
            Degrees, WGS-84; within some 100 km of the border.

        Returns
        -------
        float
            Metres: positive inside, negative outside, 0 on the border.

        Raises
        ------
        CrsError
            The two numbers are no longitude and latitude.
        IndexError
            There is no such area.
        """
        return float(
            self.distances_to_border(np.array([position]), np.array([lon]), np.array([lat]))[0]
        )

    def distances_to_border(
        self, positions: NDArray[np.integer], lon: Floats, lat: Floats, *, covering: bool = False
    ) -> Floats:
        """Measure from each of many points to the border of one area, as `distance_to_border`.

        Parameters
        ----------
        positions : ndarray of int, shape (n,)
            Which area, for each point.
        lon, lat : ndarray of float64, shape (n,)
            Degrees, WGS-84.
        covering : bool
            Whether it is known that each area covers its point, and need not be found out.

        Returns
        -------
        ndarray of float64, shape (n,)
            Metres: positive inside, negative outside, 0 on the border.

        Raises
        ------
        CrsError
            A pair of numbers is no longitude and latitude.
        IndexError
            There is no such area.
        """
        lon, lat = places(lon, lat)
        areas = fixed(positions, np.int32)
        if len(areas) and (areas.min() < 0 or areas.max() >= len(self)):
            raise IndexError(int(areas[(areas < 0) | (areas >= len(self))][0]))
        work = shared(
            lambda area, x, y: distances(self._cells, self._tree, area, x, y, covering),
            areas,
            lon,
            lat,
            most=SORTED,
        )
        return np.concatenate(work)

    def nearest(self, lon: float, lat: float) -> tuple[int, float] | None:
        """Find the area nearest to a point.

        Parameters
        ----------
        lon, lat : float
            Degrees, WGS-84.

        Returns
        -------
        tuple of int and float, or None
            Position and geodesic distance in metres, 0 if the area covers the point; the first of
            areas that are equally near. None if the index is empty.

        Raises
        ------
        CrsError
            The two numbers are no longitude and latitude.
        """
        inside = self.covers(lon, lat)
        if inside or not len(self):
            return (inside[0], 0.0) if inside else None
        area, to_lon, to_lat = nearest(self._tree, lon, lat)
        return area, float(_GEOD.inv(lon, lat, to_lon, to_lat)[2])
