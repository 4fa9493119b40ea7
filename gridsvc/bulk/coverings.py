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
_SHIFT = 32


class Trait(NamedTuple):
    """What is known of a set, whatever is asked about."""

    levels: int
    """The administrative levels of its areas, a bit for each."""
    tied: bool
    """Whether two of them are of one level: which is in the chain depends on all the others."""
    smallest: int
    """The last area of the administrative chain, or `NONE`."""
    estate: int
    """What distinguishes it where all but the rule is settled, by number."""
    disputed: bool
    """Whether areas that a policy tells apart lie on each other."""


_EMPTY = Trait(levels=0, tied=False, smallest=NONE, estate=0, disputed=False)


class View:
    """Classes of sets by those of their areas that count; all sets of one class are alike."""

    def __init__(self, counting: Container[int]) -> None:
        self._counting = counting
        self._chains = [0]
        self._following: dict[int, int] = {}
        self._numbers = {0: 0}
        self.examples = [0]
        """A set of each class; that of the empty set is 0."""

    def classed(
        self, befores: Sequence[int], areas: Sequence[int], alike: Sequence[int]
    ) -> list[int]:
        """Class the sets that come next; `alike` numbers what else is the same in a class."""
        # Pairs are written as one number each: tuples by the hundred thousand would be searched
        # for garbage over and over.
        chains, following, numbers = self._chains, self._following, self._numbers
        classes = []
        for before, area, other in zip(befores, areas, alike, strict=True):
            chain = chains[before]
            if area in self._counting:
                chain = following.setdefault(chain << _SHIFT | area, len(following) + 1)
            chains.append(chain)
            classes.append(numbers.setdefault(chain << _SHIFT | other, len(numbers)))
            if len(numbers) > len(self.examples):
                self.examples.append(len(chains) - 1)
        return classes


class Coverings:
    """Sets of covering areas by number; 0 is the empty one."""

    def __init__(self, sets: CoverSets, places: Places, terrain: Terrain) -> None:
        self._sets = sets
        self._places = places
        self._terrain = terrain
        self._traits = [_EMPTY]
        self._befores, self._areas, self._alike = list[int](), list[int](), list[int]()
        self._kinds: dict[Hashable, int] = {(False, 0, False): 0}
        self._estates: dict[Hashable, int] = {None: 0}
        self._numbers: dict[frozenset[int], int] = {}
        self.views: list[View] = []
        self.classes = np.zeros((0, 1), dtype=np.int64)
        """The class of each set in each view."""
        self.smallest, self.estate = np.array([[_EMPTY.smallest], [_EMPTY.estate]])
        """Of each set, as `Trait` says."""

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
            row = self.views[number].classed(self._befores, self._areas, self._alike)
            self.classes = np.vstack([self.classes, [0, *row]])
        return number

    def learn(self) -> None:
        """Take in the sets that are new."""
        first = len(self._traits)
        befores, areas = self._sets.steps(first).T.tolist()
        if not areas:
            return
        for number, (before, area) in enumerate(zip(befores, areas, strict=True), start=first):
            self._traits.append(self._trait(number, before, area))
        traits = self._traits[first:]
        alike = [self._kind(number, trait) for number, trait in enumerate(traits, start=first)]
        rows = [view.classed(befores, areas, alike) for view in self.views]
        self._befores += befores
        self._areas += areas
        self._alike += alike
        self.classes = np.hstack([self.classes, rows])
        self.smallest = np.append(self.smallest, [trait.smallest for trait in traits])
        self.estate = np.append(self.estate, [trait.estate for trait in traits])

    def _trait(self, number: int, before: int, area: int) -> Trait:
        """Tell what one more area makes of a set."""
        old, level = self._traits[before], self._places.level_of(area)
        tied = old.tied or old.levels & level > 0
        disputed = old.disputed
        if area in self._terrain.disputable and not disputed:
            disputed = self._terrain.disputed(self._sets[number])
        smallest, estate = old.smallest, old.estate
        if tied:
            smallest = self._places.smallest_of(self._sets[number])
            estate = self._estate(number) if self._places.of_estates else 0
        elif level > old.levels:
            smallest = area
            own = self._places.estate_type(area)
            estate = old.estate if own is None else self._estate(own)
        return Trait(old.levels | level, tied, smallest, estate, disputed)

    def _estate(self, distinct: Hashable) -> int:
        return self._estates.setdefault(distinct, len(self._estates))

    def _kind(self, number: int, trait: Trait) -> int:
        """Give a number to what is the same in sets of one class, whichever areas count."""
        same = number if trait.tied else (trait.levels > 0, trait.estate, trait.disputed)
        return self._kinds.setdefault(same, len(self._kinds))
