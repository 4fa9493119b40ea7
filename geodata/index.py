"""Which areas cover a point, which are near it, and how near: an immutable index of areas.

Not a judge of areas (whether they overlap, leave gaps or are valid is for validation to say) and
not a store: positions in the given sequence stand for areas, whatever layers they are of.

A border belongs to the area: a point is covered exactly when PostGIS's `ST_Covers` on geometry in
EPSG:4326 says so, and edges are accordingly straight in (lon, lat). Distances are those of the
ellipsoid to such an edge, true to 1 cm up to 10 km. `ST_Distance` on geography is not as true: it
takes an edge as a geodesic, which lies up to L^2 tan(lat) / 51,000 km beside ours where the edge is
L long, and chooses the nearest place on a sphere; on real boundaries it was seen to be off by 4 cm
within 50 m and by 0.7 m within 1 km. Areas across the antimeridian are not understood.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyproj
import shapely

from geodata.crs import require_degrees
from geodata.edges import Areas, Edges, Positions, runs
from geodata.errors import GeodataError, GeometryError
from geodata.plane import Array, Plane, disc_share, feet

_GEOD: Final = pyproj.Geod(ellps="WGS84")
_POLYGONS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
# Metres: what is nearer counts as on a border, and no disc has a smaller radius.
_SAME: Final = 1e-6
# Shares differ by less through rounding.
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Near:
    """An area that covers a point or lies within a radius of it.

    Parameters
    ----------
    position : int
        Which area.
    distance_m : float
        Metres to the area's border: positive inside, negative outside, 0 on it.
    share : float
        Share of the disc around the point that the area covers, 0 to 1.
    """

    position: int
    distance_m: float
    share: float


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
        Something is not a polygon, is empty, or has a coordinate that is no number.
    """

    def __init__(self, areas: Sequence[shapely.Geometry]) -> None:
        given = np.array(areas, dtype=object)
        _require_areas(given)
        # Both steps copy: what is prepared below is ours alone.
        self._areas: Areas = shapely.orient_polygons(shapely.force_2d(given))
        self._tree = shapely.STRtree(self._areas)
        self._edges = Edges(self._areas)
        _warm(self._areas)

    def __len__(self) -> int:
        return len(self._areas)

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
        require_degrees(lon, lat)
        boxes = self._tree.query(shapely.Point(lon, lat))
        return tuple(sorted(boxes[shapely.intersects_xy(self._areas[boxes], lon, lat)].tolist()))

    def covers_many(self, lon: Array, lat: Array) -> tuple[Positions, Positions]:
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
        lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        require_degrees(lon, lat)
        points, areas = self._tree.query(shapely.points(lon, lat))
        covered = shapely.intersects_xy(self._areas[areas], lon[points], lat[points])
        points, areas = points[covered], areas[covered]
        order = np.lexsort((areas, points))
        return points[order], areas[order]

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
        _require_radius(metres)
        inside = self.covers(lon, lat)
        plane = Plane.at(lon, lat)
        found = self._beside(plane, metres)
        deep = [area for area in inside if area not in found]
        found |= {area: (far, 0.0) for area, far in self._distances(plane, deep).items()}
        return tuple(_near(area, *found[area], inside=area in inside) for area in sorted(found))

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
        require_degrees(lon, lat)
        if not 0 <= position < len(self):
            raise IndexError(position)
        distance = self._distances(Plane.at(lon, lat), [position])[position]
        return distance if shapely.intersects_xy(self._areas[position], lon, lat) else -distance

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
        plane = Plane.at(lon, lat)
        chains = self._edges.closest_of_all(plane)
        x, y = feet(*self._edges.place(plane, chains))
        metres = plane.distance(x, y)
        least = np.unravel_index(metres.argmin(), metres.shape)
        equally = metres.min(axis=1) <= metres[least] + _SAME
        foot = plane.degrees(x[least], y[least])
        first = self._edges.areas(chains[equally])[0]
        return int(first), float(_GEOD.inv(lon, lat, *foot)[2])

    def _distances(self, plane: Plane, areas: list[int]) -> dict[int, float]:
        """Metres to the border of each area, never negative."""
        if not areas:
            return {}
        chains = self._edges.closest(plane, np.array(areas, dtype=np.intp))
        metres = np.minimum.reduceat(self._to_chains(plane, chains), self._starts(chains))
        return dict(zip(areas, metres.tolist(), strict=True))

    def _beside(self, plane: Plane, radius: float) -> dict[int, tuple[float, float]]:
        """Areas with a border within the radius: metres to it, and what it adds to the share."""
        radius = max(radius, _SAME)
        chains = self._edges.within(plane, radius)
        metres = self._to_chains(plane, chains)
        chains, metres = chains[metres <= radius], metres[metres <= radius]
        if not len(chains):
            return {}
        starts = self._starts(chains)
        parts = np.add.reduceat(disc_share(*self._edges.place(plane, chains), radius), starts)
        measures = zip(np.minimum.reduceat(metres, starts).tolist(), parts.tolist(), strict=True)
        return dict(zip(self._edges.areas(chains[starts]).tolist(), measures, strict=True))

    def _to_chains(self, plane: Plane, chains: Positions) -> Array:
        nearest: Array = plane.distance(*feet(*self._edges.place(plane, chains))).min(axis=1)
        return nearest

    def _starts(self, chains: Positions) -> Positions:
        starts, _ = runs(self._edges.areas(chains))
        return starts


def _near(area: int, metres: float, part: float, *, inside: bool) -> Near:
    share = inside + part
    # On a border the sum of its edges may be a whole disc off; see `disc_share`.
    if share > 1 + _ROUNDING:
        share -= 1
    elif share < -_ROUNDING:
        share += 1
    return Near(area, metres if inside else -metres, min(max(share, 0.0), 1.0))


def _warm(areas: Areas) -> None:
    """Make GEOS build now what it otherwise builds when a polygon is asked for the second time."""
    shapely.prepare(areas)
    vertices, owner = shapely.get_coordinates(areas, return_index=True)
    x, y = vertices[np.searchsorted(owner, np.arange(len(areas)))].T
    for _ in range(2):
        shapely.intersects_xy(areas, x, y)


def _require_areas(areas: Areas) -> None:
    polygons = np.isin(shapely.get_type_id(areas), _POLYGONS) & ~shapely.is_empty(areas)
    vertices, owner = shapely.get_coordinates(areas, return_index=True)
    polygons[owner[~np.isfinite(vertices).all(axis=1)]] = False
    if not polygons.all():
        first = int(np.argmin(polygons))
        raise GeometryError(
            "not_an_area",
            en=f"Number {first} of {len(areas)} areas is {_said(areas[first])}; an index takes "
            "polygons with finite coordinates only.",
            zh=f"{len(areas)} 个区域中的第 {first} 个（从 0 起）为 {_said(areas[first])}；"
            "索引只接受坐标有效的非空面。",
            position=first,
        )


def _said(area: shapely.Geometry | None) -> str:
    return "None" if area is None else f"{shapely.to_wkt(area)[:60]}"


def _require_radius(metres: float) -> None:
    if not 0 <= metres < math.inf:  # also true of NaN
        raise GeodataError(
            "not_a_radius",
            en=f"{metres} is no radius; give metres, 0 or more.",
            zh=f"{metres} 不是有效半径；请给出不小于 0 的米数。",
            metres=metres,
        )
