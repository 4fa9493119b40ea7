"""Numbers of cases by what they count for, from columns: counts and medians. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from gridsvc.bulk.points import Floats, Ints

CASE = np.dtype(
    [
        ("place", np.int64),  # which of the places it counts for; NONE for none of them
        ("reported", np.int64),  # microseconds since 1970 in UTC
        ("category", np.int64),  # a number of its category's
        ("minutes", np.float64),  # from the report until it was dealt with; NaN while it is not
        ("open", np.bool_),
        ("overdue", np.bool_),
    ]
)
Cases = NDArray[np.void]
"""Cases as records of a `CASE` each."""


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers by key, in the order of the keys; only those that occur."""

    keys: Ints
    filed: Ints
    open: Ints
    overdue: Ints
    closed: Ints
    minutes: Floats
    """The median of those that are dealt with; NaN where none is."""

    def columns(self) -> Mapping[str, Ints | Floats]:
        """Give the columns as they are published."""
        return {
            "filed": self.filed,
            "open": self.open,
            "overdue": self.overdue,
            "closed": self.closed,
            "median_handling_minutes": self.minutes,
        }

    def over(self, size: int) -> Self:
        """Write a row for every key below a number: where nothing was counted, noughts."""
        counts = np.zeros((4, size), dtype=np.int64)
        counts[:, self.keys] = (self.filed, self.open, self.overdue, self.closed)
        minutes = np.full(size, np.nan)
        minutes[self.keys] = self.minutes
        filed, still, overdue, closed = counts
        return type(self)(np.arange(size), filed, still, overdue, closed, minutes)

    def between(self, first: int, last: int, *, less: int) -> Self:
        """Give some of the rows, their keys less a number."""
        some = slice(first, last)
        return type(self)(
            self.keys[some] - less,
            self.filed[some],
            self.open[some],
            self.overdue[some],
            self.closed[some],
            self.minutes[some],
        )


def tabulate(cases: Cases, keys: Ints) -> Table:
    """Count cases by keys of theirs, none of them negative."""
    every = np.bincount(keys)
    known = np.flatnonzero(every)
    filed, count = every[known], len(known)
    number = (np.cumsum(every > 0) - 1)[keys]
    still = np.bincount(number[cases["open"]], minlength=count)
    return Table(
        keys=known,
        filed=filed,
        open=still,
        overdue=np.bincount(number[cases["overdue"]], minlength=count),
        closed=filed - still,
        minutes=_medians(number, cases["minutes"], count),
    )


def _medians(number: Ints, values: Floats, count: int) -> Floats:
    """Give the median of each number's values: between two in the middle, half the way."""
    known = ~np.isnan(values)
    number, values = number[known], values[known]
    # First by value and then by number: in few bits, which are sorted several times as fast.
    order = np.argsort(values)
    groups = number[order].astype(np.min_scalar_type(count))
    values = values[order[np.argsort(groups, kind="stable")]]
    sizes = np.bincount(number, minlength=count)
    begins = np.cumsum(sizes) - sizes
    medians = np.full(count, np.nan)
    some = sizes > 0
    lower = values[(begins + (sizes - 1) // 2)[some]]
    upper = values[(begins + sizes // 2)[some]]
    medians[some] = (lower + upper) / 2
    return medians
