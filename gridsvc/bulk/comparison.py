"""What another map would have decided in the past: who loses what to whom, and where.

Counts only, so that ten million incidents take no more room than ten.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from gridsvc.bulk.engine import Engine
from gridsvc.bulk.names import Names
from gridsvc.bulk.points import NONE, OUTCOMES, Answers, Flags, Ints, Points
from gridsvc.routing.facts import Outcome

CELL = 0.005
"""Degrees: changes are counted by squares of half a kilometre."""
Square = tuple[float, float]
"""South-western corner (lon, lat)."""
_SQUARES = 100_000
"""More than there are from the one pole to the other, or once around."""
Lead = str | None
"""Code of an organisation; None where nobody owns it."""


@dataclass(slots=True)
class Comparison:
    """Two maps' answers to the same questions."""

    confusion: Counter[tuple[Lead, Lead]] = field(default_factory=Counter)
    """Old owner and new owner."""
    before: Counter[Outcome] = field(default_factory=Counter)
    after: Counter[Outcome] = field(default_factory=Counter)
    where: Counter[Square] = field(default_factory=Counter)
    """How many change, by square."""
    around: Counter[Square] = field(default_factory=Counter)
    """How many there are, changed or not, by square."""
    skipped: int = 0
    """Incidents whose category one of the two maps does not know any more."""

    @property
    def total(self) -> int:
        """How many incidents were decided."""
        return self.confusion.total()

    @property
    def seen(self) -> int:
        """How many incidents there were, decided or not."""
        return self.total + self.skipped

    @property
    def changed(self) -> int:
        """How many of them change owner."""
        return sum(count for (old, new), count in self.confusion.items() if old != new)

    def add(self, other: "Comparison") -> None:
        """Count what was counted elsewhere, too."""
        self.confusion.update(other.confusion)
        self.before.update(other.before)
        self.after.update(other.after)
        self.where.update(other.where)
        self.around.update(other.around)
        self.skipped += other.skipped

    def workload(self) -> Iterator[tuple[Lead, int, int]]:
        """Give each owner's number of incidents before and after, by code, nobody's first."""
        old, new = Counter[Lead](), Counter[Lead]()
        for (loses, gains), count in self.confusion.items():
            old[loses] += count
            new[gains] += count
        for lead in sorted({*old, *new}, key=lambda code: code or ""):
            yield lead, old[lead], new[lead]

    def share(self, outcome: Outcome) -> tuple[float, float]:
        """Give the share of an outcome before and after."""
        total = max(self.total, 1)
        return self.before[outcome] / total, self.after[outcome] / total


def compare(points: Points, old: Engine, new: Engine, *, into: Comparison) -> None:
    """Put the same points to both and count what comes of it."""
    first, second = old.decide(points), new.decide(points)
    decided = (first.fault == NONE) & (second.fault == NONE)
    into.skipped += int((~decided).sum())
    rows = np.flatnonzero(decided)
    points, first, second = points.where(rows), first.where(rows), second.where(rows)
    pairs = _pairs(first.lead, second.lead)
    for (before, after), count in pairs.items():
        into.confusion[_code(old.names, before), _code(new.names, after)] += count
    into.before.update(_outcomes(first))
    into.after.update(_outcomes(second))
    squares, located = _squares(points)
    differ = _differ(first, second, old.names, new.names)
    into.around.update(_counted(squares))
    into.where.update(_counted(squares[differ[located]]))


def compared(points: Points, old: Engine, new: Engine) -> Comparison:
    """Count what comes of some points by themselves."""
    found = Comparison()
    compare(points, old, new, into=found)
    return found


def _pairs(first: Ints, second: Ints) -> Counter[tuple[int, int]]:
    width = int(second.max(initial=0)) + 2
    counts = np.bincount((first + 1) * width + second + 1)
    return Counter(
        {
            (pair // width - 1, pair % width - 1): int(counts[pair])
            for pair in np.flatnonzero(counts).tolist()
        }
    )


def _code(names: Names, number: int) -> Lead:
    return None if number == NONE else names[number][0]


def _outcomes(answers: Answers) -> Counter[Outcome]:
    counts = np.bincount(answers.outcome, minlength=len(OUTCOMES)).tolist()
    return Counter({o: count for o, count in zip(OUTCOMES, counts, strict=True) if count})


def _differ(first: Answers, second: Answers, old: Names, new: Names) -> Flags:
    """Tell whose owner changes; each engine numbers the names in its own way."""
    same = {_code(new, number): number for number in set(second.lead.tolist())}
    table = np.full(int(first.lead.max(initial=NONE)) + 2, NONE - 1, dtype=np.int64)
    for number in set(first.lead.tolist()):
        table[number + 1] = same.get(_code(old, number), NONE - 1)
    differ: Flags = table[first.lead + 1] != second.lead
    return differ


def _squares(points: Points) -> tuple[Ints, Flags]:
    """Give the numbers of the squares of the points with a place, and tell which have one."""
    located: Flags = ~np.isnan(points.lon)
    column, row = (
        np.floor(degrees[located] / CELL).astype(np.int64) + _SQUARES // 2
        for degrees in (points.lon, points.lat)
    )
    return column * _SQUARES + row, located


def _counted(squares: Ints) -> Counter[Square]:
    found, counts = np.unique(squares, return_counts=True)
    lon, lat = (
        np.round((place - _SQUARES // 2) * CELL, 6).tolist() for place in divmod(found, _SQUARES)
    )
    return Counter(dict(zip(zip(lon, lat, strict=True), counts.tolist(), strict=True)))
