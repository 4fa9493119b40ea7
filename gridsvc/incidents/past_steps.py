"""What the events of a case say about what may be done next. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Protocol
from uuid import UUID

from gridsvc.incidents.facts import NOTHING, Facts
from gridsvc.incidents.lifecycle import Action


class Happened(Protocol):
    """An event, as far as it matters here."""

    @property
    def action(self) -> str: ...
    @property
    def actor_id(self) -> UUID: ...
    @property
    def detail(self) -> dict[str, Any]: ...


def facts_of(events: Iterable[Happened]) -> Facts:
    """Go through the events of a case, the first one first; a case opened again begins anew."""
    facts = NOTHING
    for event in events:
        facts = _ownership(facts, event)
        facts = _correction(facts, event)
        facts = _extension(facts, event)
        facts = _suspension(facts, event)
        facts = _appeal(facts, event)
    return facts


def _ownership(facts: Facts, event: Happened) -> Facts:
    match event.action:
        case Action.REFUSE:
            return replace(facts, refusals=facts.refusals + 1, refused=True, **_DROPPED)
        case Action.RETURN | Action.FINISH | Action.MERGE:
            return replace(facts, **_DROPPED)
        case Action.DISPATCH:
            return replace(facts, refused=False)
        case Action.ARBITRATE:
            return replace(facts, arbitrated=True, refused=False)
        case Action.REOPEN:
            return NOTHING
        case _:
            return facts


_DROPPED: dict[str, Any] = {
    "extension_asked": False,
    "suspension_asked": False,
    "suspension_agreed": None,
}
"""What an owner had asked for goes with it."""


def _correction(facts: Facts, event: Happened) -> Facts:
    """Forget who refused it, and that it was arbitrated: that was another matter, or elsewhere."""
    if event.action != Action.AMEND or "lead" not in event.detail:
        return facts
    return replace(facts, refusals=0, refused=False, arbitrated=False, **_DROPPED)


def _extension(facts: Facts, event: Happened) -> Facts:
    match event.action:
        case Action.ASK_EXTENSION:
            return replace(facts, extension_asked=True)
        case Action.APPROVE_EXTENSION:
            return replace(facts, extension_asked=False, extensions=facts.extensions + 1)
        case Action.DENY_EXTENSION:
            return replace(facts, extension_asked=False)
        case _:
            return facts


def _suspension(facts: Facts, event: Happened) -> Facts:
    match event.action:
        case Action.ASK_SUSPENSION:
            until = event.detail.get("until")
            return replace(facts, suspension_asked=True, until=until, suspension_agreed=None)
        case Action.APPROVE_SUSPENSION:
            return replace(facts, suspension_agreed=event.actor_id)
        case Action.SUSPEND:
            return replace(facts, suspension_asked=False, suspensions=facts.suspensions + 1)
        case Action.DENY_SUSPENSION:
            return replace(facts, suspension_asked=False, suspension_agreed=None)
        case _:
            return facts


def _appeal(facts: Facts, event: Happened) -> Facts:
    match event.action:
        case Action.APPEAL:
            return replace(facts, appealed=True, appeal_open=True, appeal_agreed=None)
        case Action.REVIEW_APPEAL:
            return replace(facts, appeal_agreed=event.actor_id)
        case Action.GRANT_APPEAL | Action.DENY_APPEAL:
            return replace(facts, appeal_open=False, appeal_agreed=None)
        case _:
            return facts
