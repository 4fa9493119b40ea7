"""Which categories, and which sets of covering areas, no decision can tell apart. Pure.

A decision is made once for each class and holds for all of it. A class must never be too wide:
two questions of one class have the same owner, zone and outcome wherever no border comes near.
One that is too narrow only costs time.
"""

from collections.abc import Hashable, Iterable, Sequence
from itertools import chain
from typing import Protocol

import numpy as np

from gridsvc.bulk.points import Flags
from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.routing.chain import ESTATE
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Area

DECIDING = ("lead", "duty")
"""Roles that may make an organisation the owner."""


class _Naming(Protocol):
    @property
    def scheme(self) -> str | None: ...
    @property
    def category_code(self) -> str | None: ...


class Categories:
    """Classes of categories: what is named alike by all that names categories is one."""

    def __init__(self, edition: Edition) -> None:
        naming: Iterable[_Naming] = chain(edition.claims, edition.rules, edition.borders.policies)
        self._named = {(one.scheme, one.category_code) for one in naming}

    def class_of(self, category: CategoryRecord) -> Hashable:
        """Give what distinguishes a category."""
        codes = ((category.scheme, code) for code in (category.code, category.major_code))
        return category.kind, tuple(name if name in self._named else None for name in codes)


class Places:
    """Classes of sets of covering areas: an area for which nobody answers says nothing."""

    def __init__(self, edition: Edition, areas: Sequence[Area]) -> None:
        self._areas = areas
        answered = {(c.layer, c.area_code) for c in edition.claims if c.role in DECIDING}
        self.speaking: Flags = np.array(
            [
                (area.layer.name, area.code) in answered or (area.layer.name, None) in answered
                for area in areas
            ],
            dtype=np.bool_,
        )
        self._of_estates = any(rule.estate_types for rule in edition.rules)

    def class_of(self, covering: Sequence[int]) -> Hashable:
        """Give what distinguishes a set of areas, by their positions."""
        levels = [level for level in (self._areas[p].layer.level for p in covering) if level]
        if len(set(levels)) < len(levels):
            # Two areas of one level: which of them is in the chain depends on all the others.
            return tuple(covering)
        estate = self._estate_type(covering) if self._of_estates else None
        return bool(levels), estate, tuple(p for p in covering if self.speaking[p])

    def _estate_type(self, covering: Sequence[int]) -> str | None:
        estates = (self._areas[p] for p in covering if self._areas[p].layer.level == ESTATE)
        return next((area.estate_type for area in estates), None)
