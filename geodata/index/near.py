"""What lies within a radius of a point, how far, and how much of the disc it covers."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.index.borders import Floats, Ints
from geodata.index.cells import Cells
from geodata.index.compiled import compiled, inner
from geodata.index.covering import covering
from geodata.index.distance import SAME, closest, signed
from geodata.index.lattice import PAD, locate
from geodata.index.plane import LEAST_NORTH, Plane, edge_share, metres_of_degrees, plane_at
from geodata.index.tree import STACK, Tree, push, to_box

# Shares differ by less through rounding.
_ROUNDING: Final = 1e-9
_ROOM: Final = 64


@compiled
def near_many(
    cells: Cells, tree: Tree, lon: Floats, lat: Floats, radius: Floats
) -> tuple[Ints, Ints, Floats]:
    """Find what lies near each of some points: how many areas, which, and (metres, share) rows."""
    waiting, apart = np.empty(STACK, dtype=np.int32), np.empty(STACK)
    counts = np.empty(len(lon), dtype=np.int32)
    inside, beside = np.empty(_ROOM, dtype=np.int32), np.empty(_ROOM, dtype=np.int32)
    areas = np.empty(8 * len(lon) + _ROOM, dtype=np.int32)
    measures = np.empty((len(areas), 2))
    total = 0
    for point in range(len(lon)):
        x, y = lon[point], lat[point]
        covered = covering(cells, x, y, inside, 0)
        if covered > len(inside):
            inside = np.empty(2 * covered, dtype=np.int32)
            covering(cells, x, y, inside, 0)
        box = _around(cells, x, y, max(radius[point], SAME))
        passed = _passing(cells, box, beside)
        if passed > len(beside):
            beside = np.empty(2 * passed, dtype=np.int32)
            _passing(cells, box, beside)
        beside[:passed].sort()
        if total + covered + passed > len(areas):
            areas = np.concatenate((areas, np.empty(len(areas) + covered + passed, np.int32)))
            measures = np.concatenate((measures, np.empty((len(areas) - len(measures), 2))))
        counts[point] = _measure(
            tree,
            plane_at(x, y),
            max(radius[point], SAME),
            inside,
            covered,
            beside,
            passed,
            areas,
            measures,
            total,
            waiting,
            apart,
        )
        total += counts[point]
    return counts, areas[:total].copy(), measures[:total].copy()


@compiled
def borders_within(
    cells: Cells, tree: Tree, lon: Floats, lat: Floats, radius: Floats
) -> NDArray[np.bool_]:
    """Tell for each of some points whether a border lies within its radius."""
    waiting, apart = np.empty(STACK, dtype=np.int32), np.empty(STACK)
    beside = np.empty(_ROOM, dtype=np.int32)
    found = np.zeros(len(lon), dtype=np.bool_)
    for point in range(len(lon)):
        reach = max(radius[point], SAME)
        box = _around(cells, lon[point], lat[point], reach)
        passed = _passing(cells, box, beside)
        if passed > len(beside):
            beside = np.empty(2 * passed, dtype=np.int32)
            _passing(cells, box, beside)
        if passed:
            plane = plane_at(lon[point], lat[point])
            for place in range(passed):
                if closest(tree, beside[place], plane, reach, waiting, apart)[0] < math.inf:
                    found[point] = True
                    break
    return found


@inner
def _around(cells: Cells, lon: float, lat: float, radius: float) -> tuple[int, int, int, int]:
    """Give the columns and rows in which lies all that is within the radius."""
    lines, starts = cells.lines, cells.starts
    last = lines.shape[1] - 1
    high = radius / LEAST_NORTH + PAD
    farthest = metres_of_degrees(min(abs(lat) + high, 90.0))[0]
    wide = min(radius / farthest, 360.0) + PAD
    if not (lon + wide >= lines[0, 0] and lon - wide < lines[0, last]):
        return 0, -1, 0, -1
    if not (lat + high >= lines[1, 0] and lat - high < lines[1, last]):
        return 0, -1, 0, -1
    return (
        locate(lines, starts, 0, lon - wide),
        locate(lines, starts, 0, lon + wide),
        locate(lines, starts, 1, lat - high),
        locate(lines, starts, 1, lat + high),
    )


@inner
def _passing(cells: Cells, box: tuple[int, int, int, int], found: Ints) -> int:
    """Write the areas whose border touches some cells, some of them more than once."""
    count, width = 0, cells.lines.shape[1] - 1
    for row in range(box[2], box[3] + 1):
        first, last = row * width + box[0], row * width + box[1] + 1
        newest = -1
        for chain in range(cells.cells[first, 0], cells.cells[last, 0]):
            if cells.chains[chain, 0] != newest:
                newest = cells.chains[chain, 0]
                if count < len(found):
                    found[count] = newest
                count += 1
    return count


@inner
def _measure(
    tree: Tree,
    plane: Plane,
    radius: float,
    inside: Ints,
    covered: int,
    beside: Ints,
    passed: int,
    areas: Ints,
    measures: Floats,
    start: int,
    waiting: Ints,
    apart: Floats,
) -> int:
    """Write of the areas inside, and of those beside within the radius, how near they are."""
    count, at_inside, at_beside = start, 0, 0
    while at_inside < covered or at_beside < passed:
        if at_beside == passed or (at_inside < covered and inside[at_inside] <= beside[at_beside]):
            area, within = inside[at_inside], True
            at_inside += 1
        else:
            area, within = beside[at_beside], False
        while at_beside < passed and beside[at_beside] == area:
            at_beside += 1
        limit = math.inf if within else radius
        metres = closest(tree, area, plane, limit, waiting, apart)[0]
        if metres < math.inf:
            share = 1.0 if within else 0.0
            if metres <= radius:
                share = _share(tree, area, plane, radius, within, waiting, apart)
            areas[count] = area
            measures[count, 0] = signed(metres, within)
            measures[count, 1] = share
            count += 1
    return count - start


@inner
def _share(
    tree: Tree, area: int, plane: Plane, radius: float, within: bool, waiting: Ints, apart: Floats
) -> float:
    """Sum the share of the disc that an area covers, edge by edge."""
    share = 1.0 if within else 0.0
    waiting[0], apart[0] = tree.roots[area], to_box(plane, tree.boxes, tree.roots[area])
    count = 1
    while count:
        count -= 1
        node = waiting[count]
        if tree.nodes[node, 1] > 0:
            count = push(tree, plane, node, radius * radius, waiting, apart, count)
            continue
        for edge in range(tree.nodes[node, 0], -tree.nodes[node, 1]):
            share += edge_share(plane, tree.vertices, edge, radius)
    # On a border the sum of its edges may be a whole disc off; see `edge_share`.
    if share > 1 + _ROUNDING:
        share -= 1
    elif share < -_ROUNDING:
        share += 1
    return min(max(share, 0.0), 1.0)
