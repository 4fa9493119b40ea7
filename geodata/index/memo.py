"""A table of sets of areas, which gives each set a number: the inner loops.

A set's number and one more area lead to the number of the set with that area. So the sets that
cover points are found without being written out; what is not in the table yet is added to it.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.index.blocks import collected, deal
from geodata.index.borders import Floats, Ints
from geodata.index.cells import Cells
from geodata.index.compiled import compiled, inner
from geodata.index.covering import bordering, cell_at

Longs = NDArray[np.int64]

UNKNOWN: Final = -1
_GOLDEN: Final = -7046029254386353131  # 2**64 / golden ratio, as a signed number


class Memo(NamedTuple):
    """The table, with room for more; its arrays are written to."""

    keys: Longs
    """Set * 2**32 + area, or -1; as many places as a power of two."""
    values: Ints
    """The set with that area."""
    sets: Ints
    """Rows: a set without its last area, that area, and how many areas it has. 0 is empty."""
    whole: Ints
    """The number of each set in `Cells.sets`."""
    used: Longs
    """How many keys and sets there are."""


def empty_memo(cells: Cells, places: int) -> Memo:
    """Make a table that knows the empty set only."""
    sets = np.zeros((places, 3), dtype=np.int32)
    keys, values = np.full(2 * places, -1, dtype=np.int64), np.zeros(2 * places, dtype=np.int32)
    whole = np.full(len(cells.sets), UNKNOWN, dtype=np.int32)
    whole[0] = 0
    return Memo(keys, values, sets, whole, np.array([0, 1], dtype=np.int64))


def copied(memo: Memo) -> Memo:
    """Copy a table, so that others may go on reading it while the copy learns."""
    keys, values, sets, whole, used = memo
    return Memo(keys.copy(), values.copy(), sets.copy(), whole.copy(), used.copy())


def widened(memo: Memo) -> Memo:
    """Copy a table into one with twice the room."""
    keys = np.full(2 * len(memo.keys), -1, dtype=np.int64)
    values = np.zeros(len(keys), dtype=np.int32)
    _copy(memo.keys, memo.values, keys, values)
    sets = np.concatenate([memo.sets, np.zeros_like(memo.sets)])
    return Memo(keys, values, sets, memo.whole, memo.used)


@compiled
def recall(cells: Cells, memo: Memo, lon: Floats, lat: Floats) -> Ints:
    """Find the number of the set that covers each of some points, -1 if it is not in the table."""
    dealt = deal(cells, lon, lat)
    ids = np.zeros(len(lon), dtype=np.int32)
    for nth in range(dealt.starts[-2]):  # nothing covers those of the last pile
        place = dealt.places[nth]
        ids[nth] = _numbered(cells, memo, dealt.cells[nth], place[0], place[1], False)
    return collected(dealt, ids)


@compiled
def learn(cells: Cells, memo: Memo, lon: Floats, lat: Floats, points: Longs, ids: Ints) -> int:
    """Give numbers to the sets that cover some points; tell how far room sufficed."""
    for nth in range(len(points)):
        point = points[nth]
        column, row = cell_at(cells, lon[point], lat[point])
        cell = row * (cells.lines.shape[1] - 1) + column
        ids[point] = _numbered(cells, memo, cell, lon[point], lat[point], True)
        if ids[point] == UNKNOWN:
            return nth
    return len(points)


@inner
def _numbered(cells: Cells, memo: Memo, cell: int, lon: float, lat: float, learning: bool) -> int:
    whole = cells.cells[cell, 1]
    if memo.whole[whole] == UNKNOWN and learning:
        memo.whole[whole] = _listed(cells, memo, whole)
    number = memo.whole[whole]
    chain, end = cells.cells[cell, 0], cells.cells[cell + 1, 0]
    row, column = 0, 0
    if chain < end:
        row, column = divmod(cell, cells.lines.shape[1] - 1)
    while chain < end and number != UNKNOWN:
        area = cells.chains[chain, 0]
        covers, chain = bordering(cells, chain, end, lon, lat, column, row)
        if covers:
            number = _with(memo, number, area) if learning else _known(memo, number, area)
    return number


@inner
def _listed(cells: Cells, memo: Memo, whole: int) -> int:
    """Give a number to a set that covers whole cells."""
    number = 0
    for place in range(whole + 1, whole + 1 + cells.sets[whole]):
        if number != UNKNOWN:
            number = _with(memo, number, cells.sets[place])
    return number


@inner
def _known(memo: Memo, number: int, area: int) -> int:
    """Look up the set with one more area."""
    slot = _slot(memo, number, area)
    return memo.values[slot] if memo.keys[slot] >= 0 else UNKNOWN


@inner
def _with(memo: Memo, number: int, area: int) -> int:
    """Look up the set with one more area or add it, if there is room; sets are kept ascending."""
    slot = _slot(memo, number, area)
    if memo.keys[slot] >= 0:
        return memo.values[slot]
    # Not by recursion: kept on disk, machine code that calls itself ends in a crash.
    below, above = number, 0
    while below and memo.sets[below, 1] > area:
        below, above = memo.sets[below, 0], above + 1
    made = _followed(memo, below, area)
    while above and made != UNKNOWN:
        above -= 1
        taken = number
        for _ in range(above):
            taken = memo.sets[taken, 0]
        made = _followed(memo, made, memo.sets[taken, 1])
    if made == UNKNOWN or not _has_room(memo):
        return UNKNOWN
    _keep(memo, number, area, made)
    return made


@inner
def _followed(memo: Memo, number: int, area: int) -> int:
    """Look up the set that goes on with an area after its last one or add it, if there is room."""
    slot = _slot(memo, number, area)
    if memo.keys[slot] >= 0:
        return memo.values[slot]
    if not _has_room(memo):
        return UNKNOWN
    made = memo.used[1]
    memo.sets[made, 0], memo.sets[made, 1] = number, area
    memo.sets[made, 2] = memo.sets[number, 2] + 1
    memo.used[1] += 1
    _keep(memo, number, area, made)
    return made


@inner
def _has_room(memo: Memo) -> bool:
    return 2 * memo.used[0] < len(memo.keys) - 2 and memo.used[1] < len(memo.sets)


@inner
def _keep(memo: Memo, number: int, area: int, made: int) -> None:
    """Add a step, unless it is there already."""
    if memo.keys[_slot(memo, number, area)] < 0:
        _insert(memo.keys, memo.values, number << 32 | area, made)
        memo.used[0] += 1


@inner
def _slot(memo: Memo, number: int, area: int) -> int:
    return _place(memo.keys, number << 32 | area)


@inner
def _place(keys: Longs, key: int) -> int:
    """Find where a key stands, or the free place where it may."""
    slot = (key * _GOLDEN >> 24) & (len(keys) - 1)
    while keys[slot] != key and keys[slot] >= 0:
        slot = (slot + 1) & (len(keys) - 1)
    return slot


@inner
def _insert(keys: Longs, values: Ints, key: int, value: int) -> None:
    slot = _place(keys, key)
    keys[slot], values[slot] = key, value


@compiled
def _copy(old_keys: Longs, old_values: Ints, keys: Longs, values: Ints) -> None:
    for slot in range(len(old_keys)):
        if old_keys[slot] >= 0:
            _insert(keys, values, old_keys[slot], old_values[slot])
