"""How far it is to borders: the inner loops."""

import math
from typing import Final

import numpy as np

from geodata.index.borders import Floats, Ints
from geodata.index.cells import Cells
from geodata.index.compiled import compiled, inner
from geodata.index.covering import bordering, cell_at
from geodata.index.plane import Plane, foot, measured, plane_at, reach
from geodata.index.tree import STACK, Tree, push, to_box

_LEAST: Final = 1e-12
SAME: Final = 1e-6
"""Metres: what is nearer counts as on a border, and no disc has a smaller radius."""


@compiled
def distances(cells: Cells, tree: Tree, areas: Ints, lon: Floats, lat: Floats) -> Floats:
    """Measure from each of some points to the border of one area: positive inside."""
    waiting, apart = np.empty(STACK, dtype=np.int32), np.empty(STACK)
    found = np.empty(len(lon))
    for point in range(len(lon)):
        plane = plane_at(lon[point], lat[point])
        metres = closest(tree, areas[point], plane, math.inf, waiting, apart)[0]
        inside = covers(cells, areas[point], lon[point], lat[point])
        found[point] = signed(metres, inside)
    return found


@compiled
def nearest(tree: Tree, lon: float, lat: float) -> tuple[int, float, float]:
    """Find the area whose border is nearest to a point, the first of several, and where it is."""
    waiting, apart = np.empty(STACK, dtype=np.int32), np.empty(STACK)
    plane = plane_at(lon, lat)
    least = math.inf
    for area in range(len(tree.roots)):
        least = min(least, closest(tree, area, plane, least, waiting, apart)[0])
    for area in range(len(tree.roots)):
        metres, x, y = closest(tree, area, plane, least + SAME, waiting, apart)
        if metres < math.inf:
            return area, lon + x / plane.east, lat + y / plane.north
    return -1, math.nan, math.nan


@inner
def closest(
    tree: Tree, area: int, plane: Plane, limit: float, waiting: Ints, apart: Floats
) -> tuple[float, float, float]:
    """Find the place on an area's border that is nearest to the centre of a plane.

    Parameters
    ----------
    tree : Tree
        The borders.
    area : int
        Whose border.
    plane : Plane
        The plane of the point in question.
    limit : float
        Metres; what is farther is not looked for.
    waiting, apart : ndarray, shape (STACK,)
        Room to work in.

    Returns
    -------
    metres, x, y : float
        As measured on the ellipsoid, and the place in the plane; infinite if there is none.
    """
    best, at_x, at_y = math.inf, math.inf, math.inf
    far = reach(plane, limit) ** 2
    waiting[0], apart[0] = tree.roots[area], to_box(plane, tree.boxes, tree.roots[area])
    count = 1
    while count:
        count -= 1
        node = waiting[count]
        if apart[count] > far:
            continue
        if tree.nodes[node, 1] > 0:
            count = push(tree, plane, node, far, waiting, apart, count)
            continue
        for edge in range(tree.nodes[node, 0], -tree.nodes[node, 1]):
            x, y = foot(plane, tree.vertices, edge)
            if x * x + y * y <= far:
                metres = measured(plane, x, y)
                if metres < best and metres <= limit:
                    best, at_x, at_y = metres, x, y
                    far = reach(plane, best) ** 2
    return best, at_x, at_y


@inner
def signed(metres: float, inside: bool) -> float:
    """Give a distance its sign, which must show whatever rounding made of the distance."""
    return metres if inside else -max(metres, _LEAST)


@inner
def covers(cells: Cells, area: int, lon: float, lat: float) -> bool:
    """Tell whether one area covers a point."""
    column, row = cell_at(cells, lon, lat)
    if column < 0:
        return False
    cell = row * (cells.lines.shape[1] - 1) + column
    chain, end = cells.cells[cell, 0], cells.cells[cell + 1, 0]
    while chain < end and cells.chains[chain, 0] < area:
        chain += 1
    if chain < end and cells.chains[chain, 0] == area:
        return bordering(cells, chain, end, lon, lat, column, row)[0]
    whole = cells.cells[cell, 1]
    for place in range(whole + 1, whole + 1 + cells.sets[whole]):
        if cells.sets[place] == area:
            return True
    return False
