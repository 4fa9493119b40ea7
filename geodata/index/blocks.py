"""Many points block by block of the ground: what one point loads, the next ones need, too.

Random points would wait for memory most of the time. They are dealt into piles, one to a block of
cells, and what is found for them is collected from the piles in the order asked: within a pile the
order stays, so that both ways every pile is gone through once, from its first point to its last.
"""

from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from geodata.index.borders import Floats, Ints
from geodata.index.cells import Cells
from geodata.index.compiled import compiled, inner
from geodata.index.covering import cell_at

Values = TypeVar("Values", bound=NDArray[Any])

_ACROSS: Final = 64
"""How many blocks there are at most along an axis: of more the piles' ends would not fit the cache
at once, of fewer the borders of one."""


class Dealt(NamedTuple):
    """Points in piles, and how to come back to their order."""

    blocks: Ints
    """Of each point: its block; the last one is all that lies outside."""
    starts: Ints
    """Where each block's pile begins in the two below; one more ends the last."""
    cells: Ints
    """Of each point of the piles: its cell."""
    places: Floats
    """Rows: its longitude and latitude."""


@compiled
def deal(cells: Cells, lon: Floats, lat: Floats) -> Dealt:
    """Deal points into piles.

    Parameters
    ----------
    cells : Cells
        The ground.
    lon, lat : ndarray of float64, shape (n,)
        Degrees.

    Returns
    -------
    Dealt
        Every point, those that lie outside of everything in the last pile.
    """
    blocks, found, starts = _sort(cells, lon, lat)
    ends = starts.copy()
    dealt, places = np.empty_like(found), np.empty((len(lon), 2))
    for point in range(len(lon)):
        place = ends[blocks[point]]
        dealt[place], places[place, 0], places[place, 1] = found[point], lon[point], lat[point]
        ends[blocks[point]] = place + 1
    return Dealt(blocks, starts, dealt, places)


@compiled
def spread(dealt: Dealt, values: Values) -> Values:
    """Bring what is known of each point into the order of the piles."""
    piled, nexts = np.empty_like(values), dealt.starts.copy()
    for point in range(len(dealt.blocks)):
        pile = dealt.blocks[point]
        piled[nexts[pile]] = values[point]
        nexts[pile] += 1
    return piled


@compiled
def collected(dealt: Dealt, values: Values) -> Values:
    """Bring what was found for each point of the piles back into the order in which they came."""
    ordered, nexts = np.empty_like(values), dealt.starts.copy()
    for point in range(len(dealt.blocks)):
        pile = dealt.blocks[point]
        ordered[point] = values[nexts[pile]]
        nexts[pile] += 1
    return ordered


@compiled
def _sort(cells: Cells, lon: Floats, lat: Floats) -> tuple[Ints, Ints, Ints]:
    """Find each point's block and cell, and where the blocks' piles are to begin."""
    width = cells.lines.shape[1] - 1
    shift, across = _division(width)
    blocks, found = np.empty(len(lon), dtype=np.int32), np.empty(len(lon), dtype=np.int32)
    starts = np.zeros(across * across + 2, dtype=np.int32)
    for point in range(len(lon)):
        column, row = cell_at(cells, lon[point], lat[point])
        block = across * across
        if column >= 0:
            block = (row >> shift) * across + (column >> shift)
        blocks[point], found[point] = block, row * width + column
        starts[block + 1] += 1
    for block in range(1, len(starts)):
        starts[block] += starts[block - 1]
    return blocks, found, starts


@inner
def _division(width: int) -> tuple[int, int]:
    """Tell how many cells a block has along an axis, as a power of two, and how many blocks so."""
    shift = 0
    while (width - 1) >> shift >= _ACROSS:
        shift += 1
    return shift, ((width - 1) >> shift) + 1
