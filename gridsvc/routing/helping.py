"""Who helps, whoever leads: by the rule, by a joint border, by their own responsibility. Pure."""

from collections.abc import Iterator

from gridsvc.routing.facts import Facts, Organisation
from gridsvc.routing.order import order


def helpers(facts: Facts) -> tuple[Organisation, ...]:
    """List who helps, each organisation once."""
    found: dict[str, Organisation] = {}
    for helper in _named(facts):
        found.setdefault(helper.code, helper)
    return tuple(found.values())


def _named(facts: Facts) -> Iterator[Organisation]:
    layers: tuple[str, ...] = ()
    if facts.ruling is not None:
        yield from facts.ruling.co_handlers
        layers = facts.ruling.co_layers
    joint = facts.border.joint if facts.border else ()
    leads = (
        candidate
        for candidate in facts.candidates
        if (candidate.place.layer in layers and candidate.place.covers)
        or (candidate.overruled and candidate.place.code in joint)
    )
    named = (helper for helper in facts.co_handlers if helper.place.covers)
    for helpers in (leads, named):
        for helper in sorted(helpers, key=lambda c: order(c, facts)):
            yield helper.organisation
