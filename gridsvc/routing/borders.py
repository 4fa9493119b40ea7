"""Which declared border holds at a point, and whom it favours. Pure.

A policy holds on a ground: a shape, or what lies within some metres of the favoured area along
its border with another. How deep the point lies in that ground decides three things: the policy
holds there (0 or more), it holds wherever in the accuracy disc the point lies (the accuracy or
more), or it holds in some part of the disc only (less than 0, but within the accuracy).

A policy is silent where its favoured area has no lead in the category.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from geodata.index import AreaIndex
from gridsvc.addresses.parse import Parity, house_number, normalised
from gridsvc.routing.claims import ClaimsAbout
from gridsvc.routing.facts import Border, Favour, Place
from gridsvc.routing.question import Question
from gridsvc.routing.snapshot import MapView
from gridsvc.rules.border import BorderKind, BorderPolicy
from gridsvc.rules.matching import policies_about

AreaKey = tuple[str, str]
"""A layer's name and an area's code."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A policy at a point: whose its ground is, and how deep in it the point lies, in metres."""

    policy: BorderPolicy
    favoured: str
    depth_m: float

    @property
    def key(self) -> AreaKey:
        """The favoured area."""
        return (self.policy.layer, self.favoured)

    def overrules(self, place: Place) -> bool:
        """Whether the point is taken from an area: all others of a shape, else those named."""
        policy = self.policy
        if place.layer != policy.layer or place.code == self.favoured:
            return False
        return policy.shape is not None or place.code in policy.areas


@dataclass(frozen=True, slots=True)
class Declared:
    """What the policies make of a point."""

    border: Border | None
    holding: Holding | None
    possible: frozenset[AreaKey]
    brought: tuple[Place, ...] = ()
    """The areas that a policy brings in from beyond the accuracy radius."""

    def favour(self, place: Place) -> Favour | None:
        """Tell what becomes of the candidates of an area."""
        key = (place.layer, place.code)
        if self.holding is not None and key == self.holding.key:
            return Favour.FAVOURED
        if key in self.possible:
            return Favour.POSSIBLE
        if self.holding is not None and self.holding.overrules(place):
            return Favour.OVERRULED
        return None


NOTHING_DECLARED = Declared(None, None, frozenset())


class Borders:
    """All border policies of an edition, arranged by where they may hold. Never changes."""

    def __init__(self, policies: Iterable[BorderPolicy] = ()) -> None:
        self.policies = listed = tuple(policies)
        self._shaped = [policy for policy in listed if policy.shape is not None]
        self._shapes = AreaIndex([policy.shape for policy in self._shaped if policy.shape])
        self._of_area: dict[AreaKey, list[BorderPolicy]] = defaultdict(list)
        for policy in listed:
            if policy.shape is None:
                self._of_area[policy.layer, policy.areas[0]].append(policy)
        self._reach_m = max((p.within_m for p in listed if p.shape is None), default=0.0)
        self._some = bool(listed)

    def at(
        self, question: Question, places: Sequence[Place], *, view: MapView, claims: ClaimsAbout
    ) -> Declared:
        """Find which policy holds at a question's place, among whose areas somebody leads."""
        lon, lat = question.lon, question.lat
        if not self._some or lon is None or lat is None:
            return NOTHING_DECLARED
        known = _Known(view, lon, lat, {(place.layer, place.code): place for place in places})
        holdings = [
            holding
            for holding in _in_order(self._holdings(question, known), question)
            if (place := known.find(holding.key)) is not None and claims.leads(place)
        ]
        return _declared(holdings, known, accuracy_m=question.accuracy_m)

    def _holdings(self, question: Question, known: "_Known") -> Iterator[Holding]:
        accuracy_m = question.accuracy_m
        for near in self._shapes.near(known.lon, known.lat, accuracy_m):
            policy = self._shaped[near.position]
            yield Holding(policy, policy.areas[0], near.distance_m)
        around = known.around(self._reach_m + accuracy_m)
        for key, first in around.items():
            for policy in self._of_area.get(key, ()):
                others = [
                    around[policy.layer, c] for c in policy.areas if (policy.layer, c) in around
                ]
                others.remove(first)
                yield from _along(policy, first, others, question=question)


def _along(
    policy: BorderPolicy, first: Place, others: Sequence[Place], *, question: Question
) -> Iterator[Holding]:
    """Apply a policy without a shape, if another of its areas is at hand."""
    accuracy_m = question.accuracy_m
    beside = max(policy.within_m, accuracy_m)
    at_hand = [place for place in others if place.inside_m >= -beside]
    if not at_hand:
        return
    if policy.kind is BorderKind.PARITY:
        favoured = _by_number(policy, question.address)
        if favoured is not None and first.inside_m >= -beside:
            yield Holding(policy, favoured, inf)
    elif not first.covers or any(place.inside_m >= -accuracy_m for place in at_hand):
        yield Holding(policy, first.code, policy.within_m + first.inside_m)


def _by_number(policy: BorderPolicy, address: str | None) -> str | None:
    """Tell whose a house number is: the even ones are the first area's, the odd the second's."""
    number = house_number(address) if address else None
    if number is None or not address or not policy.road or len(policy.areas) < 2:
        return None
    if normalised(policy.road) not in normalised(address):
        return None
    return policy.areas[0 if number.parity is Parity.EVEN else 1]


def _in_order(holdings: Iterable[Holding], question: Question) -> list[Holding]:
    """Keep the policies that are in force, speak of the category and are in reach, in order."""
    found = {holding.policy.id: holding for holding in holdings}
    policies = [holding.policy for holding in found.values()]
    ordered = policies_about(policies, question.category, at=question.at)
    return [
        holding
        for policy in ordered
        if (holding := found[policy.id]).depth_m >= -question.accuracy_m
    ]


def _declared(holdings: Sequence[Holding], known: "_Known", *, accuracy_m: float) -> Declared:
    holding = next((holding for holding in holdings if holding.depth_m >= 0), None)
    possible = frozenset(holding.key for holding in holdings if holding.depth_m < 0)
    if holding is None:
        return Declared(None, None, possible, known.others(possible))
    policy = holding.policy
    joint = policy.areas[1:] if policy.kind is BorderKind.JOINT else ()
    brought = (holding.key, *possible, *((policy.layer, code) for code in joint))
    border = Border(
        code=policy.code,
        title=policy.title,
        title_en=policy.title_en,
        kind=policy.kind,
        valid_from=policy.valid_from,
        holds=_held(holding, known.found.values()) if holding.depth_m >= accuracy_m else None,
        joint=joint,
    )
    return Declared(border, holding, possible - {holding.key}, known.others(brought))


def _held(holding: Holding, places: Iterable[Place]) -> float:
    """Give the share of the disc that the favoured area gets where the policy holds in all of it.

    In a shape that is everything; along a border it is the favoured area and those overruled.
    """
    if holding.policy.shape is not None:
        return 1.0
    named = [p for p in places if (p.layer, p.code) == holding.key or holding.overrules(p)]
    return min(1.0, sum(place.share for place in named))


@dataclass(slots=True)
class _Known:
    """The areas at a point, found as they are needed."""

    view: MapView
    lon: float
    lat: float
    found: dict[AreaKey, Place]

    def around(self, radius: float) -> Mapping[AreaKey, Place]:
        """List the areas within a radius; those found before keep their share of the disc."""
        wider = {_key(place): place for place in self.view.places(self.lon, self.lat, radius)}
        return {key: self.found.get(key, place) for key, place in wider.items()}

    def find(self, key: AreaKey) -> Place | None:
        """Find an area, wherever it lies."""
        return self.found.get(key) or self.view.place(*key, lon=self.lon, lat=self.lat)

    def others(self, keys: Iterable[AreaKey]) -> tuple[Place, ...]:
        """List those of some areas that are not at or near the point."""
        far = dict.fromkeys(key for key in keys if key not in self.found)
        return tuple(place for key in far if (place := self.find(key)) is not None)


def _key(place: Place) -> AreaKey:
    return (place.layer, place.code)
