"""Which areas reach which cell of the lattice: wholly over it, or with a piece of border in it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.index.borders import Borders, Floats, Ints
from geodata.index.compiled import compiled
from geodata.index.crossing import east_of
from geodata.index.lattice import PAD, divide, locate, starts_of

BoolGrid = NDArray[np.bool_]


class Cells(NamedTuple):
    """What is known of every cell; rows of the lattice one after another, from the south-west."""

    lines: Floats
    starts: Ints
    """For `lattice.locate`."""
    cells: Ints
    """Rows: the first of the cell's chains, and its set. One row more ends the last."""
    chains: Ints
    """Rows, in each cell by area: area, whether it covers the cell's north-eastern corner (said
    by its first chain here), first edge, number of edges. Only edges that touch the cell."""
    sets: Ints
    """The areas that cover a whole cell: at a set's place their number, then they, ascending.
    Place 0 is the empty set."""
    vertices: Floats
    """As in `Borders`."""


def cells_of(borders: Borders) -> Cells:
    """Divide the ground into cells and say what is in each.

    Parameters
    ----------
    borders : Borders
        Of any number of areas.

    Returns
    -------
    Cells
        An edge may be said to touch a cell that it misses by less than 1e-9 degrees.
    """
    if len(borders.areas) == 1:
        nowhere = np.full((2, 2), np.nan)
        none = np.zeros((2, 2), dtype=np.int32)
        no_chains, no_sets = np.zeros((1, 4), dtype=np.int32), np.zeros(1, dtype=np.int32)
        return Cells(nowhere, none[:, :1].copy(), none, no_chains, no_sets, np.zeros((1, 2)))
    lines = divide(borders)
    starts = starts_of(lines)
    cells = np.zeros(((lines.shape[1] - 1) ** 2 + 1, 2), dtype=np.int32)
    touches = _touches(borders.vertices, borders.rings, lines, starts)
    _count(touches, lines.shape[1] - 1, cells)
    cells[:, 0] = np.concatenate([[0], np.cumsum(cells[:-1, 0])])
    chains, tree = _fill(*borders, touches, lines, cells)
    return Cells(lines, starts, cells, chains, _list_sets(tree, cells), borders.vertices)


@compiled
def _put(rows: Ints, at: int, a: int, b: int, c: int, d: int) -> None:
    rows[at, 0], rows[at, 1], rows[at, 2], rows[at, 3] = a, b, c, d


@compiled
def _touches(vertices: Floats, rings: Ints, lines: Floats, starts: Ints) -> Ints:
    """List where edges run: edge, row of the lattice, first and last column."""
    rows = np.empty((len(vertices), 2), dtype=np.int32)
    count = 0
    for ring in range(len(rings) - 1):
        for edge in range(rings[ring], rings[ring + 1] - 1):
            low = min(vertices[edge, 1], vertices[edge + 1, 1])
            high = max(vertices[edge, 1], vertices[edge + 1, 1])
            rows[edge, 0] = locate(lines, starts, 1, low - PAD)
            rows[edge, 1] = locate(lines, starts, 1, high + PAD)
            count += rows[edge, 1] - rows[edge, 0] + 1
    found = np.empty((count, 4), dtype=np.int32)
    count = 0
    for ring in range(len(rings) - 1):
        for edge in range(rings[ring], rings[ring + 1] - 1):
            for row in range(rows[edge, 0], rows[edge, 1] + 1):
                west, east = _columns(lines, starts, vertices, edge, row)
                _put(found, count, edge, row, west, east)
                count += 1
    return found


@compiled
def _columns(lines: Floats, starts: Ints, vertices: Floats, edge: int, row: int) -> tuple[int, int]:
    """Give the first and the last column in which an edge touches a row, or a few more."""
    ax, ay = vertices[edge]
    bx, by = vertices[edge + 1]
    west, east = min(ax, bx), max(ax, bx)
    if ay != by:
        south = (lines[1, row] - PAD - ay) / (by - ay)
        north = (lines[1, row + 1] + PAD - ay) / (by - ay)
        enters, leaves = max(min(south, north), 0.0), min(max(south, north), 1.0)
        at_enter, at_leave = ax + enters * (bx - ax), ax + leaves * (bx - ax)
        west, east = max(west, min(at_enter, at_leave)), min(east, max(at_enter, at_leave))
    return locate(lines, starts, 0, west - PAD), locate(lines, starts, 0, east + PAD)


@compiled
def _count(touches: Ints, width: int, cells: Ints) -> None:
    """Count the chains of every cell: edges one after another are one chain."""
    newest = np.full(len(cells), -2, dtype=np.int32)
    for touch in range(len(touches)):
        edge, row, west, east = touches[touch]
        for cell in range(row * width + west, row * width + east + 1):
            cells[cell, 0] += newest[cell] != edge - 1
            newest[cell] = edge


@compiled
def _fill(
    vertices: Floats, rings: Ints, areas: Ints, touches: Ints, lines: Floats, cells: Ints
) -> tuple[Ints, Ints]:
    """Write the chains of every cell, and its set as a node of a tree of sets, area by area."""
    width = lines.shape[1] - 1
    chains = np.zeros((cells[-1, 0] + 1, 4), dtype=np.int32)  # one more: each cell has a first
    # Of each cell: the newest edge, the next free chain, the newest area and its first chain.
    state = np.full((len(cells), 4), -2, dtype=np.int32)
    state[:, 1] = cells[:, 0]
    flips = np.zeros((width, width + 1), dtype=np.bool_)
    tree = np.full((1024, 4), -1, dtype=np.int32)
    nodes, at = 1, 0
    for area in range(len(areas) - 1):
        begun, end = at, rings[areas[area + 1]]
        while at < len(touches) and touches[at, 0] < end:
            _enter(touches[at], area, width, state, chains)
            _flip(vertices, touches[at], lines, flips)
            at += 1
        box = _box(touches[begun:at])
        tree, nodes = _sweep(area, box, flips, state, chains, cells, tree, nodes)
    return chains, tree[:nodes, :2].copy()


@compiled
def _enter(touch: Ints, area: int, width: int, state: Ints, chains: Ints) -> None:
    """Add an edge to the chains of the cells that it touches in one row."""
    edge, row, west, east = touch
    for cell in range(row * width + west, row * width + east + 1):
        if state[cell, 0] == edge - 1:
            chains[state[cell, 1] - 1, 3] += 1
        else:
            if state[cell, 2] != area:
                state[cell, 2], state[cell, 3] = area, state[cell, 1]
            _put(chains, state[cell, 1], area, 0, edge, 1)
            state[cell, 1] += 1
        state[cell, 0] = edge


@compiled
def _flip(vertices: Floats, touch: Ints, lines: Floats, flips: BoolGrid) -> None:
    """Note where an edge passes a row's northern line: corners west of it change sides."""
    edge, row, west, east = touch
    ax, ay = vertices[edge]
    bx, by = vertices[edge + 1]
    north = lines[1, row + 1]
    if (ay > north) != (by > north):
        column = west
        while column <= east and east_of(ax, ay, bx, by, lines[0, column + 1], north):
            column += 1
        flips[row, column] ^= True


@compiled
def _box(touches: Ints) -> tuple[int, int, int, int]:
    south, north = touches[:, 1].min(), touches[:, 1].max()
    return south, north, touches[:, 2].min(), touches[:, 3].max()


@compiled
def _sweep(
    area: int,
    box: tuple[int, int, int, int],
    flips: BoolGrid,
    state: Ints,
    chains: Ints,
    cells: Ints,
    tree: Ints,
    nodes: int,
) -> tuple[Ints, int]:
    """Say which corners an area covers, and put it into the sets of the cells without its border.

    A node of the tree of sets is the set without its last area, that area, and what was made of
    it last: the newest area that joined it, and the set with that.
    """
    south, north, west, east = box
    for row in range(south, north + 1):
        inside = False
        for column in range(east, west - 1, -1):
            inside ^= flips[row, column + 1]
            cell = row * (flips.shape[1] - 1) + column
            if state[cell, 2] == area:
                chains[state[cell, 3], 1] = inside
            elif inside:
                node = cells[cell, 1]
                if tree[node, 2] != area:
                    if nodes == len(tree):
                        tree = np.concatenate((tree, np.full_like(tree, -1)))
                    tree[node, 2], tree[node, 3] = area, nodes
                    tree[nodes, 0], tree[nodes, 1] = node, area
                    nodes += 1
                cells[cell, 1] = tree[node, 3]
        flips[row, west : east + 2] = False
    return tree, nodes


@compiled
def _list_sets(tree: Ints, cells: Ints) -> Ints:
    """Write the sets out one after another; cells then name a set by its place."""
    sizes = np.zeros(len(tree), dtype=np.int32)
    places = np.zeros(len(tree), dtype=np.int32)
    end = 1
    for node in range(1, len(tree)):  # a node stands after the one that it adds to
        sizes[node] = sizes[tree[node, 0]] + 1
    used = np.zeros(len(tree), dtype=np.bool_)
    used[cells[:-1, 1]] = True
    for node in range(1, len(tree)):
        if used[node]:
            places[node] = end
            end += 1 + sizes[node]
    sets = np.zeros(end, dtype=np.int32)
    for node in range(1, len(tree)):
        if used[node]:
            sets[places[node]] = sizes[node]
            last = node
            for place in range(places[node] + sizes[node], places[node], -1):
                sets[place] = tree[last, 1]
                last = tree[last, 0]
    cells[:, 1] = places[cells[:, 1]]
    return sets
