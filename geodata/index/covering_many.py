"""Which areas cover each of many points: block by block, told in the order asked."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.index.blocks import Dealt, collected, deal
from geodata.index.borders import Floats, Ints
from geodata.index.cells import Cells
from geodata.index.compiled import compiled, inner
from geodata.index.covering import covering_in
from geodata.index.threads import at_once

Positions = NDArray[np.intp]


class Covered(NamedTuple):
    """What was found for points, pile after pile."""

    dealt: Dealt
    counts: Ints
    """Of each point of the piles: how many areas cover it."""
    areas: Ints
    """They, one point after another; there may be room behind the last."""
    begins: Ints
    """Where each pile's areas begin; one more ends the last."""


@compiled
def covering_many(cells: Cells, lon: Floats, lat: Floats) -> Covered:
    """Find the areas that cover each of some points."""
    dealt = deal(cells, lon, lat)
    counts = np.zeros(len(lon), dtype=np.int32)
    begins = np.zeros(len(dealt.starts), dtype=np.int32)
    areas = np.empty(len(lon) + len(lon) // 4 + 64, dtype=np.int32)
    total = 0
    for pile in range(len(dealt.starts) - 2):  # nothing covers those of the last
        nth, end = dealt.starts[pile], dealt.starts[pile + 1]
        while nth < end:
            nth, total = _fill(cells, dealt, nth, end, counts, areas, total)
            if nth < end:
                areas = np.concatenate((areas, np.empty(len(areas) + 64, dtype=np.int32)))
        begins[pile + 1] = total
    begins[-1] = total
    return Covered(dealt, counts, areas, begins)


@inner
def _fill(
    cells: Cells, dealt: Dealt, nth: int, end: int, counts: Ints, areas: Ints, total: int
) -> tuple[int, int]:
    """Answer the points from one on, as far as there is room; tell how far, and the room's end."""
    while nth < end:
        x, y = dealt.places[nth, 0], dealt.places[nth, 1]
        after = covering_in(cells, dealt.cells[nth], x, y, areas, total)
        if after > len(areas):
            break
        counts[nth] = after - total
        nth, total = nth + 1, after
    return nth, total


def pairs(found: Sequence[Covered]) -> tuple[Positions, Ints]:
    """Write what was found for slices of points as pairs of point and area, in the order asked."""
    totals = np.cumsum([0, *(int(covered.begins[-1]) for covered in found)])
    firsts = np.cumsum([0, *(len(covered.counts) for covered in found)])
    points, areas = np.empty(totals[-1], dtype=np.intp), np.empty(totals[-1], dtype=np.int32)

    def write(nth: int) -> None:
        room = slice(totals[nth], totals[nth + 1])
        _write_pairs(found[nth], firsts[nth], points[room], areas[room])

    at_once(write, range(len(found)))
    return points, areas


@compiled
def _write_pairs(covered: Covered, first: int, points: Positions, areas: Ints) -> None:
    """Write one slice's pairs; its points are numbered from the first on."""
    nexts, places, at = covered.dealt.starts.copy(), covered.begins.copy(), 0
    for point in range(len(covered.counts)):
        pile = covered.dealt.blocks[point]
        for place in range(places[pile], places[pile] + covered.counts[nexts[pile]]):
            points[at], areas[at] = first + point, covered.areas[place]
            at += 1
        places[pile] += covered.counts[nexts[pile]]
        nexts[pile] += 1


@compiled
def owners(cells: Cells, rank: NDArray[np.int64], lon: Floats, lat: Floats) -> Ints:
    """Find of the areas that cover each of some points the one with the least rank, or -1."""
    covered = covering_many(cells, lon, lat)
    chosen = np.full(len(lon), -1, dtype=np.int32)
    at = 0
    for nth in range(len(chosen)):
        for place in range(at, at + covered.counts[nth]):
            area = covered.areas[place]
            if chosen[nth] < 0 or rank[area] < rank[chosen[nth]]:
                chosen[nth] = area
        at += covered.counts[nth]
    return collected(covered.dealt, chosen)
