"""How polygons lie on one another: overlaps, union and what is left over. Arrays in, arrays out.

The polygons are valid, in EPSG:4326 (lon, lat); the callers see to that. Areas that share their
edges vertex for vertex are by far the usual case and far cheaper to join than others, so that
everything here first asks which do not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from typing import Final, Self

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.measure import Flags, Numbers, area_m2, width_m
from geodata.parts import Rows, Shapes, polygons_in

ROUNDING_M: Final = 0.01
"""Pieces of a smaller mean width are no difference: seven decimals of a degree are 1.1 cm."""

# Where two drawings of one line are apart by less than floating numbers tell, an overlay without a
# grid is at times wrong without a word: a whole polygon where nothing is left. A hundredth of a
# millimetre is below any survey and wide enough to take the two for one.
_GRID_DEGREES: Final = 1e-10
# Under half of ROUNDING_M: what lies no deeper in a polygon does not count and is not cut out.
_SKIN_DEGREES: Final = 4e-8
# Joining a layer of which more areas than this do not match costs more than taking them singly.
_MOSTLY: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Simple polygons, each with the row (or the two rows) it comes from.

    Parameters
    ----------
    shapes : ndarray of Polygon, shape (k,)
    rows : ndarray of int, shape (k,) or (k, 2)
    """

    shapes: Shapes
    rows: Rows

    @classmethod
    def of(cls, shapes: Shapes, rows: Rows) -> Self:
        """Take apart what an overlay left; lines, points and rounding are left out.

        Parameters
        ----------
        shapes : ndarray of shapely geometry, shape (n,)
            What an overlay gave.
        rows : ndarray of int, shape (n,) or (n, 2)
            Where each comes from.
        """
        polygons, owners = polygons_in(shapes)
        wide = width_m(polygons) >= ROUNDING_M
        return cls(shapes=polygons[wide], rows=rows[owners[wide]])

    def where(self, chosen: Flags) -> "Pieces":
        """Keep some of the pieces."""
        return Pieces(shapes=self.shapes[chosen], rows=self.rows[chosen])

    def area_m2(self) -> Numbers:
        """Measure each piece."""
        return area_m2(self.shapes)

    def by_rows(self) -> Iterator[tuple[Rows, Shapes]]:
        """Gather the pieces that come from the same row, or the same two, in ascending order."""
        rows, group = np.unique(self.rows, axis=0, return_inverse=True)
        order = np.argsort(group, kind="stable")
        ends = np.cumsum(np.bincount(group, minlength=len(rows)))
        return zip(rows, np.split(self.shapes[order], ends[:-1]), strict=False)


@dataclass(frozen=True, eq=False)
class Mosaic:
    """Polygons beside one another, each of which knows its neighbours.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon, shape (n,)
        They need neither tile anything nor keep clear of one another.
    """

    shapes: Shapes

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The bounding boxes, for questions of place."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def unmatched_edges(self) -> Shapes:
        """The edges which run along or into another polygon without being an edge of it.

        One (multi-)line for each polygon, empty where all its shared edges are shared vertex for
        vertex. Of two polygons that overlap at least one has such an edge.
        """
        edges: Shapes = shapely.coverage_invalid_edges(self.shapes)
        return edges

    @cached_property
    def matched(self) -> Flags:
        """Which polygons have no unmatched edge; they overlap none of each other."""
        flags: Flags = shapely.is_empty(self.unmatched_edges)
        return flags

    @cached_property
    def union(self) -> BaseGeometry:
        """All of them as one shape."""
        joined = shapely.coverage_union_all(self.shapes[self.matched])
        return union_all(np.array([joined, *self.shapes[~self.matched]]))

    @cached_property
    def overlaps(self) -> Pieces:
        """What two polygons both cover.

        `rows` of shape (k, 2), the lower row first, in ascending order. What three polygons cover
        comes three times, once for each two of them.
        """
        suspects = np.flatnonzero(~self.matched)
        found, others = self.tree.query(_inside(self.shapes[suspects]), predicate="intersects")
        pairs = np.sort(np.column_stack([suspects[found], others]), axis=1)
        pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
        first, second = self.shapes[pairs.T]
        return Pieces.of(intersection(first, second), pairs)

    def enclosed(self) -> Pieces:
        """Cut out what the polygons surround and do not cover; `rows` are all 0.

        Polygons also surround what they only close off corner to corner, and then it is no hole of
        their union. So it is asked what is left of a box around them all, inside it.
        """
        if shapely.is_empty(self.union):
            return Pieces.of(np.array([], dtype=object), np.array([], dtype=np.intp))
        west, south, east, north = self.union.bounds
        around = shapely.box(west - 1, south - 1, east + 1, north + 1)
        left = difference(np.array([around]), np.array([self.union]))
        pieces = Pieces.of(left, np.zeros(1, dtype=np.intp))
        return pieces.where(shapely.disjoint(pieces.shapes, around.exterior))

    def uncovered_by(self, zones: "Mosaic") -> Pieces:
        """Cut out of each polygon what none of the zones covers.

        Returns
        -------
        Pieces
            `rows` of shape (k,), ascending, are rows of this mosaic.
        """
        suspects = self._perhaps_uncovered_by(zones)
        areas = self.shapes[suspects]
        found, over = zones.tree.query(_inside(areas), predicate="intersects")
        starts = np.searchsorted(found, np.arange(len(suspects) + 1))
        covers = [union_all(zones.shapes[over[start:end]]) for start, end in pairwise(starts)]
        return Pieces.of(difference(areas, np.array(covers, dtype=object)), suspects)

    def _perhaps_uncovered_by(self, zones: "Mosaic") -> Rows:
        if np.count_nonzero(~zones.matched) > _MOSTLY * len(zones.shapes):
            return np.arange(len(self.shapes))
        open_land = difference(np.array([self.union]), np.array([zones.union]))
        pieces = Pieces.of(open_land, np.zeros(1, dtype=np.intp))
        _, found = self.tree.query(pieces.shapes, predicate="intersects")
        return np.unique(found)


def difference(shapes: Shapes, others: Shapes) -> Shapes:
    """Cut each of the others out of the shape beside it, to a hundredth of a millimetre."""
    left: Shapes = _off_grid(shapely.difference(shapes, others, grid_size=_GRID_DEGREES))
    return left


def intersection(shapes: Shapes, others: Shapes) -> Shapes:
    """Cut out what each shape and the other beside it share, likewise."""
    common: Shapes = _off_grid(shapely.intersection(shapes, others, grid_size=_GRID_DEGREES))
    return common


def union_all(shapes: Shapes) -> BaseGeometry:
    """Join all shapes into one, likewise."""
    return _off_grid(shapely.union_all(shapes, grid_size=_GRID_DEGREES))


# A shape that stays on a grid draws all that it is laid over later onto it.
_off_grid: Final = partial(shapely.set_precision, grid_size=0)


def _inside(polygons: Shapes) -> Shapes:
    """Take the skin off polygons; what is thinner than rounding is nothing afterwards."""
    inside: Shapes = shapely.buffer(polygons, -_SKIN_DEGREES, quad_segs=1, join_style="mitre")
    return inside
