"""What the events of a case say about what may be done next. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from gridsvc.incidents.facts import NOTHING, Facts
from gridsvc.incidents.lifecycle import Action


class Happened(Protocol):
    """An event, as far as it matters here."""

    @property
    def action(self) -> str: ...


def facts_of(events: Iterable[Happened], *, own: bool) -> Facts:
    """Go through the events of a case, the first one first; a case opened again begins anew."""
    facts = NOTHING
    for event in events:
        facts = _after(facts, event)
    return replace(facts, own=own)


def _after(facts: Facts, event: Happened) -> Facts:
    match event.action:
        case Action.REFUSE:
            return replace(facts, refusals=facts.refusals + 1, refused=True)
        case Action.DISPATCH:
            return replace(facts, refused=False)
        case Action.ARBITRATE:
            return replace(facts, arbitrated=True, refused=False)
        case Action.REOPEN:
            return NOTHING
        case _:
            return facts
