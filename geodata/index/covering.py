"""Which areas cover a point: the inner loops."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.index.borders import Floats, Ints
from geodata.index.cells import Cells
from geodata.index.compiled import compiled, inner
from geodata.index.crossing import ON, crossings
from geodata.index.lattice import locate

AHEAD: Final = 128
"""How many points are approached at once; what they need must fit the nearest caches."""


@compiled
def covering_one(
    lines: Floats,
    starts: Ints,
    cells: Ints,
    chains: Ints,
    sets: Ints,
    vertices: Floats,
    lon: float,
    lat: float,
    found: Ints,
) -> int:
    """Do as `covering`; arrays one by one reach machine code sooner than a tuple of them."""
    return covering(Cells(lines, starts, cells, chains, sets, vertices), lon, lat, found, 0)


@compiled
def covering_many(cells: Cells, lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
    """Find the areas that cover each of some points: how many, and all of them."""
    counts = np.empty(len(lon), dtype=np.int32)
    found = np.empty(2 * len(lon) + 64, dtype=np.int32)
    ahead = np.empty(AHEAD)
    total = 0
    for point in range(len(lon)):
        if point % AHEAD == 0:
            approach(cells, lon, lat, point, ahead)
        end = covering(cells, lon[point], lat[point], found, total)
        if end > len(found):
            found = np.concatenate((found, np.empty(2 * end, dtype=np.int32)))
            covering(cells, lon[point], lat[point], found, total)
        counts[point] = end - total
        total = end
    return counts, found[:total].copy()


@compiled
def owners(cells: Cells, rank: NDArray[np.int64], lon: Floats, lat: Floats) -> Ints:
    """Find of the areas that cover each of some points the one with the least rank, or -1."""
    chosen = np.full(len(lon), -1, dtype=np.int32)
    found = np.empty(64, dtype=np.int32)
    ahead = np.empty(AHEAD)
    for point in range(len(lon)):
        if point % AHEAD == 0:
            approach(cells, lon, lat, point, ahead)
        count = covering(cells, lon[point], lat[point], found, 0)
        if count > len(found):
            found = np.empty(2 * count, dtype=np.int32)
            covering(cells, lon[point], lat[point], found, 0)
        for area in found[:count]:
            if chosen[point] < 0 or rank[area] < rank[chosen[point]]:
                chosen[point] = area
    return chosen


@inner
def approach(cells: Cells, lon: Floats, lat: Floats, first: int, ahead: Floats) -> None:
    """Load what the next points need: here no load waits for another point's, as answers would."""
    count = min(len(ahead), len(lon) - first)
    for nth in range(count):
        column, row = cell_at(cells, lon[first + nth], lat[first + nth])
        ahead[nth] = max(row * (cells.lines.shape[1] - 1) + column, 0)
    for nth in range(count):
        ahead[nth] = cells.cells[int(ahead[nth]), 0]
    for nth in range(count):
        ahead[nth] = cells.chains[int(ahead[nth]), 2]
    for nth in range(count):
        ahead[nth] = cells.vertices[int(ahead[nth]), 0]


@inner
def covering(cells: Cells, lon: float, lat: float, found: Ints, count: int) -> int:
    """Write the areas that cover a point, ascending, from a place on; give the place after them.

    Nothing is written where there is no room.
    """
    column, row = cell_at(cells, lon, lat)
    if column < 0:
        return count
    cell = row * (cells.lines.shape[1] - 1) + column
    whole = cells.cells[cell, 1] + 1
    last = whole + cells.sets[whole - 1]
    chain, end = cells.cells[cell, 0], cells.cells[cell + 1, 0]
    while chain < end:
        area = cells.chains[chain, 0]
        covers, chain = bordering(cells, chain, end, lon, lat, column, row)
        if covers:
            while whole < last and cells.sets[whole] < area:
                count = _write(found, count, cells.sets[whole])
                whole += 1
            count = _write(found, count, area)
    while whole < last:
        count = _write(found, count, cells.sets[whole])
        whole += 1
    return count


@inner
def cell_at(cells: Cells, lon: float, lat: float) -> tuple[int, int]:
    """Find a point's column and row, or (-1, -1) if it lies outside of everything."""
    lines = cells.lines
    last = lines.shape[1] - 1
    if lines[0, 0] <= lon < lines[0, last] and lines[1, 0] <= lat < lines[1, last]:
        column = locate(lines, cells.starts, 0, lon)
        return column, locate(lines, cells.starts, 1, lat)
    return -1, -1


@inner
def bordering(
    cells: Cells, chain: int, end: int, lon: float, lat: float, column: int, row: int
) -> tuple[bool, int]:
    """Tell whether the area of a cell's chain covers a point there, and the next area's chain."""
    east, north = cells.lines[0, column + 1], cells.lines[1, row + 1]
    area, inside = cells.chains[chain, 0], cells.chains[chain, 1]
    while chain < end and cells.chains[chain, 0] == area:
        first = cells.chains[chain, 2]
        for edge in range(first, first + cells.chains[chain, 3]):
            crossed = _edge_crossings(cells.vertices, edge, lon, lat, east, north)
            if crossed == ON:
                while chain < end and cells.chains[chain, 0] == area:
                    chain += 1
                return True, chain
            inside ^= crossed
        chain += 1
    return inside == 1, chain


@inner
def _edge_crossings(
    vertices: Floats, edge: int, lon: float, lat: float, east: float, north: float
) -> int:
    ax, ay = vertices[edge, 0], vertices[edge, 1]
    bx, by = vertices[edge + 1, 0], vertices[edge + 1, 1]
    return crossings(ax, ay, bx, by, lon, lat, east, north)


@inner
def _write(found: Ints, place: int, area: int) -> int:
    if place < len(found):
        found[place] = area
    return place + 1
