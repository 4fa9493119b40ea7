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
        if self.holding is None and not self.possible:
            return None
        key = _key(place)
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
        self.policies = tuple(policies)
        self._shaped = [policy for policy in self.policies if policy.shape is not None]
        self._shapes = AreaIndex([policy.shape for policy in self._shaped if policy.shape])
        along = [policy for policy in self.policies if policy.shape is None]
        self._favouring: dict[AreaKey, list[BorderPolicy]] = defaultdict(list)
        for policy in along:
            self._favouring[policy.layer, policy.areas[0]].append(policy)
        self._named = {(policy.layer, code) for policy in along for code in policy.areas}
        self._layers = {policy.layer for policy in along}
        self._reach_m = max((policy.within_m for policy in along), default=0.0)

    def at(
        self, question: Question, places: Sequence[Place], *, view: MapView, claims: ClaimsAbout
    ) -> Declared:
        """Find which policy holds at a question's place, among whose areas somebody leads."""
        lon, lat = question.lon, question.lat
        if not self.policies or lon is None or lat is None:
            return NOTHING_DECLARED
        known = _Known(view, lon, lat, places)
        holdings = [
            holding
            for holding in _in_order(list(self._holdings(question, known)), question)
            if (place := known.find(holding.key)) is not None and claims.leads(place)
        ]
        return _declared(holdings, known, accuracy_m=question.accuracy_m)

    def _holdings(self, question: Question, known: "_Known") -> Iterator[Holding]:
        if self._shaped:
            for near in self._shapes.near(known.lon, known.lat, question.accuracy_m):
                policy = self._shaped[near.position]
                yield Holding(policy, policy.areas[0], near.distance_m)
        if not self._bears_on(known.places):
            return
        around = known.around(self._reach_m + question.accuracy_m)
        for key in around.keys() & self._favouring.keys():
            for policy in self._favouring[key]:
                layer = [place for place in around.values() if place.layer == policy.layer]
                yield from _along(policy, layer, question=question)

    def _bears_on(self, places: Iterable[Place]) -> bool:
        """Tell whether a border policy can hold at a point of these areas.

        It holds in the areas that it names, and where no area of its layer is.
        """
        layers = self._layers
        spoken_of = [place for place in places if place.area.layer.name in layers]
        if any(_key(place) in self._named for place in spoken_of):
            return True
        return len({place.layer for place in spoken_of if place.covers}) < len(layers)


def _along(
    policy: BorderPolicy, layer: Iterable[Place], *, question: Question
) -> Iterator[Holding]:
    """Apply a policy without a shape, if another of its areas is at hand."""
    accuracy_m = question.accuracy_m
    beside = max(policy.within_m, accuracy_m)
    areas = {place.code: place for place in layer}
    first = areas[policy.areas[0]]
    named = [areas[code] for code in policy.areas if code in areas]
    at_hand = [p for p in named if p is not first and p.inside_m >= -beside]
    if not at_hand:
        return
    if policy.kind is BorderKind.PARITY:
        favoured = _by_number(policy, question.address)
        if favoured is not None and first.inside_m >= -beside:
            yield Holding(policy, favoured, inf)
    elif not first.covers or any(place.inside_m >= -accuracy_m for place in at_hand):
        yield Holding(policy, first.code, _depth(policy, first, named, areas.values()))


def _depth(
    policy: BorderPolicy, first: Place, named: Sequence[Place], layer: Iterable[Place]
) -> float:
    """Measure how deep a point lies in what is the first area's: itself and its strip beyond."""
    depth = policy.within_m + first.inside_m
    if any(place.inside_m > 0 and place.code not in policy.areas for place in layer):
        # A third area's ground stays its own: as far as the nearest area that is named.
        return min(depth, max(place.inside_m for place in named))
    return depth


def _by_number(policy: BorderPolicy, address: str | None) -> str | None:
    """Tell whose a house number is: the even ones are the first area's, the odd the second's."""
    number = house_number(address) if address else None
    if number is None or not address or not policy.road or len(policy.areas) < 2:
        return None
    if normalised(policy.road) not in normalised(address):
        return None
    return policy.areas[0 if number.parity is Parity.EVEN else 1]


def _in_order(holdings: Sequence[Holding], question: Question) -> list[Holding]:
    """Keep the policies that are in force, speak of the category and are in reach, in order."""
    reached = [holding for holding in holdings if holding.depth_m >= -question.accuracy_m]
    if not reached:
        return []
    found = {holding.policy.id: holding for holding in reached}
    policies = [holding.policy for holding in reached]
    ordered = policies_about(policies, question.category, at=question.at)
    return [found[policy.id] for policy in ordered]


def _declared(holdings: Sequence[Holding], known: "_Known", *, accuracy_m: float) -> Declared:
    if not holdings:
        return NOTHING_DECLARED
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
        valid_from=policy.began,
        holds=_held(holding, known.places) if holding.depth_m >= accuracy_m else None,
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


@dataclass(frozen=True, slots=True)
class _Known:
    """The areas at and near a point, and any other as it is asked for."""

    view: MapView
    lon: float
    lat: float
    places: Sequence[Place]

    def around(self, radius: float) -> Mapping[AreaKey, Place]:
        """List the areas within a radius; those found before keep their share of the disc."""
        wider = {_key(place): place for place in self.view.places(self.lon, self.lat, radius)}
        return wider | {_key(place): place for place in self.places}

    def find(self, key: AreaKey) -> Place | None:
        """Find an area, wherever it lies."""
        near = (place for place in self.places if _key(place) == key)
        return next(near, None) or self.view.place(*key, lon=self.lon, lat=self.lat)

    def others(self, keys: Iterable[AreaKey]) -> tuple[Place, ...]:
        """List those of some areas that are not at or near the point."""
        near = {_key(place) for place in self.places}
        far = dict.fromkeys(key for key in keys if key not in near)
        return tuple(place for key in far if (place := self.find(key)) is not None)


def _key(place: Place) -> AreaKey:
    return (place.layer, place.code)
