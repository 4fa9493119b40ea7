"""Who helps the lead: by the rule, by a joint border, by their own responsibility. Pure."""

from collections.abc import Iterable, Iterator

from gridsvc.routing.facts import Facts, Organisation
from gridsvc.routing.order import order


def co_handlers(
    facts: Facts, lead: Organisation, *, first: Iterable[Organisation] = ()
) -> tuple[Organisation, ...]:
    """List who helps, each organisation once, without the lead."""
    found: dict[str, Organisation] = {}
    for helper in (*first, *helpers(facts)):
        found.setdefault(helper.code, helper)
    found.pop(lead.code, None)
    return tuple(found.values())


def helpers(facts: Facts) -> Iterator[Organisation]:
    """Name who helps whoever leads, perhaps more than once."""
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
