"""The total order among candidates: who goes before whom, and why one lost. Pure."""

from gridsvc.routing.facts import Basis, Candidate, Facts, Kind

REASONS = (
    "border_policy",
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

LATER_LAYER = "later_layer"
"""What `basis` is called where a rule says in which order the layers are asked."""

OUT_OF_ORDER = (
    LATER_LAYER,
    "layer_not_asked",
    "rule_names_lead",
    "component_owner",
    "farther",
    "rule_failed",
    "answer",
)
"""Why one lost that the order itself does not tell of."""


def order(candidate: Candidate, facts: Facts) -> tuple[object, ...]:
    """Give the sort key of the documented total order."""
    covers = candidate.place.covers or candidate.favoured
    return (
        candidate.overruled,
        not covers,
        *_standing(candidate, facts),
        -candidate.place.share,
        *_names(candidate),
    )


def preference(candidate: Candidate, facts: Facts) -> tuple[object, ...]:
    """Give the sort key among those who cover one exact place: nobody is only near, or in part."""
    return (candidate.overruled, *_standing(candidate, facts), *_names(candidate))


def _standing(candidate: Candidate, facts: Facts) -> tuple[object, ...]:
    return (
        rank(candidate, facts),
        candidate.claim.priority,
        candidate.specificity,
        candidate.whole_layer,
    )


def _names(candidate: Candidate) -> tuple[object, ...]:
    area = candidate.place.area
    return (
        area.area_m2,
        area.layer.name,
        area.code,
        candidate.organisation.code,
        candidate.claim.id,
    )


def rank(candidate: Candidate, facts: Facts) -> int:
    """Tell when the candidate's layer is asked, 0 first: as the rule says, or by its basis."""
    if facts.ruling is not None and facts.ruling.layers:
        asked, layer = facts.ruling.layers, candidate.place.layer
        return asked.index(layer) if layer in asked else len(asked)
    first = Basis.OWNER if facts.kind is Kind.COMPONENT else Basis.TERRITORY
    return int(candidate.basis is not first)


def asks(facts: Facts, candidate: Candidate) -> bool:
    """Tell whether the candidate's layer is asked for the lead at all."""
    if facts.ruling is None:
        return True
    layer = candidate.place.layer
    if facts.ruling.layers:
        return layer in facts.ruling.layers
    return layer not in facts.ruling.co_layers


def reason(pick: Candidate, loser: Candidate, facts: Facts) -> str:
    """Name the first place of the key in which a candidate lost."""
    keys = zip(REASONS, order(pick, facts), order(loser, facts), strict=True)
    name = next((name for name, ours, theirs in keys if ours != theirs), REASONS[-1])
    if name == "basis" and facts.ruling is not None and facts.ruling.layers:
        return LATER_LAYER
    return name
