"""What was found, each under a number, so that one decision serves all questions like it."""

from collections.abc import Callable, Hashable

import numpy as np

from gridsvc.bulk.points import Ints

Finding = tuple[int, int, int, int, int]
OUTCOME, LEAD, ZONE, MEASURED, ALONE = range(5)
"""Its places: the first three as in `Answers`; the area to whose border it is measured, if it is
not the smallest; and whether each point must be decided by itself after all."""


class Findings:
    """Findings by number and by what they answer."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._found: list[Finding] = []
        self._table = np.empty((0, 5), dtype=np.int64)

    def __getitem__(self, number: int) -> Finding:
        return self._found[number]

    def number(self, key: Hashable, find: Callable[[], Finding]) -> int:
        """Give the number of what answers to a key, finding it when it is first asked for."""
        if key not in self._numbers:
            self._found.append(find())
            self._numbers[key] = len(self._found) - 1
        return self._numbers[key]

    def rows(self, numbers: Ints) -> Ints:
        """Give findings as rows of a table."""
        new = self._found[len(self._table) :]
        if new:
            self._table = np.concatenate([self._table, np.array(new, dtype=np.int64)])
        return self._table[numbers]
