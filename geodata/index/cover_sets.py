"""The sets of areas that cover points, numbered, so that one thought serves many points.

Not immutable: it numbers sets as it meets them. A number keeps its meaning as long as its
`CoverSets` lives, over any number of calls.
"""

from typing import Final

import numpy as np

from geodata.crs import require_degrees
from geodata.index.borders import Floats, Ints
from geodata.index.cells import Cells
from geodata.index.memo import UNKNOWN, empty_memo, learn, recall, widened
from geodata.index.threads import SORTED, shared

_PLACES: Final = 1 << 16
_AT_FIRST: Final = 1 << 15


class CoverSets:
    """Numbers sets of covering areas; for one thread at a time.

    Made by `AreaIndex.cover_sets` and `AreaIndex.sets`. `len(sets)` is how many there are; number
    0 is the empty set.
    """

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._memo = empty_memo(cells, _PLACES)
        self._met = 0

    def __len__(self) -> int:
        return int(self._memo.used[1])

    def __getitem__(self, number: int) -> tuple[int, ...]:
        """Give the areas of a set, ascending."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        areas: list[int] = []
        while number:
            number, area, _ = self._memo.sets[number].tolist()
            areas.append(area)
        return tuple(reversed(areas))

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
        known = shared(lambda x, y: recall(self._cells, self._memo, x, y), lon, lat, most=SORTED)
        ids = np.concatenate(known)
        points = np.flatnonzero(ids == UNKNOWN)
        while len(points):
            points = points[learn(self._cells, self._memo, lon, lat, points, ids) :]
            if len(points):
                self._memo = widened(self._memo)
        return ids
