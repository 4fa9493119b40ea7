"""The sets of areas that cover points: what decisions ask of each, found when it is first met.

A set is another one with one more area (`CoverSets.steps`), and so is what is known of it: however
many areas lie over each other, a new set costs one step.
"""

from collections.abc import Container, Hashable, Sequence
from typing import NamedTuple

import numpy as np

from geodata.index import CoverSets
from gridsvc.bulk.likeness import Places
from gridsvc.bulk.points import NONE, Floats, Ints
from gridsvc.bulk.terrain import Terrain

Covering = tuple[int, ...]
"""Areas that cover a point, by position, ascending."""
Step = tuple[int, int]
"""The number of a set without its last area, and that area."""


class Trait(NamedTuple):
    """What is known of a set, whatever is asked about."""

    levels: int
    """The administrative levels of its areas, a bit for each."""
    tied: bool
    """Whether two of them are of one level: which is in the chain depends on all the others."""
    smallest: int
    """The last area of the administrative chain, or `NONE`."""
    estate: Hashable
    """What distinguishes it where all but the rule is settled."""
    disputed: bool
    """Whether areas that a policy tells apart lie on each other."""


_EMPTY = Trait(levels=0, tied=False, smallest=NONE, estate=None, disputed=False)


class View:
    """Classes of sets by those of their areas that count; all sets of one class are alike."""

    def __init__(self, counting: Container[int]) -> None:
        self._counting = counting
        self._chains: list[int] = []
        self._following: dict[Step, int] = {}
        self._numbers: dict[Hashable, int] = {}
        self.examples: list[int] = []
        """A set of each class."""

    def classed(self, steps: Sequence[Step], alike: Sequence[Hashable]) -> Ints:
        """Class the sets that come next; `alike` is what else must be the same in a class."""
        chains, numbers = self._chains, self._numbers
        classes = np.empty(len(steps), dtype=np.int64)
        for nth, (step, other) in enumerate(zip(steps, alike, strict=True)):
            chain = chains[step[0]] if chains else 0
            if step[1] in self._counting and chains:
                chain = self._following.setdefault((chain, step[1]), len(self._following) + 1)
            chains.append(chain)
            classes[nth] = numbers.setdefault((chain, other), len(numbers))
            if len(numbers) > len(self.examples):
                self.examples.append(len(chains) - 1)
        return classes


class Coverings:
    """Sets of covering areas by number."""

    def __init__(self, sets: CoverSets, places: Places, terrain: Terrain) -> None:
        self._sets = sets
        self._places = places
        self._terrain = terrain
        self._steps: list[Step] = []
        self._traits: list[Trait] = []
        self._alike: list[Hashable] = []
        self._estates: dict[Hashable, int] = {}
        self._numbers: dict[frozenset[int], int] = {}
        self.views: list[View] = []
        self.classes = np.empty((0, 0), dtype=np.int64)
        """The class of each set in each view."""
        self.smallest, self.estate = np.empty((2, 0), dtype=np.int64)
        """Of each set, as `Trait` says; estates by number."""

    def __getitem__(self, number: int) -> Covering:
        return self._sets[number]

    def at(self, lon: Floats, lat: Floats) -> Ints:
        """Give the number of the set at each point; `learn` of it before asking about it."""
        return self._sets.ids(lon, lat).astype(np.int64)

    def view(self, counting: frozenset[int]) -> int:
        """Give the number of the view in which some areas count."""
        number = self._numbers.setdefault(counting, len(self.views))
        if number == len(self.views):
            self.views.append(View(counting))
            row = self.views[number].classed(self._steps, self._alike)
            self.classes = np.vstack([self.classes.reshape(number, len(row)), row])
        return number

    def learn(self) -> None:
        """Take in the sets that are new."""
        first = len(self._steps)
        steps = [(before, area) for before, area in self._sets.steps(first).tolist()]
        if not steps:
            return
        for number, step in enumerate(steps, start=first):
            self._traits.append(self._trait(number, *step) if number else _EMPTY)
        self._steps += steps
        traits = self._traits[first:]
        alike = [_alike(number, trait) for number, trait in enumerate(traits, start=first)]
        self._alike += alike
        rows = [view.classed(steps, alike) for view in self.views]
        self.classes = np.hstack([self.classes, np.reshape(rows, (len(rows), len(steps)))])
        self.smallest = np.append(self.smallest, [trait.smallest for trait in traits])
        numbers = [self._estates.setdefault(one.estate, len(self._estates)) for one in traits]
        self.estate = np.append(self.estate, numbers)

    def _trait(self, number: int, before: int, area: int) -> Trait:
        """Tell what one more area makes of a set."""
        old, level = self._traits[before], self._places.level_of(area)
        tied = old.tied or old.levels & level > 0
        disputed = old.disputed
        if area in self._terrain.disputable and not disputed:
            disputed = self._terrain.disputed(self._sets[number])
        if not tied:
            smallest = area if level > old.levels else old.smallest
            own = self._places.estate_type(area)
            estate = old.estate if own is None else own
            return Trait(old.levels | level, tied, smallest, estate, disputed)
        smallest = self._places.smallest_of(self._sets[number])
        estate = number if self._places.of_estates else None
        return Trait(old.levels | level, tied, smallest, estate, disputed)


def _alike(number: int, trait: Trait) -> Hashable:
    """Give what must be the same in sets of one class, whichever areas count."""
    return number if trait.tied else (trait.levels > 0, trait.estate, trait.disputed)
