"""The total order among candidates: who goes before whom, and why one lost. Pure."""

from gridsvc.routing.facts import Basis, Candidate, Kind

REASONS = (
    "not_covering",
    "basis",
    "priority",
    "less_specific",
    "whole_layer",
    "smaller_share",
    "larger_area",
    "layer_code",
    "area_code",
    "organisation_code",
    "responsibility_id",
)
"""Why a candidate lost: one for each place of the sort key."""


def order(candidate: Candidate, kind: Kind) -> tuple[object, ...]:
    """Give the sort key of the documented total order."""
    return (not candidate.place.covers, *preference(candidate, kind))


def preference(candidate: Candidate, kind: Kind) -> tuple[object, ...]:
    """Give the part of the key that does not ask whether the point is covered."""
    first = Basis.OWNER if kind is Kind.COMPONENT else Basis.TERRITORY
    place = candidate.place
    return (
        candidate.basis is not first,
        candidate.priority,
        candidate.specificity,
        candidate.whole_layer,
        -place.share,
        place.area_m2,
        place.layer,
        place.code,
        candidate.organisation.code,
        candidate.responsibility_id,
    )


def reason(pick: Candidate, loser: Candidate, kind: Kind) -> str:
    """Name the first place of the key in which a candidate lost."""
    keys = zip(REASONS, order(pick, kind), order(loser, kind), strict=True)
    return next((name for name, ours, theirs in keys if ours != theirs), REASONS[-1])
