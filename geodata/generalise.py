"""Fewer corners for small scales, with shared borders kept shared. Arrays in, arrays out.

Polygons that share edges vertex for vertex are generalised together as they are. Where a layer
overlaps, or its neighbours do not match, it is first cut into faces that do; each polygon is put
together again from its own, so that what touched still touches, and what overlapped still does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

import numpy as np
import shapely

from geodata.parts import Rows, Shapes

# A hundredth of a metre: corners that are nearer to each other than that are one.
_GRID_M: Final = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """A coverage: polygons that overlap nowhere and share their edges vertex for vertex.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon, shape (k,)
    of : ndarray of int, shape (m,)
        Rows of what they were cut from, ascending.
    face : ndarray of int, shape (m,)
        A face of the row beside it in `of`; what several cover belongs to several.
    count : int
        How many rows there are.
    """

    shapes: Shapes
    of: Rows
    face: Rows
    count: int

    @classmethod
    def cut(cls, shapes: Shapes) -> Self:
        """Cut polygons into a coverage; what is one already stays as it is.

        Parameters
        ----------
        shapes : ndarray of Polygon or MultiPolygon, shape (n,)
            Valid, in metres of some plane.
        """
        every = np.arange(len(shapes))
        if shapely.coverage_is_valid(shapes):
            return cls(shapes, every, every, len(shapes))
        lines = shapely.union_all(shapely.boundary(shapes), grid_size=_GRID_M)
        faces = shapely.get_parts(shapely.polygonize([lines]))
        inside = shapely.point_on_surface(faces)
        face, of = shapely.STRtree(shapes).query(inside, predicate="intersects")
        order = np.lexsort((face, of))
        used, face = np.unique(face[order], return_inverse=True)
        return cls(faces[used], of[order], face, len(shapes))

    def simplified(self, tolerance: float) -> "Faces":
        """Leave out corners; of a triangle smaller than the tolerance squared none is missed."""
        simpler = shapely.coverage_simplify(self.shapes, tolerance)
        return Faces(simpler, self.of, self.face, self.count)

    def joined(self) -> Shapes:
        """Put the polygons together again; None for one that had no face wide enough."""
        ends = np.searchsorted(self.of, np.arange(self.count + 1))
        rows = (self.shapes[self.face[start:end]] for start, end in pairwise(ends))
        made = [self._whole(faces) for faces in rows]
        return np.array([*made, None], dtype=object)[:-1]

    @staticmethod
    def _whole(faces: Shapes) -> object:
        if len(faces) < 2:
            return faces[0] if len(faces) else None
        return shapely.coverage_union_all(faces)


def generalised(shapes: Shapes, tolerances: Sequence[float]) -> Iterator[Shapes]:
    """Draw polygons with fewer and fewer corners.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon, shape (n,)
        Valid, in metres of some plane. They may overlap, and need tile nothing.
    tolerances : sequence of float
        Metres, ascending. Each drawing is made from the one before.

    Yields
    ------
    ndarray of Polygon or MultiPolygon, shape (n,)
        One for each tolerance. Of two polygons that share no ground none does so now, and a border
        that two share is the same line for both. No polygon is lost.
    """
    faces = Faces.cut(shapes)
    for tolerance in tolerances:
        faces = faces.simplified(tolerance)
        drawn = faces.joined()
        yield np.where(shapely.is_missing(drawn), shapes, drawn)
