"""Which categories no decision can tell apart, and which areas say anything to one. Pure.

A decision is made once for each class and holds for all of it. A class must never be too wide:
two questions of one class have the same owner, zone and outcome wherever no border comes near.
One that is too narrow only costs time.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import chain
from math import inf
from typing import Protocol

from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.routing.chain import ESTATE, LEVELS, administrative_chain
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Area, Claim, Place

Roles = tuple[str, ...]
LEADING: Roles = ("lead",)
DECIDING: Roles = ("lead", "duty")
"""Roles that may make an organisation the owner: the second where nobody has the first."""
_ESTATE = 1 << LEVELS.index(ESTATE)


_Named = tuple[str, str | None]
"""A layer, and an area's code or all of them."""


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
        named = (name if name in self._named else None for name in _names(category))
        return category.kind, tuple(named)


class Places:
    """What the areas of a map are to decisions: an area for which nobody answers says nothing."""

    def __init__(self, edition: Edition, areas: Sequence[Area]) -> None:
        self._areas = areas
        levels = [area.layer.level for area in areas]
        self._levels = [0 if level is None else 1 << LEVELS.index(level) for level in levels]
        self._claims = [claim for claim in edition.claims if claim.role in DECIDING]
        self._named = defaultdict[_Named, list[int]](list)
        for position, area in enumerate(areas):
            self._named[area.layer.name, area.code].append(position)
            self._named[area.layer.name, None].append(position)
        self.of_estates = any(rule.estate_types for rule in edition.rules)
        """Whether any rule asks for the type of an estate."""
        self.speaking = self._answered(self._claims)
        """The areas for which somebody answers in any category."""

    def speaking_about(self, category: CategoryRecord, roles: Roles) -> frozenset[int]:
        """List the areas for which somebody answers in a category, in one of some roles."""
        named = {(None, None), *_names(category)}
        return self._answered(
            claim
            for claim in self._claims
            if claim.role in roles and (claim.scheme, claim.category_code) in named
        )

    def level_of(self, position: int) -> int:
        """Give the bit of an area's administrative level, a higher one the smaller; 0 for none."""
        return self._levels[position]

    def estate_type(self, position: int) -> str | None:
        """Give the type of an area that is an estate, if any rule asks for it."""
        if not self.of_estates or self._levels[position] != _ESTATE:
            return None
        return self._areas[position].estate_type

    def smallest_of(self, covering: Sequence[int]) -> int:
        """Give the last area of the administrative chain of a set that has one."""
        areas = {self._areas[position].id: position for position in covering}
        path = administrative_chain(Place(self._areas[p], inf, 1.0) for p in covering)
        return areas[path[-1].area.id]

    def _answered(self, claims: Iterable[Claim]) -> frozenset[int]:
        named = {(claim.layer, claim.area_code) for claim in claims}
        return frozenset(
            chain.from_iterable(self._named[name] for name in named & self._named.keys())
        )


def _names(category: CategoryRecord) -> Sequence[tuple[str | None, str | None]]:
    """Give the names by which a category may be meant: its own, and its major's."""
    return [(category.scheme, code) for code in (category.code, category.major_code)]
