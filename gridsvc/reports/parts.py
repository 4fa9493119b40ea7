"""Parts of a period's work that are told beside the whole: days, weeks, months; classes. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Self

import numpy as np

from gridsvc.bulk.points import NONE, Ints
from gridsvc.bulk.times import ticks
from gridsvc.errors import Invalid
from gridsvc.reports.tally import Cases

MOST_STEPS = 400


class Each(StrEnum):
    """How long a step is, in civil time; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Steps:
    """A period cut at midnights: step after step, the first and the last as much as there is."""

    edges: tuple[datetime, ...]
    """One more than there are steps."""

    @classmethod
    def of(cls, since: datetime, until: datetime, each: Each, zone: tzinfo) -> Self:
        """Cut a period."""
        edges = [since]
        for midnight in _midnights(since.astimezone(zone).date(), each, zone):
            if midnight >= until:
                return cls((*edges, until))
            if len(edges) == MOST_STEPS:
                raise _too_many(each)
            edges.append(midnight)
        raise AssertionError

    def numbers(self, cases: Cases) -> Ints:
        """Tell in which step each case was reported; all were in the period."""
        starts = np.array([ticks(it) for it in self.edges[:-1]], dtype=np.int64)
        return np.searchsorted(starts, cases["reported"], side="right") - 1


def _midnights(day: date, each: Each, zone: tzinfo) -> Iterator[datetime]:
    """List the beginnings of steps after a day."""
    while True:
        day = _next(day, each)
        yield datetime.combine(day, time(), zone)


def _next(day: date, each: Each) -> date:
    if each is Each.MONTH:
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=1 if each is Each.DAY else 7 - day.weekday())


def _too_many(each: Each) -> Invalid:
    return Invalid(
        "too_many_steps",
        en=f"From `from` to `to` there are more than {MOST_STEPS} steps of a {each}.",
        zh=f"from 到 to 之间超过 {MOST_STEPS} 个{_ZH[each]}。",
        field="each",
    )


_ZH = {Each.DAY: "日", Each.WEEK: "周", Each.MONTH: "月"}


@dataclass(frozen=True, slots=True)
class Classes:
    """The major classes, whichever schemes they are of."""

    codes: Sequence[str]
    names: Sequence[str]
    of_category: Mapping[int, int]
    """Which of them each category is of, by the number of the category."""

    def numbers(self, cases: Cases) -> Ints:
        """Tell of which class each case is."""
        known, places = np.unique(cases["category"], return_inverse=True)
        classes = [self.of_category.get(number, NONE) for number in known.tolist()]
        return np.array(classes, dtype=np.int64)[places]
