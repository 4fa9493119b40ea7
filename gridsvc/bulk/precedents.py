"""What is decided of like matters at like places: each such question is put once."""

from collections.abc import Callable, Hashable, Sequence

import numpy as np

from gridsvc.bulk.coverings import Covering, Coverings
from gridsvc.bulk.findings import OUTCOME, Finding, Findings
from gridsvc.bulk.likeness import DECIDING, LEADING, Places
from gridsvc.bulk.matter import Matter
from gridsvc.bulk.points import NONE, OUTCOMES, Ints
from gridsvc.routing.facts import Outcome

LENSES = (LEADING, DECIDING)
"""How a matter looks at a place: whose duty it is counts only where nobody leads."""
_FALLBACK = OUTCOMES.index(Outcome.FALLBACK)
Find = Callable[[Matter, Covering], Finding]


class Precedents:
    """A table: a row for each lens of a likeness of matters, a column for each class of places.

    For one thread at a time.
    """

    def __init__(
        self, places: Places, coverings: Coverings, findings: Findings, find: Find
    ) -> None:
        self._places = places
        self._coverings = coverings
        self._findings = findings
        self._find = find
        self._likenesses: dict[Hashable, int] = {}
        self._matters: list[Matter] = []
        self._views = np.empty(0, dtype=np.int64)
        self._table = np.full((0, 0), NONE, dtype=np.int64)

    def likeness(self, matters: Sequence[Matter]) -> Ints:
        """Give the numbers of matters' likenesses; the first matter of one stands for all."""
        for matter in matters:
            number = self._likenesses.setdefault(matter.likeness, len(self._likenesses))
            if number == len(self._matters):
                self._matters.append(matter)
                self._views = np.append(self._views, [self._view(matter, r) for r in LENSES])
        numbers = [self._likenesses[matter.likeness] for matter in matters]
        return np.array(numbers, dtype=np.int64)

    def found(self, likeness: Ints, sets: Ints) -> Ints:
        """Give the number of the finding on each of some matters' likenesses at sets of areas."""
        lenses = likeness * len(LENSES)
        found = self._through(lenses, sets)
        for _ in LENSES[1:]:
            rows = np.flatnonzero(self._findings.column(OUTCOME, found) == _FALLBACK)
            found[rows] = self._through(lenses[rows] + 1, sets[rows])
        return found

    def _view(self, matter: Matter, roles: tuple[str, ...]) -> int:
        return self._coverings.view(self._places.speaking_about(matter.category, roles))

    def _through(self, lenses: Ints, sets: Ints) -> Ints:
        """Look up what is found through lenses, deciding what is asked for the first time."""
        classes = self._coverings.classes[self._views[lenses], sets]
        self._widen()
        found = self._table[lenses, classes]
        unknown = np.flatnonzero(found == NONE)
        if len(unknown):
            width = self._table.shape[1]
            pairs = np.unique(lenses[unknown] * width + classes[unknown])
            for lens, number in zip(
                *(part.tolist() for part in np.divmod(pairs, width)), strict=True
            ):
                self._table[lens, number] = self._decided(lens, number)
            found[unknown] = self._table[lenses[unknown], classes[unknown]]
        return found

    def _decided(self, lens: int, number: int) -> int:
        view = self._coverings.views[self._views[lens]]
        covering = self._coverings[view.examples[number]]
        return self._findings.number(self._find(self._matters[lens // len(LENSES)], covering))

    def _widen(self) -> None:
        """Make room for lenses and classes that are new; twice as much as is needed."""
        have = self._table.shape
        need = len(self._views), max(len(view.examples) for view in self._coverings.views)
        if have[0] < need[0] or have[1] < need[1]:
            table = np.full((2 * need[0], 2 * need[1]), NONE, dtype=np.int64)
            table[: have[0], : have[1]] = self._table
            self._table = table
