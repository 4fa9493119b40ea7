"""What is in force at a time, compiled in memory: it finds the facts that a decision is made from.

A `MapView` never changes. Which one holds at a time, and when it must be made anew, is the
business of `atlas`.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from uuid import UUID

from shapely.geometry.base import BaseGeometry

from geodata.index import AreaIndex
from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.routing.facts import Basis, Candidate, Facts, Kind, Organisation, Place

LEVELS = ("district", "street", "community", "grid", "sub_estate")
_ESTATE = "sub_estate"
_UPWARD = tuple(level for level in reversed(LEVELS) if level != _ESTATE)
OUTLINE_LEVELS = 2
"""How many of the coarsest levels are searched for the area nearest to a point outside all."""


@dataclass(frozen=True, slots=True)
class LayerRecord:
    """A layer as routing reads it."""

    id: UUID
    name: str
    title: str
    title_en: str | None
    level: str | None
    basis: Basis
    overlap_allowed: bool


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """A release and when it holds."""

    id: UUID
    layer: LayerRecord
    number: int
    valid_from: datetime
    valid_to: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether the release is in force at a time."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True, slots=True)
class AreaRecord:
    """An area without its shape, which only the index needs."""

    id: UUID
    layer: LayerRecord
    code: str
    name: str
    parent: str | None
    area_m2: float


@dataclass(frozen=True, slots=True)
class ResponsibilityRecord:
    """Who answers for an area, or for every area of a layer, in which categories and when."""

    id: UUID
    organisation: Organisation
    layer: str
    area_code: str | None
    scheme: str | None
    category_code: str | None
    role: str
    priority: int
    valid_from: datetime
    valid_to: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether the responsibility is in force at a time."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    def specificity(self, category: CategoryRecord) -> int | None:
        """Tell how exactly it names a category: 0 minor, 1 major, 2 all, None not at all."""
        if self.category_code is None:
            return 2
        if self.scheme != category.scheme:
            return None
        return {category.code: 0, category.major_code: 1}.get(self.category_code)


Responsibilities = Mapping[tuple[str, str | None], tuple[ResponsibilityRecord, ...]]
"""By layer and area code; None as code holds for every area of the layer."""


def responsibilities_of(records: Iterable[ResponsibilityRecord]) -> Responsibilities:
    """Arrange responsibilities by what they are for."""
    found: dict[tuple[str, str | None], list[ResponsibilityRecord]] = defaultdict(list)
    for record in records:
        found[record.layer, record.area_code].append(record)
    return {key: tuple(listed) for key, listed in found.items()}


@dataclass(frozen=True, slots=True)
class Question:
    """What routing is asked: whose is this category here, at this time, with this accuracy."""

    category: CategoryRecord
    at: datetime
    lon: float | None
    lat: float | None
    accuracy_m: float


class MapView:
    """The releases in force together at some time, with an index over all their areas."""

    def __init__(
        self,
        releases: Sequence[ReleaseRecord],
        areas: Sequence[AreaRecord],
        shapes: Sequence[BaseGeometry],
    ) -> None:
        self.releases = tuple(releases)
        self.areas = tuple(areas)
        self.index = AreaIndex(shapes)
        outline = _outline(self.areas)
        self._outline = tuple(self.areas[position] for position in outline)
        self._outline_index = AreaIndex([shapes[position] for position in outline])

    def facts(self, question: Question, responsibilities: Responsibilities) -> Facts:
        """Find everything that bears on a question."""
        if question.lon is None or question.lat is None:
            return _facts(question, located=False)
        places = self._places(question.lon, question.lat, question.accuracy_m)
        return self._facts_at(places, question, responsibilities)

    def facts_deep_inside(
        self, positions: Iterable[int], question: Question, responsibilities: Responsibilities
    ) -> Facts:
        """Find what bears on a point that these areas cover and no border comes near.

        All such points have it in common, but for their metres to the borders, said to be
        infinite here, and for the nearest area of a point outside all.
        """
        places = [
            (_place(self.areas[position], inside_m=math.inf, share=1.0), self.areas[position])
            for position in positions
        ]
        return self._facts_at(places, question, responsibilities)

    def _facts_at(
        self,
        places: Sequence[tuple[Place, AreaRecord]],
        question: Question,
        responsibilities: Responsibilities,
    ) -> Facts:
        administrative = _administrative_chain(places)
        found = [
            candidate
            for place, record in places
            for candidate in _claims(place, record, question, responsibilities)
        ]
        leads = tuple(c for role, c in found if role == "lead")
        return _facts(
            question,
            chain=administrative,
            candidates=leads,
            co_handlers=tuple(c for role, c in found if role == "co_handler"),
            duties=tuple(c for role, c in found if role == "duty"),
            nearest=None if administrative or leads else self._nearest_of(question),
        )

    def _nearest_of(self, question: Question) -> Place | None:
        if question.lon is None or question.lat is None:
            return None
        return self.nearest(question.lon, question.lat)

    def _places(self, lon: float, lat: float, radius: float) -> list[tuple[Place, AreaRecord]]:
        return [
            (
                _place(self.areas[near.position], inside_m=near.distance_m, share=near.share),
                self.areas[near.position],
            )
            for near in self.index.near(lon, lat, radius)
        ]

    def nearest(self, lon: float, lat: float) -> Place | None:
        """Find the administrative area nearest to a point outside all."""
        found = self._outline_index.nearest(lon, lat)
        if found is None:
            return None
        position, metres = found
        return _place(self._outline[position], inside_m=-metres, share=0.0)


def _outline(areas: Sequence[AreaRecord]) -> list[int]:
    present = [level for level in LEVELS if any(area.layer.level == level for area in areas)]
    wanted = set(present[:OUTLINE_LEVELS])
    return [position for position, area in enumerate(areas) if area.layer.level in wanted]


def _place(area: AreaRecord, *, inside_m: float, share: float) -> Place:
    return Place(
        area_id=area.id,
        layer=area.layer.name,
        layer_title=area.layer.title,
        layer_title_en=area.layer.title_en,
        level=area.layer.level,
        code=area.code,
        name=area.name,
        area_m2=area.area_m2,
        inside_m=inside_m,
        share=share,
    )


def _administrative_chain(places: Iterable[tuple[Place, AreaRecord]]) -> tuple[Place, ...]:
    """Keep one covering area of each level, the outermost first.

    On a border the grid with the lowest code is taken, then the areas that it belongs to, so that
    the chain is one path of the tree wherever the tree has one there; a tie is flagged.
    """
    by_level: dict[str, list[tuple[Place, AreaRecord]]] = defaultdict(list)
    for place, area in sorted(places, key=lambda pair: pair[0].code):
        if place.level is not None and place.covers:
            by_level[place.level].append((place, area))
    chosen: dict[str, Place] = {}
    parent: str | None = None
    for level in _UPWARD:
        covering = by_level.get(level)
        if covering:
            place, area = next((p for p in covering if p[0].code == parent), covering[0])
            chosen[level] = replace(place, tied=len(covering) > 1)
            parent = area.parent
    _add_estate(chosen, by_level.get(_ESTATE, []))
    return tuple(chosen[level] for level in LEVELS if level in chosen)


def _add_estate(chosen: dict[str, Place], covering: list[tuple[Place, AreaRecord]]) -> None:
    """Add the sub-estate, which stands beside the grid: one of the chosen community, if any is."""
    if not covering:
        return
    community = chosen["community"].code if "community" in chosen else None
    place, _ = next((p for p in covering if p[1].parent == community), covering[0])
    chosen[_ESTATE] = replace(place, tied=len(covering) > 1)


def _claims(
    place: Place, area: AreaRecord, question: Question, responsibilities: Responsibilities
) -> Iterable[tuple[str, Candidate]]:
    """List who answers for a place in the category, with their roles."""
    own = responsibilities.get((place.layer, place.code), ())
    whole_layer = responsibilities.get((place.layer, None), ())
    for record in chain(own, whole_layer):
        specificity = record.specificity(question.category)
        if specificity is not None and record.holds(question.at):
            yield record.role, _candidate(place, area, record, specificity)


def _candidate(
    place: Place, area: AreaRecord, record: ResponsibilityRecord, specificity: int
) -> Candidate:
    return Candidate(
        organisation=record.organisation,
        place=place,
        basis=area.layer.basis,
        overlap_allowed=area.layer.overlap_allowed,
        responsibility_id=record.id,
        priority=record.priority,
        category=record.category_code,
        specificity=specificity,
        whole_layer=record.area_code is None,
    )


def _facts(
    question: Question,
    *,
    located: bool = True,
    chain: tuple[Place, ...] = (),
    candidates: tuple[Candidate, ...] = (),
    co_handlers: tuple[Candidate, ...] = (),
    duties: tuple[Candidate, ...] = (),
    nearest: Place | None = None,
) -> Facts:
    return Facts(
        kind=Kind(question.category.kind),
        located=located,
        chain=chain,
        candidates=candidates,
        co_handlers=co_handlers,
        duties=duties,
        nearest=nearest,
    )
