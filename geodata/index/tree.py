"""Each area's border under boxes within boxes, so that its nearest edge is found by a few of them.

Along a ring neighbours are near each other, so that the boxes follow the rings in order.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from geodata.index.borders import Borders, Floats, Ints
from geodata.index.compiled import compiled, inner
from geodata.index.plane import Plane

_FAN: Final = 8
"""Edges in a lowest box, and boxes in any other."""
STACK: Final = 128
"""More than are ever waiting at once: seven of each level, and no border has so many."""


class Tree(NamedTuple):
    """Boxes around pieces of border."""

    boxes: Floats
    """Rows: west, south, east, north; degrees."""
    nodes: Ints
    """What is in each: the first edge and minus the end, or the first box and the end."""
    roots: Ints
    """The box around each area."""
    vertices: Floats
    """As in `Borders`."""


def tree_of(borders: Borders) -> Tree:
    """Put boxes around the borders of areas."""
    room = int((np.diff(borders.rings) // _FAN + 1).sum()) * 2 + 8 * len(borders.areas)
    boxes, nodes = np.empty((room, 4)), np.empty((room, 2), dtype=np.int32)
    roots = np.empty(len(borders.areas) - 1, dtype=np.int32)
    count = _build(*borders, boxes, nodes, roots)
    return Tree(boxes[:count].copy(), nodes[:count].copy(), roots, borders.vertices)


@compiled
def _build(
    vertices: Floats, rings: Ints, areas: Ints, boxes: Floats, nodes: Ints, roots: Ints
) -> int:
    count = 0
    for area in range(len(roots)):
        low = count
        for ring in range(areas[area], areas[area + 1]):
            end = rings[ring + 1] - 1
            for first in range(rings[ring], end, _FAN):
                last = min(first + _FAN, end)
                for axis in range(2):
                    around = vertices[first : last + 1, axis]
                    boxes[count, axis], boxes[count, axis + 2] = around.min(), around.max()
                nodes[count, 0], nodes[count, 1] = first, -last
                count += 1
        while count - low > 1:
            high = count
            for first in range(low, high, _FAN):
                last = min(first + _FAN, high)
                for axis in range(2):
                    boxes[count, axis] = boxes[first:last, axis].min()
                    boxes[count, axis + 2] = boxes[first:last, axis + 2].max()
                nodes[count, 0], nodes[count, 1] = first, last
                count += 1
            low = high
        roots[area] = low
    return count


@inner
def to_box(plane: Plane, boxes: Floats, node: int) -> float:
    """Give the squared distance in the plane from its centre to a box, 0 inside."""
    x = max(boxes[node, 0] - plane.lon, plane.lon - boxes[node, 2], 0.0) * plane.east
    y = max(boxes[node, 1] - plane.lat, plane.lat - boxes[node, 3], 0.0) * plane.north
    return x * x + y * y


@inner
def push(
    tree: Tree, plane: Plane, parent: int, far: float, waiting: Ints, apart: Floats, count: int
) -> int:
    """Let the boxes in a box wait, the nearest on top; give how many wait now."""
    nearest, least = count, math.inf
    for node in range(tree.nodes[parent, 0], tree.nodes[parent, 1]):
        square = to_box(plane, tree.boxes, node)
        if square <= far:
            waiting[count], apart[count] = node, square
            if square < least:
                nearest, least = count, square
            count += 1
    if least < math.inf:
        top = count - 1
        waiting[nearest], waiting[top] = waiting[top], waiting[nearest]
        apart[nearest], apart[top] = apart[top], apart[nearest]
    return count
