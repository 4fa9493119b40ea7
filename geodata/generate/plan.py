"""How large a city is to be, and who lies in whom. Counts only, no shapes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.generate.chance import apportion

Counts = NDArray[np.int64]


class Scale(StrEnum):
    """How much of a city to make."""

    STREET = "street"
    """Two streets of one district: small enough for every test."""
    DISTRICT = "district"
    """One inner district of ten streets."""
    CITY = "city"
    """A city of twenty-one million people."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The counts of one scale, its extent, and how its people settle."""

    districts: int
    streets: int
    party_areas: int
    communities: int
    grids: int
    sub_estates: int
    population: int
    radius_m: float
    """Of a circle of the same area."""
    core: float
    """Share of the people who live around the centre; the towns get a share beside it."""
    core_radius: float
    """Standard deviation of the centre, as a share of the radius."""
    towns: int


PLANS: Final[Mapping[Scale, Plan]] = MappingProxyType(
    {
        Scale.STREET: Plan(
            districts=1,
            streets=2,
            party_areas=6,
            communities=8,
            grids=30,
            sub_estates=40,
            population=36_000,
            radius_m=780.0,
            core=0.2,
            core_radius=0.4,
            towns=0,
        ),
        Scale.DISTRICT: Plan(
            districts=1,
            streets=10,
            party_areas=33,
            communities=185,
            grids=650,
            sub_estates=870,
            population=690_000,
            radius_m=3_500.0,
            core=0.4,
            core_radius=0.36,
            towns=0,
        ),
        Scale.CITY: Plan(
            districts=23,
            streets=261,
            party_areas=861,
            communities=4_351,
            grids=15_329,
            sub_estates=20_000,
            population=21_200_000,
            radius_m=67_500.0,
            core=0.52,
            core_radius=0.16,
            towns=14,
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Tree:
    """Who lies in whom: each array gives the row of the parent, in rising order."""

    street_district: Counts
    party_area_street: Counts
    community_party_area: Counts
    grid_community: Counts

    def levels(self) -> tuple[Counts, Counts, Counts, Counts]:
        """List them from the top down."""
        return (
            self.street_district,
            self.party_area_street,
            self.community_party_area,
            self.grid_community,
        )

    def community_street(self) -> Counts:
        """Find the street of each community."""
        return self.party_area_street[self.community_party_area]


def grow(plan: Plan, rng: np.random.Generator) -> Tree:
    """Share the children of each level out among its parents, unevenly, at least one for each.

    Parameters
    ----------
    plan : Plan
        The totals.
    rng : Generator
        Decides who has more.

    Returns
    -------
    Tree
        With exactly the plan's totals.
    """
    totals = (plan.districts, plan.streets, plan.party_areas, plan.communities, plan.grids)
    return Tree(
        *(
            np.repeat(np.arange(above), apportion(below, rng.gamma(8.0, size=above), least=1))
            for above, below in pairwise(totals)
        )
    )
