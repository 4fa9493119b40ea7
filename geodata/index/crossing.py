"""Whether a border passes between a point and the corner of its cell: exactly.

The way leads east from the point to its cell's eastern line, then north to the cell's corner. An
edge that does not touch the cell is never crossed, so that only the edges in a cell need be looked
at, and the corner's side of each border is known beforehand. Where the way would meet a vertex or
run along an edge, it is thought of as shifted by an infinitely small step north and a yet smaller
one east (simulation of simplicity: Edelsbrunner and Mücke, 1990).
"""

from typing import Final

from geodata.index.compiled import inner
from geodata.index.predicate import FILTER, orientation

ON: Final = -1
"""Instead of 0 or 1: the point lies on the edge."""


@inner
def side(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> int:
    """Tell where a point lies beside the line from a to b, once it has been shifted: never 0."""
    found = orientation(ax, ay, bx, by, x, y)
    if found == 0:
        found = 1 if bx > ax or (bx == ax and by < ay) else -1
    return found


@inner
def crossings(
    ax: float, ay: float, bx: float, by: float, x: float, y: float, east: float, north: float
) -> int:
    """Count modulo 2 how often the way from a point to (east, north) crosses an edge, or say `ON`.

    Where the beginning, the bend and the end of the way all lie clearly beside the edge's line, as
    nearly always, that says it without a branch, for a wrongly guessed branch costs more than all.
    """
    west_a, west_b, south_a, south_b = ax - x, bx - x, ay - y, by - y
    east_a, east_b, north_a, north_b = ax - east, bx - east, ay - north, by - north
    begins, sure_begins = _beside(west_a, south_a, west_b, south_b)
    bends, sure_bends = _beside(east_a, south_a, east_b, south_b)
    ends, sure_ends = _beside(east_a, north_a, east_b, north_b)
    if not (sure_begins & sure_bends & sure_ends):
        return _exact_crossings(ax, ay, bx, by, x, y, east, north)
    eastward = ((south_a > 0) != (south_b > 0)) & (begins != bends)
    northward = ((east_a > 0) != (east_b > 0)) & (bends != ends)
    return int(eastward ^ northward)


@inner
def _beside(ax: float, ay: float, bx: float, by: float) -> tuple[bool, bool]:
    """Whether the line from a to b has the origin on its left, and whether that is sure."""
    left, right = ax * by, ay * bx
    return left > right, abs(left - right) > abs(left + right) * FILTER


@inner
def _exact_crossings(
    ax: float, ay: float, bx: float, by: float, x: float, y: float, east: float, north: float
) -> int:
    """Do as `crossings`, whatever lies on a line or near it.

    Of an edge's two ends only the second is looked for: the first is the second of another.
    """
    if ax < x and bx < x:
        return 0
    if bx == x and by == y:
        return ON
    if ay == y and by == y:
        return ON if min(ax, bx) <= x <= max(ax, bx) else 0
    crossed = 0
    if (ay > y) != (by > y):
        crossed = _eastward(ax, ay, bx, by, x, y)
        if crossed == ON:
            return ON
        crossed -= crossed & east_of(ax, ay, bx, by, east, y)
    if (ax > east) != (bx > east):
        crossed ^= _above(ax, ay, bx, by, east, y) ^ _above(ax, ay, bx, by, east, north)
    return crossed


@inner
def _eastward(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> int:
    """Tell whether an edge that passes a latitude does so east of a point, or `ON` it."""
    if ax > x and bx > x:
        return 1
    beside = orientation(ax, ay, bx, by, x, y)
    return ON if beside == 0 else int((beside > 0) == (by > ay))


@inner
def east_of(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> int:
    """Whether an edge that passes a latitude does so east of a point."""
    if ax <= x and bx <= x:
        return 0
    if ax > x and bx > x:
        return 1
    return int((side(ax, ay, bx, by, x, y) > 0) == (by > ay))


@inner
def _above(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> int:
    """Whether an edge that passes a longitude does so north of a point."""
    if ay <= y and by <= y:
        return 0
    if ay > y and by > y:
        return 1
    return int((side(ax, ay, bx, by, x, y) < 0) == (bx > ax))
