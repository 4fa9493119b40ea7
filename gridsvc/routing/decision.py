"""Who owns an incident: the rule. Pure, total and independent of the order of its input.

The facts are found elsewhere (`finding`): which areas cover the point or come within the accuracy
radius, which organisation answers for each, which rule, border policy and components bear on it.
Here one of them is picked, by a documented total order, or a named outcome says why none could be.

A rule that names the lead goes first, then the owner of a component, then the candidates, then the
territorial fallback. The order among candidates (the first difference decides):

1. whoever a border policy overrules comes last;
2. an area that covers the point before one that is only near it;
3. the layers in the order of the rule; without one, a component (部件) goes to an owner before a
   territory, an event (事件) the other way;
4. the responsibility's priority, 0 first;
5. how exactly the category is named: the minor class before the major before all;
6. a responsibility for the area itself before one for every area of its layer;
7. the larger share of the accuracy disc;
8. the smaller area;
9. layer, area and organisation by code.
"""

from collections.abc import Iterable, Iterator

from gridsvc.routing.doubt import asked_candidates, contradicting, possible_leads, same_lead, share
from gridsvc.routing.facts import (
    Candidate,
    Decision,
    Facts,
    Loser,
    Organisation,
    Outcome,
    Ruling,
)
from gridsvc.routing.helping import helpers
from gridsvc.routing.order import asks, order, reason


def decide(facts: Facts) -> Decision:
    """Pick one owner, or name the outcome in which there is none."""
    if not (facts.located or facts.things):
        return _nobody(facts, Outcome.UNLOCATED, path=("unlocated",))
    if not (facts.chain or facts.candidates or facts.things):
        return _nobody(facts, Outcome.OUTSIDE, path=("outside",))
    return _ruled(facts) or _by_thing(facts) or _among(facts) or _fallback(facts)


def _ruled(facts: Facts) -> Decision | None:
    """Follow a rule that names the lead; stop at one that cannot be followed."""
    ruling = facts.ruling
    if ruling is None:
        return None
    if ruling.failure is not None:
        return _nobody(facts, Outcome.RULE_FAILED, path=("rule_failed", f"rule={ruling.code}"))
    return None if ruling.lead is None else _by_rule(facts, ruling, ruling.lead)


def _by_rule(facts: Facts, ruling: Ruling, lead: Organisation) -> Decision:
    """Follow a rule that names the lead, wherever the point lies."""
    return Decision(
        outcome=Outcome.ROUTED,
        lead=lead,
        losers=_all_lost(facts, "rule_names_lead"),
        other_things=tuple(facts.things),
        helpers=helpers(facts),
        chain=tuple(facts.chain),
        confidence=1.0,
        distance_to_boundary_m=_to_boundary(facts),
        rule_path=_path(facts, "lead_named"),
        ruling=ruling,
    )


def _by_thing(facts: Facts) -> Decision | None:
    """Give a component to its owner; the nearest of several, which may be another's.

    One that is named and stands far away keeps its owner, for a code is read off a plate; who
    leads where the report is may be right all the same.
    """
    if not facts.things:
        return None
    pick, *others = sorted(facts.things, key=lambda thing: (thing.distance_m or 0.0, thing.code))
    by_place = (_among(facts) or _fallback(facts)).possible if pick.far else ()
    owners = (*(thing.owner for thing in others), *(here.organisation for here in by_place))
    rivals = {owner.code: owner for owner in owners if owner.code != pick.owner.code}
    return Decision(
        outcome=Outcome.AMBIGUOUS if rivals else Outcome.ROUTED,
        lead=pick.owner,
        thing=pick,
        losers=_all_lost(facts, "component_owner"),
        other_things=tuple(others),
        helpers=helpers(facts),
        chain=tuple(facts.chain),
        confidence=1 / (1 + len(rivals)),
        distance_to_boundary_m=_to_boundary(facts),
        rule_path=_path(facts, f"component={pick.code}", "named" if pick.named else "near"),
        rivals=tuple(rivals.values()),
        ruling=facts.ruling,
        by_place=by_place,
    )


def _among(facts: Facts) -> Decision | None:
    """Pick one of the candidates whose layers are asked."""
    ranked = sorted(asked_candidates(facts), key=lambda candidate: order(candidate, facts))
    if not ranked:
        return None
    pick, rest = ranked[0], ranked[1:]
    possible, against = possible_leads(facts), contradicting(pick, rest)
    rivals = against or [c for c in rest if c.organisation.code in possible]
    unowned = None in possible
    return Decision(
        outcome=Outcome.AMBIGUOUS if against or len(possible) > 1 else Outcome.ROUTED,
        lead=pick.organisation,
        pick=pick,
        losers=(*_losers(pick, rest, facts), *_not_asked(facts)),
        helpers=helpers(facts),
        chain=tuple(facts.chain),
        confidence=share((c for c in ranked if same_lead(c, pick)), facts),
        distance_to_boundary_m=abs(pick.place.inside_m),
        rule_path=_candidate_path(facts, pick),
        rivals=_rivals(pick, rivals),
        contradicted=bool(against),
        unowned=unowned,
        duty=next(iter(_covering_duties(facts)), None) if unowned else None,
        ruling=facts.ruling,
        border=facts.border if pick.favoured else None,
    )


def _not_asked(facts: Facts) -> Iterator[Loser]:
    others = [candidate for candidate in facts.candidates if not asks(facts, candidate)]
    for candidate in sorted(others, key=lambda c: order(c, facts)):
        yield Loser(candidate, "layer_not_asked")


def _all_lost(facts: Facts, why: str) -> tuple[Loser, ...]:
    ranked = sorted(facts.candidates, key=lambda candidate: order(candidate, facts))
    return tuple(Loser(candidate, why) for candidate in ranked)


def _rivals(pick: Candidate, others: Iterable[Candidate]) -> tuple[Organisation, ...]:
    """List the organisations of some candidates, each once, without the lead."""
    found = {c.organisation.code: c.organisation for c in others if not same_lead(c, pick)}
    return tuple(found.values())


def _candidate_path(facts: Facts, pick: Candidate) -> tuple[str, ...]:
    border = (f"border={facts.border.code}",) if facts.border and pick.favoured else ()
    return _path(
        facts,
        *border,
        f"basis={pick.basis}",
        f"layer={pick.place.layer}",
        f"category={pick.claim.category_code or '*'}",
        f"priority={pick.claim.priority}",
        "covers" if pick.place.covers else "near",
    )


def _path(facts: Facts, *parts: str) -> tuple[str, ...]:
    rule = () if facts.ruling is None else (f"rule={facts.ruling.code}",)
    return (f"kind={facts.kind}", *rule, *parts)


def _losers(pick: Candidate, rest: Iterable[Candidate], facts: Facts) -> tuple[Loser, ...]:
    return tuple(Loser(loser, reason(pick, loser, facts)) for loser in rest)


def _fallback(facts: Facts) -> Decision:
    """Territorial fallback (属地兜底): the duty organisation of the smallest area that has one."""
    covering = _covering_duties(facts)
    if not facts.chain:
        return _nobody(facts, Outcome.OUTSIDE, path=("outside",))
    if not covering:
        return _nobody(facts, Outcome.FALLBACK, path=("fallback", "no_duty_organisation"))
    pick = covering[0]
    others = _other_duties(pick, facts)
    return Decision(
        outcome=Outcome.FALLBACK,
        lead=pick.organisation,
        pick=pick,
        losers=(*_losers(pick, others, facts), *_not_asked(facts)),
        helpers=helpers(facts),
        chain=tuple(facts.chain),
        confidence=pick.place.share,
        distance_to_boundary_m=abs(pick.place.inside_m),
        rule_path=("fallback", f"layer={pick.place.layer}", f"area={pick.place.code}"),
        rivals=_rivals(pick, others),
        ruling=facts.ruling,
    )


def _covering_duties(facts: Facts) -> list[Candidate]:
    """List the duty organisations of the covering areas, that of the smallest area first."""
    depth = {place.area.id: level for level, place in enumerate(facts.chain)}
    covering = [duty for duty in facts.duties if duty.place.covers]
    covering.sort(key=lambda duty: (-depth.get(duty.place.area.id, -1), *order(duty, facts)))
    return covering


def _other_duties(pick: Candidate, facts: Facts) -> list[Candidate]:
    """List who would take it on the other side of a border that the disc crosses."""
    others = [
        duty
        for duty in facts.duties
        if duty.place.layer == pick.place.layer and not same_lead(duty, pick)
    ]
    return sorted(others, key=lambda duty: order(duty, facts))


def _nobody(facts: Facts, outcome: Outcome, *, path: tuple[str, ...]) -> Decision:
    return Decision(
        outcome=outcome,
        losers=_all_lost(facts, "rule_failed")
        if outcome is Outcome.RULE_FAILED
        else tuple(_not_asked(facts)),
        chain=tuple(facts.chain),
        nearest=facts.nearest if outcome is Outcome.OUTSIDE else None,
        distance_to_boundary_m=_to_boundary(facts),
        rule_path=path,
        ruling=facts.ruling,
    )


def _to_boundary(facts: Facts) -> float | None:
    smallest = facts.chain[-1] if facts.chain else facts.nearest
    return abs(smallest.inside_m) if smallest else None
