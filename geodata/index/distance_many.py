"""How far it is to borders from many points that lie close together: the inner loops.

Of an area's border only a few boxes can be nearest to any of the points of a pile. They are listed
when a second point asks for the same area, and each point then looks through the list.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from geodata.index.blocks import collected, deal, spread
from geodata.index.borders import Floats, Ints
from geodata.index.cells import Cells
from geodata.index.compiled import compiled, inner
from geodata.index.distance import SAME, closest, covers, nearest_in, signed
from geodata.index.plane import Plane, plane_at, reach
from geodata.index.tree import STACK, Tree, push, to_box

Box = tuple[float, float, float, float]

_LONGEST: Final = 64
"""Boxes in a list; through more of them the way from the root is shorter."""
_ONCE: Final = -1
_TOO_MANY: Final = -2
# Metres of one plane and of the next differ by less than this share.
_SLACK: Final = 1.02


class Lists(NamedTuple):
    """The lists of one pile of points, by area; its arrays are written to."""

    piles: Ints
    """The last pile in which an area was asked about."""
    bounds: Ints
    """Rows: where its list begins in `nodes`, and where it ends; see `_ONCE` and `_TOO_MANY`."""
    hints: Ints
    """The box that was nearest to the last point."""
    firsts: Floats
    """Rows: the first point's longitude and latitude, and metres from it to the border."""
    nodes: Ints
    used: Ints
    """How many of `nodes` are taken, in one place."""
    waiting: Ints
    apart: Floats


@compiled
def _empty_lists(areas: int) -> Lists:
    """Make room for the lists of some areas."""
    return Lists(
        np.full(areas, -1, dtype=np.int32),
        np.empty((areas, 2), dtype=np.int32),
        np.empty(areas, dtype=np.int32),
        np.empty((areas, 3)),
        np.empty(64 * _LONGEST, dtype=np.int32),
        np.zeros(1, dtype=np.int32),
        np.empty(STACK, dtype=np.int32),
        np.empty(STACK),
    )


@compiled
def distances(
    cells: Cells, tree: Tree, areas: Ints, lon: Floats, lat: Floats, known: bool
) -> Floats:
    """Measure from each of some points to the border of one area: positive inside.

    If it is known that the areas cover the points, that is not looked up.
    """
    dealt = deal(cells, lon, lat)
    piled, found = spread(dealt, areas), np.empty(len(lon))
    lists = _empty_lists(len(tree.roots))
    for pile in range(len(dealt.starts) - 1):
        first, end = dealt.starts[pile], dealt.starts[pile + 1]
        box = _box(dealt.places, first, end)
        lists.used[0] = 0
        for nth in range(first, end):
            x, y, area = dealt.places[nth, 0], dealt.places[nth, 1], piled[nth]
            metres = _closest_from(tree, lists, pile, box, area, plane_at(x, y))
            found[nth] = signed(metres, known or covers(cells, area, x, y))
    return collected(dealt, found)


@inner
def _box(places: Floats, first: int, end: int) -> Box:
    """Give west, south, east and north of some points."""
    west, south, east, north = math.inf, math.inf, -math.inf, -math.inf
    for nth in range(first, end):
        west, east = min(west, places[nth, 0]), max(east, places[nth, 0])
        south, north = min(south, places[nth, 1]), max(north, places[nth, 1])
    return west, south, east, north


@inner
def _closest_from(
    tree: Tree,
    lists: Lists,
    pile: int,
    box: Box,
    area: int,
    plane: Plane,
) -> float:
    """Measure from one of a pile's points to an area's border.

    Parameters
    ----------
    tree : Tree
        The borders.
    lists : Lists
        What is known of this pile, and of others before it.
    pile : int
        Its number.
    box : tuple of float
        West, south, east, north: all of the pile's points.
    area : int
        Whose border.
    plane : Plane
        The point's plane.

    Returns
    -------
    float
        Metres, as `closest` measures them.
    """
    if lists.piles[area] != pile:
        lists.piles[area], lists.bounds[area, 0] = pile, _ONCE
        metres, hint = _closest(tree, lists, area, plane)
        lists.firsts[area, 0], lists.firsts[area, 1] = plane.lon, plane.lat
        lists.firsts[area, 2] = metres
    else:
        if lists.bounds[area, 0] == _ONCE:
            _list(tree, lists, box, area)
        if lists.bounds[area, 0] == _TOO_MANY:
            return _closest(tree, lists, area, plane)[0]
        metres, hint = _closest_listed(tree, lists, area, plane)
    lists.hints[area] = hint
    return metres


@inner
def _closest(tree: Tree, lists: Lists, area: int, plane: Plane) -> tuple[float, int]:
    metres, _, _, node = closest(tree, area, plane, math.inf, lists.waiting, lists.apart)
    return metres, node


@inner
def _list(tree: Tree, lists: Lists, box: Box, area: int) -> None:
    """List the lowest boxes of an area's border that may be nearest to any point of the pile.

    No point has farther to the border than the first one and the way from it; so what is farther
    from the first one than that and once more the way is nearest to none.
    """
    lon, lat, metres = lists.firsts[area]
    plane = plane_at(lon, lat)
    wide = max(lon - box[0], box[2] - lon) * plane.east
    high = max(lat - box[1], box[3] - lat) * plane.north
    far = metres + 2 * _SLACK * math.sqrt(wide * wide + high * high) + SAME
    count = _collect(tree, lists, area, plane, reach(plane, far * far))
    lists.bounds[area, 0] = lists.used[0] if count >= 0 else _TOO_MANY
    if count >= 0:
        lists.used[0] += count
    lists.bounds[area, 1] = lists.used[0]


@inner
def _collect(tree: Tree, lists: Lists, area: int, plane: Plane, far: float) -> int:
    """Write the lowest boxes of an area within some squared metres: how many, or -1 if too many."""
    first, found = lists.used[0], 0
    lists.waiting[0], count = tree.roots[area], 1
    while count:
        count -= 1
        node = lists.waiting[count]
        if tree.nodes[node, 1] > 0:
            count = push(tree, plane, node, far, lists.waiting, lists.apart, count)
        elif found == _LONGEST or first + found == len(lists.nodes):
            return -1
        else:
            lists.nodes[first + found] = node
            found += 1
    return found


@inner
def _closest_listed(tree: Tree, lists: Lists, area: int, plane: Plane) -> tuple[float, int]:
    """Measure to the nearest edge in the boxes listed, beginning with what was nearest before."""
    nearest = lists.hints[area]
    best = nearest_in(tree, plane, nearest, math.inf)[0]
    far = reach(plane, best)
    for place in range(lists.bounds[area, 0], lists.bounds[area, 1]):
        node = lists.nodes[place]
        if to_box(plane, tree.boxes, node) <= far and node != lists.hints[area]:
            square = nearest_in(tree, plane, node, far)[0]
            if square < best:
                best, nearest = square, node
                far = reach(plane, best)
    return math.sqrt(best), nearest
