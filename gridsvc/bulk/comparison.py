"""What another map would have decided in the past: who loses what to whom, and where.

Counts only, so that ten million incidents take no more room than ten.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from gridsvc.bulk.engine import Engine
from gridsvc.bulk.names import Names
from gridsvc.bulk.points import NONE, OUTCOMES, Answers, Flags, Ints, Points, Rows, rows_where
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


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose each point is."""

    numbers: Ints
    """Which of `codes`, or `NONE`."""
    codes: Sequence[str]

    def where(self, rows: Rows) -> "Owners":
        """Give those of some points."""
        return Owners(self.numbers[rows], self.codes)

    def code(self, number: int) -> Lead:
        """Name one of them."""
        return None if number == NONE else self.codes[number]


def compare(
    points: Points, old: Engine, new: Engine, *, into: Comparison, owners: Owners | None = None
) -> None:
    """Put the same points to both and count what comes of it.

    Where the owners are known from elsewhere, these are the old ones, and not the old map's.
    """
    first, second = (engine.decide(points, measured=False) for engine in (old, new))
    decided = (first.fault == NONE) & (second.fault == NONE)
    into.skipped += int((~decided).sum())
    rows = rows_where(decided)
    points, first, second = points.where(rows), first.where(rows), second.where(rows)
    after = _leads(second, new.names)
    before = _leads(first, old.names) if owners is None else owners.where(rows)
    for (loses, gains), count in _pairs(before.numbers, after.numbers).items():
        into.confusion[before.code(loses), after.code(gains)] += count
    into.before.update(_outcomes(first))
    into.after.update(_outcomes(second))
    squares, located = _squares(points)
    into.around.update(_counted(squares))
    into.where.update(_counted(squares[_differ(before, after)[located]]))


def compared(
    points: Points, old: Engine, new: Engine, *, owners: Owners | None = None
) -> Comparison:
    """Count what comes of some points by themselves."""
    found = Comparison()
    compare(points, old, new, into=found, owners=owners)
    return found


def _leads(answers: Answers, names: Names) -> Owners:
    present = np.unique(answers.lead)
    numbers = np.searchsorted(present, answers.lead)
    return Owners(
        np.where(answers.lead == NONE, NONE, numbers),
        ["" if number == NONE else names[number][0] for number in present.tolist()],
    )


def _pairs(first: Ints, second: Ints) -> Counter[tuple[int, int]]:
    width = int(second.max(initial=0)) + 2
    counts = np.bincount((first + 1) * width + second + 1)
    return Counter(
        {
            (pair // width - 1, pair % width - 1): int(counts[pair])
            for pair in np.flatnonzero(counts).tolist()
        }
    )


def _outcomes(answers: Answers) -> Counter[Outcome]:
    counts = np.bincount(answers.outcome, minlength=len(OUTCOMES)).tolist()
    return Counter({o: count for o, count in zip(OUTCOMES, counts, strict=True) if count})


def _differ(before: Owners, after: Owners) -> Flags:
    """Tell whose owner changes; each side numbers the codes in its own way."""
    same = {code: number for number, code in enumerate(after.codes)}
    table = np.array([NONE, *(same.get(code, NONE - 1) for code in before.codes)], dtype=np.int64)
    differ: Flags = table[before.numbers + 1] != after.numbers
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
