"""How far it is to borders from one point: the inner loops."""

import math
from typing import Final

import numpy as np

from geodata.index.borders import Floats, Ints
from geodata.index.cells import Cells
from geodata.index.compiled import compiled, inner
from geodata.index.covering import bordering, cell_at
from geodata.index.plane import Plane, foot, plane_at, reach, squared
from geodata.index.tree import STACK, Tree, push, to_box

_LEAST: Final = 1e-12
SAME: Final = 1e-6
"""Metres: what is nearer counts as on a border, and no disc has a smaller radius."""


@compiled
def nearest(tree: Tree, lon: float, lat: float) -> tuple[int, float, float]:
    """Find the area whose border is nearest to a point, the first of several, and where it is."""
    waiting, apart = np.empty(STACK, dtype=np.int32), np.empty(STACK)
    plane = plane_at(lon, lat)
    least = math.inf
    for area in range(len(tree.roots)):
        least = min(least, closest(tree, area, plane, least, waiting, apart)[0])
    for area in range(len(tree.roots)):
        metres, x, y, _ = closest(tree, area, plane, least + SAME, waiting, apart)
        if metres < math.inf:
            return area, lon + x / plane.east, lat + y / plane.north
    return -1, math.nan, math.nan


@inner
def closest(
    tree: Tree, area: int, plane: Plane, limit: float, waiting: Ints, apart: Floats
) -> tuple[float, float, float, int]:
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
    node : int
        The lowest box that holds it; -1 if there is none.
    """
    best, at_x, at_y, at_node = limit * limit, math.inf, math.inf, -1
    far = reach(plane, best)
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
        square, x, y = nearest_in(tree, plane, node, far)
        if square < best or (square == best and at_node < 0):
            best, at_x, at_y, at_node = square, x, y, node
            far = reach(plane, best)
    return math.sqrt(best) if at_node >= 0 else math.inf, at_x, at_y, at_node


@inner
def nearest_in(tree: Tree, plane: Plane, node: int, far: float) -> tuple[float, float, float]:
    """Find the place on the edges in a lowest box that is nearest to the centre of a plane.

    Parameters
    ----------
    tree : Tree
        The borders.
    plane : Plane
        The plane of the point in question.
    node : int
        The box.
    far : float
        Squared metres in the plane; what is farther there is not measured.

    Returns
    -------
    square, x, y : float
        Squared metres as measured on the ellipsoid, and the place in the plane; infinite if there
        is none.
    """
    near_x, near_y, next_one = _nearest_foot(tree, plane, node)
    if near_x * near_x + near_y * near_y > far:
        return math.inf, near_x, near_y
    best = squared(plane, near_x, near_y)
    if next_one <= min(far, reach(plane, best)):
        return _nearest_measured(tree, plane, node, best, near_x, near_y)
    return best, near_x, near_y


@inner
def _nearest_foot(tree: Tree, plane: Plane, node: int) -> tuple[float, float, float]:
    """Find the nearest place on some edges in the plane, and how near they come elsewhere.

    A corner is one place, though two edges meet there.
    """
    first, second, at_x, at_y = math.inf, math.inf, math.inf, math.inf
    for edge in range(tree.nodes[node, 0], -tree.nodes[node, 1]):
        x, y = foot(plane, tree.vertices, edge)
        square = x * x + y * y
        if square < second:
            elsewhere = abs(x - at_x) + abs(y - at_y) > SAME
            if square < first:
                second = first if elsewhere else second
                first, at_x, at_y = square, x, y
            elif elsewhere:
                second = square
    return at_x, at_y, second


@inner
def _nearest_measured(
    tree: Tree, plane: Plane, node: int, best: float, at_x: float, at_y: float
) -> tuple[float, float, float]:
    """Find the nearest place on some edges as measured, if it is nearer than the best so far."""
    for edge in range(tree.nodes[node, 0], -tree.nodes[node, 1]):
        x, y = foot(plane, tree.vertices, edge)
        square = squared(plane, x, y)
        if square < best:
            best, at_x, at_y = square, x, y
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
