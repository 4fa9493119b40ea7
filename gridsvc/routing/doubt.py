"""What the accuracy leaves open: who would lead from some place in the disc. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from gridsvc.routing.facts import Candidate, Facts, Favour, Place
from gridsvc.routing.order import asks, preference

WHOLE = 1 - 1e-9
"""Shares are sums of floating-point numbers; from here on the area holds the whole disc."""
ON_BORDER = 1e-6
"""Metres; distances are floating-point numbers too, and a point so near a border is on it."""


def possible_leads(facts: Facts) -> set[str | None]:
    """Name every organisation that would lead from some place in the accuracy disc.

    In order of preference each candidate could win on its part of the disc, until they hold all
    of it together; of those of one area only the best ever could. None is among them where a part
    of the disc may be nobody's.
    """
    settled = facts.border is not None and facts.border.holds is not None
    asked = [c for c in asked_candidates(facts) if not (settled and c.overruled)]
    asked.sort(key=lambda c: preference(c, facts))
    best = best_of_each_area(asked)
    leads: set[str | None] = {c.organisation.code for c in best if c.favour is Favour.POSSIBLE}
    better: list[Candidate] = []
    for candidate in best:
        leads.add(candidate.organisation.code)
        better.append(candidate)
        if share(better, facts) >= WHOLE:
            return leads
    return leads | {None}


def best_of_each_area(ranked: Iterable[Candidate]) -> list[Candidate]:
    """List the first of some candidates in each of their areas."""
    best: dict[Place, Candidate] = {}
    for candidate in ranked:
        best.setdefault(candidate.place, candidate)
    return list(best.values())


def share(candidates: Iterable[Candidate], facts: Facts) -> float:
    """Give the share of the disc that lies in some candidates' areas, at the least.

    The areas of one layer lie side by side and add up, each counted once whoever answers for it;
    those of several layers, or of a layer that allows overlap, may lie on each other, so that only
    the fullest is certain.
    """
    layers: dict[tuple[str, bool], dict[UUID, float]] = defaultdict(dict)
    for candidate in candidates:
        area = candidate.place.area
        layers[area.layer.name, area.layer.overlap_allowed][area.id] = _held(candidate, facts)
    sums = (
        max(areas.values()) if overlapping else sum(areas.values())
        for (_, overlapping), areas in layers.items()
    )
    return min(1.0, max(sums, default=0.0))


def _held(candidate: Candidate, facts: Facts) -> float:
    """Give the share of the disc that is a candidate's, with what a border policy gives it."""
    if candidate.favoured and facts.border is not None and facts.border.holds is not None:
        return facts.border.holds
    return candidate.place.share


def same_lead(candidate: Candidate, other: Candidate) -> bool:
    """Tell whether two candidates are of one organisation."""
    return candidate.organisation.code == other.organisation.code


def contradicting(pick: Candidate, rest: Iterable[Candidate]) -> list[Candidate]:
    """List the other leads that claim the same ground in a layer that allows no overlap.

    On a common border both cover the point and nobody contradicts: that is a matter of position.
    """
    claim = _contested(pick)
    return [
        other
        for other in rest
        if _contested(other) == claim
        and not same_lead(other, pick)
        and not other.overruled
        and min(other.place.inside_m, pick.place.inside_m) > ON_BORDER
        and not pick.place.area.layer.overlap_allowed
    ]


def _contested(candidate: Candidate) -> tuple[object, ...]:
    claim = candidate.claim
    return (candidate.place.layer, claim.priority, candidate.specificity, candidate.whole_layer)


def asked_candidates(facts: Facts) -> list[Candidate]:
    """List the candidates whose layers the rule asks for the lead."""
    return [candidate for candidate in facts.candidates if asks(facts, candidate)]
