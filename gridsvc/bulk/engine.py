"""Decides millions of points by the rule that decides one: once for each class of like questions.

For a point that no border comes near, the decision depends only on the areas that cover it, on
the class of its category and on that of its time (`likeness`). Each such question is put to
`routing.decision` when it first occurs (`ledger`). Where a border comes within a point's accuracy,
and outside all areas, the point is decided by itself.
"""

from datetime import datetime
from threading import Lock
from uuid import UUID

import numpy as np

from gridsvc.bulk.asked import Asked
from gridsvc.bulk.chart import Chart
from gridsvc.bulk.ledger import Ledger
from gridsvc.bulk.likeness import Categories
from gridsvc.bulk.matter import Matter
from gridsvc.bulk.names import Names
from gridsvc.bulk.points import NONE, Answers, Ints, Points, rows_where
from gridsvc.bulk.things import Things
from gridsvc.bulk.times import Times, moment_of
from gridsvc.catalogue.lookup import find_category
from gridsvc.errors import Invalid


class Engine:
    """All that is needed to decide by one chart; several threads may use it at once."""

    def __init__(self, chart: Chart, *, scheme: str | None = None) -> None:
        self.names = Names()
        self.digest = f"{chart.digest()} {scheme}"
        self.chart = chart
        self._scheme = scheme
        self._times = Times(chart.edition, chart.zone)
        self._categories = Categories(chart.edition)
        self._known: dict[tuple[str, int], Matter | Invalid] = {}
        self._ledgers: dict[frozenset[UUID], Ledger] = {}
        self._things = Things(chart)
        self._opening = Lock()

    def decide(self, points: Points, *, measured: bool = True) -> Answers:
        """Decide every point, or name what forbids it; unless `measured`, without distances."""
        numbers, matters, faults = self._matters(points)
        ledgers = [self._ledger(matter.at) for matter in matters]
        asked = Asked(points, numbers, matters)
        if not faults and len(set(ledgers)) == 1:
            return ledgers[0].decide(asked, measured=measured)
        answers = Answers.blank(len(points), faults)
        answers.fault[:] = np.where(numbers < 0, -1 - numbers, NONE)
        for ledger in dict.fromkeys(ledgers):
            mine = np.array([its is ledger for its in ledgers])
            rows = rows_where((numbers >= 0) & mine[numbers])
            answers.put(rows, ledger.decide(asked.where(rows), measured=measured))
        return answers

    def _matters(self, points: Points) -> tuple[Ints, list[Matter], list[Invalid]]:
        """Give each point the number of its matter, or -1 - that of the fault in it."""
        times = self._times.classes(points.at)
        pairs = (times - times.min(initial=0)) * len(points.categories) + points.category
        example = np.full(pairs.max(initial=-1) + 1, NONE, dtype=np.int64)
        example[pairs] = np.arange(len(pairs))
        number = np.full(len(example), NONE, dtype=np.int64)
        matters, faults = list[Matter](), list[Invalid]()
        for pair in np.flatnonzero(example != NONE).tolist():
            row = int(example[pair])
            code = points.categories[points.category[row]]
            match self._matter(code, int(times[row]), int(points.at[row])):
                case Matter() as matter:
                    matters.append(matter)
                    number[pair] = len(matters) - 1
                case fault:
                    faults.append(fault)
                    number[pair] = -len(faults)
        return number[pairs], matters, faults

    def _matter(self, code: str, time: int, count: int) -> Matter | Invalid:
        """Give what a category is at one class of times, or what forbids it, found once."""
        if (code, time) not in self._known:
            try:
                self._known[code, time] = self._found(code, time, moment_of(count))
            except Invalid as fault:
                self._known[code, time] = fault
        return self._known[code, time]

    def _found(self, code: str, time: int, at: datetime) -> Matter:
        category = find_category(self.chart.edition.catalogue, code, scheme=self._scheme, at=at)
        likeness = time, self._categories.class_of(category)
        return Matter(category, at.astimezone(self.chart.zone), likeness)

    def _ledger(self, at: datetime) -> Ledger:
        """Open the ledger of what is in force at a time."""
        releases = self.chart.in_force(at)
        key = frozenset(release.id for release in releases)
        with self._opening:
            if key not in self._ledgers:
                view = self.chart.view(releases)
                self._ledgers[key] = Ledger(view, self.chart.edition, self.names, self._things)
            return self._ledgers[key]
