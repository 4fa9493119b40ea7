"""The borders of many areas, cut into short chains, so that a question looks at near ones only.

Not areas: it knows where borders run, not what is inside. A coastline of 200,000 vertices is 12,500
chains in 196 blocks here, of which a question about one point reads a handful.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.plane import Array, Plane

Positions = NDArray[np.intp]
Areas = NDArray[np.object_]

# Short chains make tight boxes, long ones make few; these were quickest on 15,000 grids.
_EDGES: Final = 16
_CHAINS: Final = 64
# So many pieces are sooner measured than ruled out.
_FEW: Final = 32
# Metres; what two ways of measuring one distance may differ by.
_ROUNDING: Final = 1e-6


class Edges:
    """Every edge of some areas: in chains of at most 16, these in blocks of at most 64; immutable.

    Chains and blocks are numbered in the order of the areas; each is of one area only.

    Parameters
    ----------
    areas : ndarray of shapely geometry, shape (n,)
        Polygons and multipolygons in (lon, lat) degrees, none empty.
    """

    def __init__(self, areas: Areas) -> None:
        rings, ring_area = _rings(areas)
        vertices, vertex_ring = shapely.get_coordinates(rings, return_index=True)
        index, ring = _chain_vertices(np.bincount(vertex_ring, minlength=len(rings)))
        self._lon, self._lat = vertices[:, 0][index], vertices[:, 1][index]
        self._area: Positions = ring_area[ring]
        self._chains = _Boxes.of(self._lon, self._lat)
        first, self._block_area = _pieces(np.bincount(self._area, minlength=len(areas)), _CHAINS)
        self._blocks = self._chains.joined(first)
        self._first_chain = np.append(first, len(self._area))
        self._each_area = np.arange(len(areas) + 1)
        self._first_block = np.searchsorted(self._block_area, self._each_area)
        self._tree = self._chains.tree()

    def within(self, plane: Plane, metres: float) -> Positions:
        """Find all chains within some metres of a plane's centre, and a few that are farther.

        Parameters
        ----------
        plane : Plane
            The plane of the point in question.
        metres : float
            Not negative.

        Returns
        -------
        ndarray of int, shape (found,)
            Chains, ascending.
        """
        found: Positions = self._tree.query(shapely.box(*plane.bounds(metres)))
        return np.sort(found)

    def closest(self, plane: Plane, areas: Positions) -> Positions:
        """Find the chains among which each of some areas has the one nearest to a plane's centre.

        Parameters
        ----------
        plane : Plane
            The plane of the point in question.
        areas : ndarray of int, shape (n,)
            Positions of areas, ascending.

        Returns
        -------
        ndarray of int, shape (found,)
            Chains, ascending; at least one of each area.
        """
        return self._closest(plane, _spans(self._first_block, areas), self._each_area)

    def closest_of_all(self, plane: Plane) -> Positions:
        """Find the chains among which is the one nearest to a plane's centre, of whatever area.

        Parameters
        ----------
        plane : Plane
            The plane of the point in question.

        Returns
        -------
        ndarray of int, shape (found,)
            Chains, ascending; at least one unless there are no areas.
        """
        blocks = np.arange(len(self._block_area))
        return self._closest(plane, blocks, np.zeros_like(self._each_area))

    def place(self, plane: Plane, chains: Positions) -> tuple[Array, Array]:
        """Place chains in a plane.

        Parameters
        ----------
        plane : Plane
            Any plane.
        chains : ndarray of int, shape (n,)
            Chains.

        Returns
        -------
        x, y : ndarray of float64, shape (n, 17)
            Metres. A chain of fewer than 16 edges repeats its last vertex.
        """
        return plane.place(self._lon[chains], self._lat[chains])

    def areas(self, chains: Positions) -> Positions:
        """Give the position of the area to which each chain belongs."""
        return self._area[chains]

    def _closest(self, plane: Plane, blocks: Positions, group: Positions) -> Positions:
        """Narrow blocks and then their chains down, for each group of areas by itself."""
        blocks = self._blocks.may_be_closest(plane, blocks, group[self._block_area[blocks]])
        chains = _spans(self._first_chain, blocks)
        return self._chains.may_be_closest(plane, chains, group[self._area[chains]])


@dataclass(frozen=True, slots=True)
class _Boxes:
    """Boxes around pieces of border, and one vertex of each piece: arrays of (lon, lat) rows."""

    low: Array
    high: Array
    vertex: Array

    @classmethod
    def of(cls, lon: Array, lat: Array) -> Self:
        low = np.stack([lon.min(axis=1), lat.min(axis=1)])
        high = np.stack([lon.max(axis=1), lat.max(axis=1)])
        return cls(low, high, np.stack([lon[:, 0], lat[:, 0]]))

    def joined(self, first: Positions) -> Self:
        """Join each run of boxes into one; a run begins at each of `first`."""
        return type(self)(
            np.minimum.reduceat(self.low, first, axis=1),
            np.maximum.reduceat(self.high, first, axis=1),
            self.vertex[:, first],
        )

    def tree(self) -> shapely.STRtree:
        # The tree is asked for boxes only, and a diagonal has the box of its piece.
        diagonals = np.stack([self.low.T, self.high.T], axis=1)
        return shapely.STRtree(shapely.linestrings(diagonals))

    def may_be_closest(self, plane: Plane, pieces: Positions, group: Positions) -> Positions:
        """Leave out pieces whose box is farther than a vertex of another piece of their group."""
        if len(pieces) <= _FEW:
            return pieces
        starts, counts = runs(group)
        to_vertex = plane.distance(*plane.place(*self.vertex[:, pieces]))
        reach = np.repeat(np.minimum.reduceat(to_vertex, starts), counts)
        to_box = plane.distance_to_boxes(self.low[:, pieces], self.high[:, pieces])
        return pieces[to_box <= reach + _ROUNDING]


def runs(group: Positions) -> tuple[Positions, Positions]:
    """Find the runs of equal numbers.

    Parameters
    ----------
    group : ndarray of int, shape (n,)
        Ascending.

    Returns
    -------
    starts, counts : ndarray of int, shape (groups,)
        Where each run begins, as `ufunc.reduceat` wants it, and how long it is.
    """
    edge = np.ones(len(group) + 1, dtype=np.bool_)
    edge[1:-1] = group[1:] != group[:-1]
    bounds = np.flatnonzero(edge)
    return bounds[:-1], bounds[1:] - bounds[:-1]


def _rings(areas: Areas) -> tuple[Areas, Positions]:
    parts, part_area = shapely.get_parts(areas, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    return rings, part_area[ring_part]


def _chain_vertices(of_ring: Positions) -> tuple[Positions, Positions]:
    """Cut rings of so many vertices: the vertices of each chain, and its ring."""
    first_edge, ring = _pieces(of_ring - 1, _EDGES)
    first_vertex = first_edge + ring  # every ring before has one vertex more than edges
    last_vertex = (np.cumsum(of_ring) - 1)[ring]
    vertices = np.minimum(first_vertex[:, None] + np.arange(_EDGES + 1), last_vertex[:, None])
    return vertices, ring


def _pieces(counts: Positions, size: int) -> tuple[Positions, Positions]:
    """Cut runs of so many things into pieces of at most a size: their first things, their runs."""
    pieces = -(-counts // size)
    run = np.repeat(np.arange(len(counts)), pieces)
    nth = np.arange(len(run)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    return (np.cumsum(counts) - counts)[run] + nth * size, run


def _spans(first: Positions, items: Positions) -> Positions:
    """List the things of some items, of which each has those from its first to the next's first."""
    starts = first[items]
    counts = first[items + 1] - starts
    ends = counts.cumsum()
    things: Positions = np.arange(counts.sum()) + np.repeat(starts - ends + counts, counts)
    return things
