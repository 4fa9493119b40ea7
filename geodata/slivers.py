"""Close the slivers between the areas of a layer; wider gaps and overlaps stay as they are."""

from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.measure import length_m, width_m
from geodata.overlay import ROUNDING_M, Mosaic
from geodata.parts import Rows, Shapes, polygons_in, together

# About a centimetre: more than rounding, less than anything drawn on purpose.
_GRIP_DEGREES: Final = 1e-7
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
    pieces = pieces.where(width_m(pieces.shapes) < sliver_width_m)
    cut = shapes.copy()
    for piece, (keeper, giver) in zip(pieces.shapes, pieces.rows, strict=True):
        strip = shapely.intersection(_gripped(piece), cut[keeper])
        cut[giver] = _clean(shapely.difference(cut[giver], strip)) or cut[giver]
    return cut


def _fill_gaps(shapes: Shapes, sliver_width_m: float) -> Shapes:
    """Give what the shapes surround to the neighbour with the longest common border."""
    gaps = Mosaic(shapes).enclosed().shapes
    gaps = gaps[width_m(gaps) < sliver_width_m]
    tree = shapely.STRtree(shapes)
    filled = shapes.copy()
    for gap in gaps:
        beside = np.sort(tree.query(gap, predicate="dwithin", distance=_GRIP_DEGREES))
        taker = _longest_border(gap, filled[beside])
        others = filled[np.delete(beside, taker)]
        filled[beside[taker]] = _joined(filled[beside[taker]], gap, others)
    return filled


def _joined(area: BaseGeometry, gap: BaseGeometry, others: Shapes) -> BaseGeometry:
    """Join a gap to an area, so that no crack as wide as rounding stays between them."""
    whole = shapely.union(area, gap)
    if _count_rings(whole) <= _count_rings(area):
        return whole
    # The area's border and the gap's are two drawings of one line. Taken a centimetre too large
    # the gap reaches into the area, and what it reaches of the others is cut off again.
    strip = shapely.difference(_gripped(gap), shapely.union_all(others))
    return _clean(shapely.union(area, strip)) or area


def _count_rings(shape: BaseGeometry) -> int:
    return len(shapely.get_rings(shapely.get_parts(shape)))


def _longest_border(gap: BaseGeometry, neighbours: Shapes) -> int:
    """Tell which neighbour most of the ring of a gap runs along, the first among equals.

    Lengths within a centimetre are equal.
    """
    corners = shapely.get_coordinates(gap.exterior)
    edges = shapely.linestrings(np.stack([corners[:-1], corners[1:]], axis=1))
    middles = shapely.line_interpolate_point(edges, 0.5, normalized=True)
    along: Rows = shapely.distance(middles[:, None], neighbours).argmin(axis=1)
    return int(np.round(np.bincount(along, length_m(edges)), 2).argmax())


def _gripped(sliver: BaseGeometry) -> BaseGeometry:
    return shapely.buffer(sliver, _GRIP_DEGREES, join_style="mitre", mitre_limit=2.0)


def _clean(shape: BaseGeometry) -> BaseGeometry | None:
    """Drop the crumbs that cutting leaves; None where there is nothing else."""
    parts, _ = polygons_in(np.array([shape], dtype=object))
    parts = parts[width_m(parts) >= ROUNDING_M]
    return together(parts) if parts.size else None
