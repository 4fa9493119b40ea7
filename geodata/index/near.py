"""What lies within a radius of a point, how far, and how much of the disc it covers."""

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.index.borders import Floats, Ints
from geodata.index.cells import Cells
from geodata.index.compiled import compiled, inner
from geodata.index.covering import cell_at, covering
from geodata.index.distance import SAME, closest, signed
from geodata.index.lattice import PAD, locate
from geodata.index.plane import LEAST_NORTH, Plane, edge_share, metres_of_degrees, plane_at
from geodata.index.tree import STACK, Tree, push, to_box

# Shares differ by less through rounding.
_ROUNDING: Final = 1e-9


class Room(NamedTuple):
    """Arrays to work in and to answer in."""

    waiting: Ints
    apart: Floats
    inside: Ints
    """The areas that cover a point."""
    beside: Ints
    """Areas with a border near it, some more than once."""
    areas: Ints
    """What was found, point by point."""
    measures: Floats
    """Rows: signed metres, share."""


@compiled
def near_one(
    lines: Floats,
    starts: Ints,
    cells: Ints,
    chains: Ints,
    sets: Ints,
    vertices: Floats,
    boxes: Floats,
    nodes: Ints,
    roots: Ints,
    lon: float,
    lat: float,
    radius: float,
) -> tuple[Ints, Floats]:
    """Do as `near_many`; arrays one by one reach machine code sooner than a tuple of them."""
    ground = Cells(lines, starts, cells, chains, sets, vertices)
    tree = Tree(boxes, nodes, roots, vertices)
    room = _room(64)
    end = _near(ground, tree, lon, lat, radius, room, 0)
    while end < 0:
        room = _wider(room)
        end = _near(ground, tree, lon, lat, radius, room, 0)
    return room.areas[:end], room.measures[:end]


@compiled
def near_many(
    cells: Cells, tree: Tree, lon: Floats, lat: Floats, radius: Floats
) -> tuple[Ints, Ints, Floats]:
    """Find what lies near each of some points: how many areas, which, and (metres, share) rows."""
    room = _room(8 * len(lon) + 64)
    counts = np.empty(len(lon), dtype=np.int32)
    total = 0
    for point in range(len(lon)):
        end = _near(cells, tree, lon[point], lat[point], radius[point], room, total)
        while end < 0:
            room = _wider(room)
            end = _near(cells, tree, lon[point], lat[point], radius[point], room, total)
        counts[point] = end - total
        total = end
    return counts, room.areas[:total].copy(), room.measures[:total].copy()


@compiled
def _room(places: int) -> Room:
    waiting, apart = np.empty(STACK, dtype=np.int32), np.empty(STACK)
    inside, beside = np.empty(64, dtype=np.int32), np.empty(64, dtype=np.int32)
    areas, measures = np.empty(places, dtype=np.int32), np.empty((places, 2))
    return Room(waiting, apart, inside, beside, areas, measures)


@compiled
def _wider(room: Room) -> Room:
    """Make twice the room, and keep what was found."""
    inside = np.concatenate((room.inside, room.inside))
    beside = np.concatenate((room.beside, room.beside))
    areas = np.concatenate((room.areas, room.areas))
    measures = np.concatenate((room.measures, room.measures))
    return Room(room.waiting, room.apart, inside, beside, areas, measures)


@inner
def _near(
    cells: Cells, tree: Tree, lon: float, lat: float, radius: float, room: Room, total: int
) -> int:
    """Write what lies near a point, from a place on; give the place after, -1 if room is short."""
    radius = max(radius, SAME)
    covered = covering(cells, lon, lat, room.inside, 0)
    passed = _passing(cells, _around(cells, lon, lat, radius), room.beside)
    if max(covered, passed) > len(room.inside) or total + covered + passed > len(room.areas):
        return -1
    _ascending(room.beside, passed)
    plane = plane_at(lon, lat)
    at_inside, at_beside = 0, 0
    while at_inside < covered or at_beside < passed:
        area = _least(room, at_inside, covered, at_beside, passed)
        within = at_inside < covered and room.inside[at_inside] == area
        at_inside += within
        while at_beside < passed and room.beside[at_beside] == area:
            at_beside += 1
        total = _measure(tree, plane, area, radius, within, room, total)
    return total


@inner
def _least(room: Room, at_inside: int, covered: int, at_beside: int, passed: int) -> int:
    if at_inside == covered:
        return room.beside[at_beside]
    if at_beside == passed:
        return room.inside[at_inside]
    return min(room.inside[at_inside], room.beside[at_beside])


@inner
def _ascending(areas: Ints, count: int) -> None:
    """Sort by insertion: they are few, and the cells' own are sorted already."""
    for place in range(1, count):
        area, free = areas[place], place
        while free > 0 and areas[free - 1] > area:
            areas[free] = areas[free - 1]
            free -= 1
        areas[free] = area


@inner
def _measure(
    tree: Tree, plane: Plane, area: int, radius: float, within: bool, room: Room, total: int
) -> int:
    """Write how near one area is, if it covers the point or is within the radius."""
    limit = math.inf if within else radius
    metres = closest(tree, area, plane, limit, room.waiting, room.apart)[0]
    if metres == math.inf:
        return total
    share = 1.0 if within else 0.0
    if metres <= radius:
        share = _share(tree, area, plane, radius, share, room)
    room.areas[total] = area
    room.measures[total, 0] = signed(metres, within)
    room.measures[total, 1] = share
    return total + 1


@compiled
def borders_within(
    cells: Cells, tree: Tree, lon: Floats, lat: Floats, radius: Floats
) -> NDArray[np.bool_]:
    """Tell for each of some points whether a border lies within its radius."""
    room = _room(1)
    found = np.zeros(len(lon), dtype=np.bool_)
    rows = cells.lines.shape[1] - 1
    farthest = max(abs(cells.lines[1, 0]), abs(cells.lines[1, rows]))
    # A degree farther out, so that it is the least for points beside the cells, too.
    least_east = metres_of_degrees(min(farthest + 1.0, 90.0))[0]
    for point in range(len(lon)):
        reach = max(radius[point], SAME)
        wide, high = reach / least_east + PAD, reach / LEAST_NORTH + PAD
        if _beyond(cells, lon[point], lat[point], wide, high):
            continue
        if _clear(cells, lon[point], lat[point], wide, high):
            continue
        box = _around(cells, lon[point], lat[point], reach)
        passed = _passing(cells, box, room.beside)
        while passed > len(room.beside):
            room = _wider(room)
            passed = _passing(cells, box, room.beside)
        if passed:
            plane = plane_at(lon[point], lat[point])
            found[point] = _any_within(tree, plane, reach, room, passed)
    return found


@inner
def _any_within(tree: Tree, plane: Plane, radius: float, room: Room, passed: int) -> bool:
    for place in range(passed):
        area = room.beside[place]
        if closest(tree, area, plane, radius, room.waiting, room.apart)[0] < math.inf:
            return True
    return False


@inner
def _beyond(cells: Cells, lon: float, lat: float, wide: float, high: float) -> bool:
    """Tell whether all within some degrees, less than one, lies outside of everything."""
    lines = cells.lines
    last = lines.shape[1] - 1
    if high >= 1.0:
        return False
    # Where nothing is, the lines are no numbers: then no comparison holds.
    if not (lat + high >= lines[1, 0] and lat - high < lines[1, last]):
        return True
    return not (lon + wide >= lines[0, 0] and lon - wide < lines[0, last])


@inner
def _clear(cells: Cells, lon: float, lat: float, wide: float, high: float) -> bool:
    """Tell whether all within some degrees lies in one cell, where no edge comes that near."""
    column, row = cell_at(cells, lon, lat)
    if column < 0:
        return False
    lines = cells.lines
    if not (lines[0, column] + wide <= lon < lines[0, column + 1] - wide):
        return False
    if not (lines[1, row] + high <= lat < lines[1, row + 1] - high):
        return False
    cell = row * (lines.shape[1] - 1) + column
    for chain in range(cells.cells[cell, 0], cells.cells[cell + 1, 0]):
        first = cells.chains[chain, 2]
        for edge in range(first, first + cells.chains[chain, 3]):
            if not _apart(cells.vertices, edge, lon, lat, wide, high):
                return False
    return True


@inner
def _apart(vertices: Floats, edge: int, lon: float, lat: float, wide: float, high: float) -> bool:
    """Tell whether a line lies between an edge and all within some degrees; in doubt it does not.

    It is either a side of that rectangle or the edge itself.
    """
    ax, ay = vertices[edge, 0] - lon, vertices[edge, 1] - lat
    bx, by = vertices[edge + 1, 0] - lon, vertices[edge + 1, 1] - lat
    if min(ax, bx) > wide or max(ax, bx) < -wide or min(ay, by) > high or max(ay, by) < -high:
        return True
    return abs(ax * by - ay * bx) > 2 * (abs(bx - ax) * high + abs(by - ay) * wide)


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
def _share(tree: Tree, area: int, plane: Plane, radius: float, share: float, room: Room) -> float:
    """Add to 1 or 0 what the edges of an area's border add to its share of the disc."""
    waiting, apart = room.waiting, room.apart
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
