"""What is wrong with single rows, gathered column by column; the first fault of a row counts."""

from collections.abc import Sequence

import numpy as np

from gridsvc.bulk.points import Flags
from gridsvc.bulk.reading.piece import BadRow


class Faults:
    """The bad rows of a piece."""

    def __init__(self, lines: Sequence[int]) -> None:
        self._lines = lines
        self.rows: Flags = np.zeros(len(lines), dtype=np.bool_)
        self.listed: list[BadRow] = []

    def add(self, rows: Flags, code: str, *, en: str, zh: str) -> None:
        """List rows that have a fault, unless another is listed already."""
        for row in np.flatnonzero(rows & ~self.rows).tolist():
            self.listed.append(BadRow(self._lines[row], code, en, zh))
        self.rows |= rows
