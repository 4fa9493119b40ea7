"""Who owns an incident: the rule. Pure, total and independent of the order of its input.

The facts are found elsewhere (`snapshot`): which areas cover the point or come within the accuracy
radius, and which organisation answers for each. Here one of them is picked, by a documented total
order, or a named outcome says why none could be.

The order among candidates (the first difference decides):

1. an area that covers the point before one that is only near it;
2. basis: a component (部件) goes to an owner before a territory, an event (事件) the other way;
3. the responsibility's priority, 0 first;
4. how exactly the category is named: the minor class before the major before all;
5. the larger share of the accuracy disc;
6. the smaller area;
7. layer, area and organisation by code.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

WHOLE = 1 - 1e-9
"""Shares are sums of floating-point numbers; from here on the area holds the whole disc."""


class Outcome(StrEnum):
    """How a decision ended."""

    ROUTED = "routed"
    AMBIGUOUS = "ambiguous"
    FALLBACK = "fallback"
    OUTSIDE = "outside"
    UNLOCATED = "unlocated"


class Kind(StrEnum):
    """A component is a thing with an owner; an event is something that happens on a ground."""

    COMPONENT = "component"
    EVENT = "event"


class Basis(StrEnum):
    """What a layer's areas mean: whose the things in them are, or who keeps the ground."""

    OWNER = "owner"
    TERRITORY = "territory"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body as routing names it."""

    id: UUID
    code: str
    name: str
    name_en: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """An area at or near the point.

    `inside_m` is the distance to the area's border in metres, negative outside; `share` is the
    part (0 to 1) of the accuracy disc that lies in the area, and a half for a point without
    accuracy that lies on the border.
    """

    area_id: UUID
    layer: str
    layer_title: str
    layer_title_en: str | None
    level: str | None
    code: str
    name: str
    area_m2: float
    inside_m: float
    share: float
    tied: bool = False

    @property
    def covers(self) -> bool:
        """Whether the point lies in the area or on its border."""
        return self.inside_m >= 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation that leads on an area at or near the point, in this category."""

    organisation: Organisation
    place: Place
    basis: Basis
    overlap_allowed: bool
    responsibility_id: UUID
    priority: int
    category: str | None
    specificity: int
    """0 where the responsibility names the minor class, 1 the major, 2 all."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a decision is made from."""

    kind: Kind
    located: bool
    chain: Sequence[Place]
    """The covering administrative areas, district first."""
    candidates: Sequence[Candidate]
    co_handlers: Sequence[Candidate]
    duties: Sequence[Candidate]
    nearest: Place | None
    """Outside everything: the nearest administrative area."""


@dataclass(frozen=True, slots=True)
class Loser:
    """A candidate that was not picked, and the first point of the order in which it lost."""

    candidate: Candidate
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer. `pick` is None where nobody could be named."""

    outcome: Outcome
    pick: Candidate | None
    losers: tuple[Loser, ...]
    co_handlers: tuple[Candidate, ...]
    chain: tuple[Place, ...]
    nearest: Place | None
    confidence: float
    distance_to_boundary_m: float | None
    rule_path: tuple[str, ...]


def decide(facts: Facts) -> Decision:
    """Pick one owner, or name the outcome in which there is none."""
    if not facts.located:
        return _nobody(facts, Outcome.UNLOCATED, path=("unlocated",))
    if facts.candidates:
        return _among_candidates(facts)
    if facts.chain:
        return _fallback(facts)
    return _nobody(facts, Outcome.OUTSIDE, path=("outside",))


def order(candidate: Candidate, kind: Kind) -> tuple[object, ...]:
    """Give the sort key of the documented total order."""
    return (not candidate.place.covers, *_preference(candidate, kind))


REASONS = (
    "not_covering",
    "basis",
    "priority",
    "less_specific",
    "smaller_share",
    "larger_area",
    "layer_code",
    "area_code",
    "organisation_code",
    "responsibility_id",
)
"""Why a candidate lost: one for each place of the sort key."""


def _preference(candidate: Candidate, kind: Kind) -> tuple[object, ...]:
    first = Basis.OWNER if kind is Kind.COMPONENT else Basis.TERRITORY
    place = candidate.place
    return (
        candidate.basis is not first,
        candidate.priority,
        candidate.specificity,
        -place.share,
        place.area_m2,
        place.layer,
        place.code,
        candidate.organisation.code,
        candidate.responsibility_id,
    )


def _among_candidates(facts: Facts) -> Decision:
    ranked = sorted(facts.candidates, key=lambda candidate: order(candidate, facts.kind))
    pick, rest = ranked[0], ranked[1:]
    ambiguous = len(possible_leads(facts)) > 1 or _contradicted(pick, rest)
    return Decision(
        outcome=Outcome.AMBIGUOUS if ambiguous else Outcome.ROUTED,
        pick=pick,
        losers=tuple(Loser(loser, _reason(pick, loser, facts.kind)) for loser in rest),
        co_handlers=_helpers(facts, pick),
        chain=tuple(facts.chain),
        nearest=None,
        confidence=_confidence(pick, facts.candidates),
        distance_to_boundary_m=abs(pick.place.inside_m),
        rule_path=(
            f"kind={facts.kind}",
            f"basis={pick.basis}",
            f"layer={pick.place.layer}",
            f"category={pick.category or '*'}",
            f"priority={pick.priority}",
            "covers" if pick.place.covers else "near",
        ),
    )


def possible_leads(facts: Facts) -> set[str | None]:
    """Name every organisation that would lead from some place in the accuracy disc.

    In order of preference each candidate could win on its part of the disc, until one holds all
    of it. None is among them where a part of the disc may be nobody's.
    """
    leads: set[str | None] = set()
    shares = 0.0
    for candidate in sorted(facts.candidates, key=lambda c: _preference(c, facts.kind)):
        leads.add(candidate.organisation.code)
        if candidate.place.share >= WHOLE:
            return leads
        shares += candidate.place.share
    return leads if shares >= WHOLE else leads | {None}


def _contradicted(pick: Candidate, rest: Iterable[Candidate]) -> bool:
    """Whether another lead claims the same ground in a layer that allows no overlap."""
    return any(
        other.place.layer == pick.place.layer
        and other.organisation.code != pick.organisation.code
        and (other.priority, other.specificity) == (pick.priority, pick.specificity)
        and other.place.covers
        and not pick.overlap_allowed
        for other in rest
    )


def _reason(pick: Candidate, loser: Candidate, kind: Kind) -> str:
    keys = zip(REASONS, order(pick, kind), order(loser, kind), strict=True)
    return next((reason for reason, ours, theirs in keys if ours != theirs), REASONS[-1])


def _confidence(pick: Candidate, candidates: Iterable[Candidate]) -> float:
    """Give the share of the disc that lies in areas of the picked organisation."""
    code = pick.organisation.code
    shares = {c.place.area_id: c.place.share for c in candidates if c.organisation.code == code}
    return min(1.0, sum(shares.values()))


def _helpers(facts: Facts, pick: Candidate) -> tuple[Candidate, ...]:
    """List who helps, each organisation once, without the lead."""
    found: dict[str, Candidate] = {}
    for helper in sorted(facts.co_handlers, key=lambda c: order(c, facts.kind)):
        if helper.place.covers and helper.organisation.code != pick.organisation.code:
            found.setdefault(helper.organisation.code, helper)
    return tuple(found.values())


def _fallback(facts: Facts) -> Decision:
    """Territorial fallback (属地兜底): the duty organisation of the smallest area that has one."""
    depth = {place.area_id: level for level, place in enumerate(facts.chain)}
    duties = [duty for duty in facts.duties if duty.place.covers]
    duties.sort(key=lambda duty: (-depth.get(duty.place.area_id, -1), *order(duty, facts.kind)))
    if not duties:
        return _nobody(facts, Outcome.FALLBACK, path=("fallback", "no_duty_organisation"))
    pick = duties[0]
    return Decision(
        outcome=Outcome.FALLBACK,
        pick=pick,
        losers=(),
        co_handlers=_helpers(facts, pick),
        chain=tuple(facts.chain),
        nearest=None,
        confidence=pick.place.share,
        distance_to_boundary_m=abs(pick.place.inside_m),
        rule_path=("fallback", f"layer={pick.place.layer}", f"area={pick.place.code}"),
    )


def _nobody(facts: Facts, outcome: Outcome, *, path: tuple[str, ...]) -> Decision:
    smallest = facts.chain[-1] if facts.chain else facts.nearest
    return Decision(
        outcome=outcome,
        pick=None,
        losers=(),
        co_handlers=(),
        chain=tuple(facts.chain),
        nearest=facts.nearest if outcome is Outcome.OUTSIDE else None,
        confidence=0.0,
        distance_to_boundary_m=abs(smallest.inside_m) if smallest else None,
        rule_path=path,
    )
