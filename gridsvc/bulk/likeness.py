"""Which categories, and which sets of covering areas, no decision can tell apart. Pure.

A decision is made once for each class and holds for all of it. A class must never be too wide:
two questions of one class have the same owner, zone and outcome wherever no border comes near.
One that is too narrow only costs time.
"""

from collections.abc import Container, Hashable, Iterable, Sequence
from itertools import chain
from math import inf
from typing import Protocol

from gridsvc.bulk.points import NONE
from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.routing.chain import ESTATE, LEVELS, administrative_chain
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Area, Claim, Place

Roles = tuple[str, ...]
LEADING: Roles = ("lead",)
DECIDING: Roles = ("lead", "duty")
"""Roles that may make an organisation the owner: the second where nobody has the first."""
_ESTATE = LEVELS.index(ESTATE)


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
    """Classes of sets of covering areas: an area for which nobody answers says nothing."""

    def __init__(self, edition: Edition, areas: Sequence[Area]) -> None:
        self._areas = areas
        levels = [area.layer.level for area in areas]
        self._depths = [-1 if level is None else LEVELS.index(level) for level in levels]
        self._claims = [claim for claim in edition.claims if claim.role in DECIDING]
        self._of_estates = any(rule.estate_types for rule in edition.rules)
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

    def class_of(self, covering: Sequence[int], speaking: Container[int]) -> Hashable:
        """Give what distinguishes a set of areas, by their positions."""
        if self._is_tied(covering):
            # Two areas of one level: which of them is in the chain depends on all the others.
            return tuple(covering)
        located = any(self._depths[p] >= 0 for p in covering)
        estate = self._estate_type(covering) if self._of_estates else None
        return located, estate, tuple(p for p in covering if p in speaking)

    def estate_of(self, covering: Sequence[int]) -> Hashable:
        """Give what distinguishes a set of areas where all but the rule is settled."""
        if not self._of_estates:
            return None
        return tuple(covering) if self._is_tied(covering) else self._estate_type(covering)

    def smallest_of(self, covering: Sequence[int]) -> int:
        """Give the last area of the administrative chain, or -1 if there is none."""
        if not self._is_tied(covering):
            last = max(covering, key=self._depths.__getitem__, default=NONE)
            return last if last != NONE and self._depths[last] >= 0 else NONE
        areas = {self._areas[position].id: position for position in covering}
        path = administrative_chain(Place(self._areas[p], inf, 1.0) for p in covering)
        return areas[path[-1].area.id]

    def _is_tied(self, covering: Sequence[int]) -> bool:
        """Tell whether two areas are of one level."""
        depths = [depth for depth in map(self._depths.__getitem__, covering) if depth >= 0]
        return len(set(depths)) < len(depths)

    def _answered(self, claims: Iterable[Claim]) -> frozenset[int]:
        named = {(claim.layer, claim.area_code) for claim in claims}
        return frozenset(
            position
            for position, area in enumerate(self._areas)
            if (area.layer.name, area.code) in named or (area.layer.name, None) in named
        )

    def _estate_type(self, covering: Sequence[int]) -> str | None:
        estates = (self._areas[p] for p in covering if self._depths[p] == _ESTATE)
        return next((area.estate_type for area in estates), None)


def _names(category: CategoryRecord) -> Sequence[tuple[str | None, str | None]]:
    """Give the names by which a category may be meant: its own, and its major's."""
    return [(category.scheme, code) for code in (category.code, category.major_code)]
