"""What was found, each under a number, so that one decision serves all questions like it."""

from collections.abc import Callable, Hashable
from functools import partial

import numpy as np

from gridsvc.bulk.points import Ints

Finding = tuple[int, int, int, int, int]
OUTCOME, LEAD, ZONE, MEASURED, ALONE = range(5)
"""Its places: the first three as in `Answers`; the area to whose border it is measured, if it is
not the smallest; and whether each point must be decided by itself after all."""


class Findings:
    """Findings by number and by what they answer; for one thread at a time."""

    def __init__(self) -> None:
        self._numbers: dict[Finding, int] = {}
        self._answering: dict[Hashable, int] = {}
        self._columns = np.empty((5, 0), dtype=np.int64)

    def number(self, finding: Finding) -> int:
        """Give the number of a finding."""
        return self._numbers.setdefault(finding, len(self._numbers))

    def numbers(self, kind: str, keys: Ints, find: Callable[[int], Finding]) -> Ints:
        """Give the numbers of what answers to rows of keys, found for one row where it is new.

        Parameters
        ----------
        kind : str
            What sort of keys they are.
        keys : ndarray of int, shape (n, parts)
            Like keys have the same answer.
        find : callable
            Finds what answers to a row.
        """
        if not len(keys):
            return np.empty(0, dtype=np.int64)
        distinct, rows, which = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        numbers = [
            self._answer((kind, *key), partial(find, row))
            for key, row in zip(distinct.tolist(), rows.tolist(), strict=True)
        ]
        return np.array(numbers, dtype=np.int64)[which.reshape(-1)]

    def column(self, place: int, numbers: Ints) -> Ints:
        """Give what stands at a place of some findings."""
        if self._columns.shape[1] < len(self._numbers):
            self._columns = np.ascontiguousarray(np.array(list(self._numbers), dtype=np.int64).T)
        taken: Ints = self._columns[place].take(numbers)
        return taken

    def _answer(self, key: Hashable, find: Callable[[], Finding]) -> int:
        if key not in self._answering:
            self._answering[key] = self.number(find())
        return self._answering[key]
