"""Finding everything that bears on a question: places, rule, border, who answers. Pure."""

from collections.abc import Iterable, Sequence
from math import inf

from shapely.geometry.base import BaseGeometry

from gridsvc.routing.borders import NOTHING_DECLARED, Declared
from gridsvc.routing.chain import ESTATE, administrative_chain
from gridsvc.routing.claims import ClaimsAbout
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Candidate, Facts, Kind, Place, Ruling, Thing
from gridsvc.routing.question import Question
from gridsvc.routing.ruling import ruling_of
from gridsvc.routing.snapshot import MapView


def facts_of(
    question: Question, *, edition: Edition, view: MapView, things: Sequence[Thing] = ()
) -> Facts:
    """Find the facts of a question by what was in force at its time."""
    if question.lon is None or question.lat is None:
        return Facts(kind=Kind(question.category.kind), located=False, things=things)
    places = view.places(question.lon, question.lat, question.accuracy_m)
    claims = edition.claims.about(question.category, at=question.at)
    declared = edition.borders.at(question, places, view=view, claims=claims)
    return _Finder(question, edition, view, claims).facts(places, declared, things=things)


def facts_within(
    ground: BaseGeometry, question: Question, *, edition: Edition, view: MapView
) -> Facts:
    """Find what bears on a matter somewhere in a ground around the question's point.

    Areas count by their share of the ground, as else by that of the accuracy disc. Border
    policies are left aside: a person chooses among what is found.
    """
    claims = edition.claims.about(question.category, at=question.at)
    places = view.parts_of(ground, lon=question.lon or 0.0, lat=question.lat or 0.0)
    return _Finder(question, edition, view, claims).facts(places, NOTHING_DECLARED)


def facts_deep_inside(
    positions: Iterable[int],
    question: Question,
    *,
    edition: Edition,
    view: MapView,
    things: Sequence[Thing] = (),
) -> Facts:
    """Find what bears on a point that these areas of a view cover and no border comes near.

    All such points have it in common, but for their metres to the borders, said to be infinite
    here, and for the nearest area of a point outside all. A point where a border policy may hold
    is to be asked about by itself.
    """
    places = [Place(view.areas[position], inf, 1.0) for position in positions]
    claims = edition.claims.about(question.category, at=question.at)
    return _Finder(question, edition, view, claims).facts(places, NOTHING_DECLARED, things=things)


class _Finder:
    """One question, and what it is answered from."""

    __slots__ = ("_claims", "_edition", "_question", "_view")

    def __init__(
        self, question: Question, edition: Edition, view: MapView, claims: ClaimsAbout
    ) -> None:
        self._question = question
        self._edition = edition
        self._view = view
        self._claims = claims

    def facts(
        self, places: Sequence[Place], declared: Declared, *, things: Sequence[Thing] = ()
    ) -> Facts:
        chain = administrative_chain(places)
        leads, co_handlers, duties = self._by_role(places, declared)
        return Facts(
            kind=Kind(self._question.category.kind),
            located=True,
            chain=chain,
            candidates=leads,
            co_handlers=co_handlers,
            duties=duties,
            nearest=None if chain else self._nearest(),
            ruling=self._ruling(chain),
            border=declared.border,
            things=things,
        )

    def _by_role(
        self, places: Sequence[Place], declared: Declared
    ) -> tuple[list[Candidate], list[Candidate], list[Candidate]]:
        by_role: dict[str, list[Candidate]] = {"lead": [], "co_handler": [], "duty": []}
        for place in places:
            for candidate in self._claims.of(place, favour=declared.favour(place)):
                by_role[candidate.claim.role].append(candidate)
        for place in declared.brought:
            by_role["lead"] += self._claims.leads(place, favour=declared.favour(place))
        return by_role["lead"], by_role["co_handler"], by_role["duty"]

    def _nearest(self) -> Place | None:
        question = self._question
        if question.lon is None or question.lat is None:
            return None
        return self._view.nearest(question.lon, question.lat)

    def _ruling(self, chain: Sequence[Place]) -> Ruling | None:
        """Find the rule that holds in the sub-estate of the point."""
        estate = next((place for place in chain if place.level == ESTATE), None)
        found = self._edition.rule(
            self._question.category,
            at=self._question.at,
            estate_type=estate.area.estate_type if estate else None,
        )
        if found is None:
            return None
        layers, organisations = self._view.layers, self._edition.organisations
        return ruling_of(found, layers=layers, organisations=organisations)
