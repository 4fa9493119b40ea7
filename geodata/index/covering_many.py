"""Which areas cover each of many points: taken cell by cell, answered in the order asked."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.index.borders import Floats, Ints
from geodata.index.by_cell import AHEAD, by_cell, fetch
from geodata.index.cells import Cells
from geodata.index.compiled import compiled, inner
from geodata.index.covering import covering_in


class Work(NamedTuple):
    """What is asked, and room to answer in."""

    lon: Floats
    lat: Floats
    placed: Ints
    """As `by_cell` gives it."""
    ahead: Floats
    """Rows: the places of the points to come."""
    spans: Ints
    """Of each point: where its areas begin among those found, and how many there are."""


@compiled
def covering_many(cells: Cells, lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
    """Find the areas that cover each of some points: how many, and all of them."""
    placed, count = by_cell(cells, lon, lat)
    spans = np.zeros((len(lon), 2), dtype=np.int32)
    work = Work(lon, lat, placed, np.empty((AHEAD, 2)), spans)
    found = np.empty(len(lon) + len(lon) // 4 + 64, dtype=np.int32)
    nth, total = 0, 0
    while nth < count:
        nth, total = _fill(cells, work, nth, count, found, total)
        if nth < count:
            found = np.concatenate((found, np.empty(len(found) + 64, dtype=np.int32)))
    return spans[:, 1].copy(), _joined(found, spans, total)


@inner
def _fill(
    cells: Cells, work: Work, nth: int, count: int, found: Ints, total: int
) -> tuple[int, int]:
    """Answer the points from one on, as far as there is room; tell how far, and the room's end."""
    first = nth
    while nth < count:
        place = (nth - first) % AHEAD
        if place == 0:
            fetch(work.placed, nth, count, work.lon, work.lat, work.ahead)
        x, y = work.ahead[place, 0], work.ahead[place, 1]
        end = covering_in(cells, work.placed[nth, 0], x, y, found, total)
        if end > len(found):
            break
        point = work.placed[nth, 1]
        work.spans[point, 0], work.spans[point, 1] = total, end - total
        nth, total = nth + 1, end
    return nth, total


@compiled
def _joined(found: Ints, spans: Ints, total: int) -> Ints:
    """Copy spans of an array, each from a place on and so long, one after another."""
    joined = np.empty(total, dtype=np.int32)
    at = 0
    for nth in range(len(spans)):
        for place in range(spans[nth, 0], spans[nth, 0] + spans[nth, 1]):
            joined[at] = found[place]
            at += 1
    return joined


@compiled
def owners(cells: Cells, rank: NDArray[np.int64], lon: Floats, lat: Floats) -> Ints:
    """Find of the areas that cover each of some points the one with the least rank, or -1."""
    counts, areas = covering_many(cells, lon, lat)
    chosen = np.full(len(lon), -1, dtype=np.int32)
    at = 0
    for point in range(len(lon)):
        for place in range(at, at + counts[point]):
            if chosen[point] < 0 or rank[areas[place]] < rank[chosen[point]]:
                chosen[point] = areas[place]
        at += counts[point]
    return chosen
