"""The administrative areas that cover a point, as one path of the tree. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from gridsvc.routing.facts import Place

LEVELS = ("district", "street", "community", "grid", "sub_estate")
ESTATE = "sub_estate"
_UPWARD = tuple(level for level in reversed(LEVELS) if level != ESTATE)


def administrative_chain(places: Iterable[Place]) -> tuple[Place, ...]:
    """Keep one covering area of each level, the outermost first.

    On a border the grid with the lowest code is taken, then the areas that it belongs to, so that
    the chain is one path of the tree wherever the tree has one there; a tie is flagged.
    """
    by_level: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        if place.level is not None and place.covers:
            by_level[place.level].append(place)
    chosen: dict[str, Place] = {}
    parent: str | None = None
    for level in _UPWARD:
        if level in by_level:
            chosen[level] = _chosen(by_level[level], code=parent)
            parent = chosen[level].area.parent
    if ESTATE in by_level:
        community = chosen["community"].code if "community" in chosen else None
        chosen[ESTATE] = _estate(by_level[ESTATE], community=community)
    return tuple(chosen[level] for level in LEVELS if level in chosen)


def _chosen(covering: list[Place], *, code: str | None) -> Place:
    if len(covering) == 1:
        return covering[0]
    covering.sort(key=lambda place: place.code)
    return replace(next((p for p in covering if p.code == code), covering[0]), tied=True)


def _estate(covering: list[Place], *, community: str | None) -> Place:
    """Choose the sub-estate, which stands beside the grid: one of the chosen community, if any."""
    if len(covering) == 1:
        return covering[0]
    covering.sort(key=lambda place: place.code)
    inside = (place for place in covering if place.area.parent == community)
    return replace(next(inside, covering[0]), tied=True)
