"""The sets of areas that cover points, numbered, so that one thought serves many points.

Not immutable: it numbers sets as it meets them. A number keeps its meaning as long as its
`CoverSets` lives, over any number of calls.
"""

from threading import Lock
from typing import Final

import numpy as np

from geodata.crs import require_degrees
from geodata.index.borders import Floats, Ints
from geodata.index.cells import Cells
from geodata.index.covering_many import Positions
from geodata.index.memo import UNKNOWN, Memo, copied, empty_memo, learn, recall, widened
from geodata.index.threads import SORTED, shared

_PLACES: Final = 1 << 16
_AT_FIRST: Final = 1 << 15


class CoverSets:
    """Numbers sets of covering areas; any number of threads may ask at once.

    Made by `AreaIndex.cover_sets` and `AreaIndex.sets`. `len(sets)` is how many there are; number
    0 is the empty set.
    """

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._memo = empty_memo(cells, _PLACES)
        self._met = 0
        self._learning = Lock()

    def __len__(self) -> int:
        return int(self._memo.used[1])

    def __getitem__(self, number: int) -> tuple[int, ...]:
        """Give the areas of a set, ascending."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        areas: list[int] = []
        sets = self._memo.sets
        while number:
            number, area, _ = sets[number].tolist()
            areas.append(area)
        return tuple(reversed(areas))

    def steps(self, first: int = 0) -> Ints:
        """Tell how sets are made of others, which have lower numbers.

        Parameters
        ----------
        first : int
            The number of the first set to tell of.

        Returns
        -------
        ndarray of int32, shape (sets, 2)
            Rows: the number of the set without its last area, and that area; for the empty set
            (0, 0).
        """
        memo = self._memo
        return memo.sets[first : memo.used[1], :2]

    def ids(self, lon: Floats, lat: Floats) -> Ints:
        """Give the set of areas that covers each point, by number.

        Parameters
        ----------
        lon, lat : ndarray of float64, shape (n,)
            Degrees, WGS-84.

        Returns
        -------
        ndarray of int32, shape (n,)
            The number of each point's set.

        Raises
        ------
        CrsError
            A pair of numbers is no longitude and latitude.
        """
        lon, lat = (np.ascontiguousarray(axis, dtype=np.float64) for axis in (lon, lat))
        require_degrees(lon, lat)
        ids = np.empty(len(lon), dtype=np.int32)
        done = 0
        while done < len(lon):
            # What one piece of the points teaches, the next need not learn: so no piece is longer
            # than all that were there before it.
            piece = slice(done, done + max(self._met, _AT_FIRST))
            ids[piece] = self._numbered(lon[piece], lat[piece])
            self._met += piece.stop - piece.start
            done = piece.stop
        return ids

    def _numbered(self, lon: Floats, lat: Floats) -> Ints:
        memo = self._memo
        known = shared(lambda x, y: recall(self._cells, memo, x, y), lon, lat, most=SORTED)
        ids = np.concatenate(known)
        points = np.flatnonzero(ids == UNKNOWN)
        if len(points):
            with self._learning:
                self._memo = self._learnt(lon, lat, points, ids)
        return ids

    def _learnt(self, lon: Floats, lat: Floats, points: Positions, ids: Ints) -> Memo:
        """Give a table that knows some more points; who reads the old one is not disturbed."""
        memo = copied(self._memo)
        while len(points):
            points = points[learn(self._cells, memo, lon, lat, points, ids) :]
            if len(points):
                memo = widened(memo)
        return memo
