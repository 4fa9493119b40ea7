"""Close the slivers between the areas of a layer; wider gaps and overlaps stay as they are."""

from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.measure import length_m, width_m
from geodata.overlay import ROUNDING_M, Mosaic, difference, union_all
from geodata.parts import Rows, Shapes, polygons_in, together

# A gap touches its neighbours, but cutting it out may have moved its corners by the last digit.
_TOUCHING_DEGREES: Final = 1e-8
# A gap that a crack joins to the land outside is enclosed, and so found, when the crack is closed.
_PASSES: Final = 5


def close_slivers(shapes: Shapes, codes: list[str], sliver_width_m: float) -> Shapes:
    """Give each sliver to one area.

    A sliver that two areas cover stays with the lower code. A sliver that no area covers, but areas
    surround, goes to the one with the longest common border, to the lower code among equals.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon, shape (n,)
        Valid; EPSG:4326 (lon, lat).
    codes : list of str
        The code of each.
    sliver_width_m : float
        A gap or overlap of a smaller mean width is a sliver.

    Returns
    -------
    ndarray, shape (n,)
        New array; a shape without slivers is the same object as before.
    """
    order = np.array(sorted(range(len(codes)), key=codes.__getitem__), dtype=np.intp)
    closed = shapes.copy()
    for _ in range(_PASSES):
        before = closed[order]
        after = _fill_gaps(_cut_overlaps(before, sliver_width_m), sliver_width_m)
        closed[order] = after
        if all(old is new for old, new in zip(before, after, strict=True)):
            break
    return closed


def _cut_overlaps(shapes: Shapes, sliver_width_m: float) -> Shapes:
    """Take from the later of two shapes what both cover."""
    pieces = Mosaic(shapes).overlaps
    cut = shapes.copy()
    for (_, giver), slivers in pieces.where(width_m(pieces.shapes) < sliver_width_m).by_rows():
        left = difference(cut[[giver]], np.array([together(slivers)]))
        cut[giver] = _clean(left) or cut[giver]
    return cut


def _fill_gaps(shapes: Shapes, sliver_width_m: float) -> Shapes:
    """Give what the shapes surround to the neighbour with the longest common border."""
    gaps = Mosaic(shapes).enclosed().shapes
    tree = shapely.STRtree(shapes)
    filled = shapes.copy()
    for gap in gaps[width_m(gaps) < sliver_width_m]:
        beside = np.sort(tree.query(gap, predicate="dwithin", distance=_TOUCHING_DEGREES))
        taker = beside[_longest_border(gap, filled[beside])]
        filled[taker] = _clean(np.array([union_all(np.array([filled[taker], gap]))]))
    return filled


def _longest_border(gap: BaseGeometry, neighbours: Shapes) -> int:
    """Tell which neighbour most of the ring of a gap runs along, the first among equals.

    Lengths within a centimetre are equal.
    """
    corners = shapely.get_coordinates(gap.exterior)
    edges = shapely.linestrings(np.stack([corners[:-1], corners[1:]], axis=1))
    middles = shapely.line_interpolate_point(edges, 0.5, normalized=True)
    along: Rows = shapely.distance(middles[:, None], neighbours).argmin(axis=1)
    return int(np.round(np.bincount(along, length_m(edges)), 2).argmax())


def _clean(shape: Shapes) -> BaseGeometry | None:
    """Drop the crumbs that cutting one shape leaves; None where there is nothing else."""
    parts, _ = polygons_in(shape)
    parts = parts[width_m(parts) >= ROUNDING_M]
    return together(parts) if parts.size else None
