"""Who owns an incident: the rule. Pure, total and independent of the order of its input.

The facts are found elsewhere (`snapshot`): which areas cover the point or come within the accuracy
radius, and which organisation answers for each. Here one of them is picked, by a documented total
order, or a named outcome says why none could be.

The order among candidates (the first difference decides):

1. an area that covers the point before one that is only near it;
2. basis: a component (部件) goes to an owner before a territory, an event (事件) the other way;
3. the responsibility's priority, 0 first;
4. how exactly the category is named: the minor class before the major before all;
5. a responsibility for the area itself before one for every area of its layer;
6. the larger share of the accuracy disc;
7. the smaller area;
8. layer, area and organisation by code.
"""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from gridsvc.routing.facts import (
    Candidate,
    Decision,
    Facts,
    Loser,
    Organisation,
    Outcome,
)
from gridsvc.routing.order import order, preference, reason

WHOLE = 1 - 1e-9
"""Shares are sums of floating-point numbers; from here on the area holds the whole disc."""


def decide(facts: Facts) -> Decision:
    """Pick one owner, or name the outcome in which there is none."""
    if not facts.located:
        return _nobody(facts, Outcome.UNLOCATED, path=("unlocated",))
    if facts.candidates:
        return _among_candidates(facts)
    if facts.chain:
        return _fallback(facts)
    return _nobody(facts, Outcome.OUTSIDE, path=("outside",))


def _among_candidates(facts: Facts) -> Decision:
    ranked = sorted(facts.candidates, key=lambda candidate: order(candidate, facts.kind))
    pick, rest = ranked[0], ranked[1:]
    possible, against = possible_leads(facts), _contradicting(pick, rest)
    return Decision(
        outcome=Outcome.AMBIGUOUS if against or len(possible) > 1 else Outcome.ROUTED,
        pick=pick,
        losers=_losers(pick, rest, facts),
        co_handlers=_helpers(facts, pick),
        chain=tuple(facts.chain),
        nearest=None,
        confidence=_share(c for c in ranked if _same_lead(c, pick)),
        distance_to_boundary_m=abs(pick.place.inside_m),
        rule_path=_path(pick, facts),
        rivals=_rivals(pick, against or [c for c in rest if c.organisation.code in possible]),
        contradicted=bool(against),
    )


def _rivals(pick: Candidate, others: Iterable[Candidate]) -> tuple[Organisation, ...]:
    """List the organisations of some candidates, each once, without the lead."""
    found = {c.organisation.code: c.organisation for c in others if not _same_lead(c, pick)}
    return tuple(found.values())


def _path(pick: Candidate, facts: Facts) -> tuple[str, ...]:
    return (
        f"kind={facts.kind}",
        f"basis={pick.basis}",
        f"layer={pick.place.layer}",
        f"category={pick.category or '*'}",
        f"priority={pick.priority}",
        "covers" if pick.place.covers else "near",
    )


def _losers(pick: Candidate, rest: Iterable[Candidate], facts: Facts) -> tuple[Loser, ...]:
    return tuple(Loser(loser, reason(pick, loser, facts.kind)) for loser in rest)


def possible_leads(facts: Facts) -> set[str | None]:
    """Name every organisation that would lead from some place in the accuracy disc.

    In order of preference each candidate could win on its part of the disc, until they hold all
    of it together. None is among them where a part of the disc may be nobody's.
    """
    leads: set[str | None] = set()
    better: list[Candidate] = []
    for candidate in sorted(facts.candidates, key=lambda c: preference(c, facts.kind)):
        leads.add(candidate.organisation.code)
        better.append(candidate)
        if _share(better) >= WHOLE:
            return leads
    return leads | {None}


def _share(candidates: Iterable[Candidate]) -> float:
    """Give the share of the disc that lies in some candidates' areas, at the least.

    The areas of one layer lie side by side and add up, each counted once whoever answers for it;
    those of several layers may lie on each other, so that only the fullest layer is certain.
    """
    layers: dict[str, dict[UUID, float]] = defaultdict(dict)
    for candidate in candidates:
        layers[candidate.place.layer][candidate.place.area_id] = candidate.place.share
    return min(1.0, max(sum(areas.values()) for areas in layers.values()))


def _same_lead(candidate: Candidate, other: Candidate) -> bool:
    return candidate.organisation.code == other.organisation.code


def _contradicting(pick: Candidate, rest: Iterable[Candidate]) -> list[Candidate]:
    """List the other leads that claim the same ground in a layer that allows no overlap.

    On a common border both cover the point and nobody contradicts: that is a matter of position.
    """
    claim = (pick.place.layer, pick.priority, pick.specificity, pick.whole_layer)
    return [
        other
        for other in rest
        if (other.place.layer, other.priority, other.specificity, other.whole_layer) == claim
        and not _same_lead(other, pick)
        and min(other.place.inside_m, pick.place.inside_m) > 0
        and not pick.overlap_allowed
    ]


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
    covering = [duty for duty in facts.duties if duty.place.covers]
    covering.sort(key=lambda duty: (-depth.get(duty.place.area_id, -1), *order(duty, facts.kind)))
    if not covering:
        return _nobody(facts, Outcome.FALLBACK, path=("fallback", "no_duty_organisation"))
    pick = covering[0]
    others = _other_duties(pick, facts)
    return Decision(
        outcome=Outcome.FALLBACK,
        pick=pick,
        losers=_losers(pick, others, facts),
        co_handlers=_helpers(facts, pick),
        chain=tuple(facts.chain),
        nearest=None,
        confidence=pick.place.share,
        distance_to_boundary_m=abs(pick.place.inside_m),
        rule_path=("fallback", f"layer={pick.place.layer}", f"area={pick.place.code}"),
        rivals=_rivals(pick, others),
    )


def _other_duties(pick: Candidate, facts: Facts) -> list[Candidate]:
    """List who would take it on the other side of a border that the disc crosses."""
    others = [
        duty
        for duty in facts.duties
        if duty.place.layer == pick.place.layer and not _same_lead(duty, pick)
    ]
    return sorted(others, key=lambda duty: order(duty, facts.kind))


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
