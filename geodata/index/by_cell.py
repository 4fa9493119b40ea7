"""Many points in the order of their cells: what one point loads, the next ones need, too.

Random points would wait for memory most of the time; to sort them takes a small part of that.
"""

from typing import Final

import numpy as np

from geodata.index.borders import Floats, Ints
from geodata.index.cells import Cells
from geodata.index.compiled import compiled, inner
from geodata.index.covering import cell_at

AHEAD: Final = 128
"""How many points are fetched at once; they must fit the nearest cache."""


@compiled
def by_cell(cells: Cells, lon: Floats, lat: Floats) -> tuple[Ints, int]:
    """Sort points by cell, and leave out those that lie outside of everything.

    Parameters
    ----------
    cells : Cells
        The ground.
    lon, lat : ndarray of float64, shape (n,)
        Degrees.

    Returns
    -------
    placed : ndarray of int32, shape (n, 2)
        Rows: cell, which point.
    count : int
        How many of the rows there are; the others mean nothing.
    """
    placed = np.empty((len(lon), 2), dtype=np.int32)
    width, count = cells.lines.shape[1] - 1, 0
    for point in range(len(lon)):
        column, row = cell_at(cells, lon[point], lat[point])
        if column >= 0:
            placed[count, 0], placed[count, 1] = row * width + column, point
            count += 1
    dealt = np.empty_like(placed)
    bits = 0
    while 1 << 2 * bits < len(cells.cells):
        bits += 1
    _deal(placed, dealt, count, 0, bits)
    _deal(dealt, placed, count, bits, bits)
    return placed, count


@compiled
def _deal(placed: Ints, dealt: Ints, count: int, shift: int, bits: int) -> None:
    """Sort by some bits of the cell, by counting; among equals the order stays."""
    mask = (1 << bits) - 1
    ends = np.zeros(mask + 2, dtype=np.int64)
    for nth in range(count):
        ends[(placed[nth, 0] >> shift & mask) + 1] += 1
    ends = np.cumsum(ends)
    for nth in range(count):
        digit = placed[nth, 0] >> shift & mask
        place = ends[digit]
        dealt[place, 0], dealt[place, 1] = placed[nth, 0], placed[nth, 1]
        ends[digit] = place + 1


@inner
def fetch(placed: Ints, first: int, count: int, lon: Floats, lat: Floats, ahead: Floats) -> None:
    """Copy the places of the next points: here no load waits for another, as answers would."""
    for nth in range(min(len(ahead), count - first)):
        point = placed[first + nth, 1]
        ahead[nth, 0], ahead[nth, 1] = lon[point], lat[point]
