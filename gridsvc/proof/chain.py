"""Whether a case, or a whistle, is what its events made of it. Pure.

Each event is hashed again and must carry the hash of the one before. The case's own row says how
many there are (its version), so that a cut tail shows, and is a copy of what the last ones say.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from gridsvc.incidents.events import FIRST, Told, hash_of
from gridsvc.proof.findings import Fault, Finding


class Link(Protocol):
    """What makes an event one of a chain."""

    @property
    def sequence(self) -> int: ...
    @property
    def previous_hash(self) -> bytes: ...
    @property
    def hash(self) -> bytes: ...


class Stored(Told, Link, Protocol):
    """An event as it is stored."""


_Event = TypeVar("_Event", bound=Link)


@dataclass(frozen=True, slots=True)
class Head:
    """What a case's own row says."""

    case: str
    version: int
    status: str
    due_at: datetime
    lead: str | None
    decided_lead: str | None
    """Whom the decision of its report named."""


def faults(head: Head, events: Sequence[Stored]) -> Iterator[Finding]:
    """Compare a case with all its events, the first one first."""
    yield from unbroken(head.case, head.version, events, hashed=hash_of)
    if events:
        yield from _in_row(head, events)


def unbroken(
    case: str, version: int, events: Sequence[_Event], *, hashed: Callable[[_Event], bytes]
) -> Iterator[Finding]:
    """Hash events anew and count them: each follows on the one before, none is gone or too many."""
    yield from _in_chain(case, events, hashed)
    last = events[-1].sequence if events else 0
    if last < version:
        yield Finding(Fault.CUT, case, last + 1, {"until": version})
    if last > version:
        yield Finding(Fault.ADDED, case, version + 1, {"version": version})


def _in_chain(
    case: str, events: Sequence[_Event], hashed: Callable[[_Event], bytes]
) -> Iterator[Finding]:
    expected, previous = 1, FIRST
    for event in events:
        if event.sequence != expected:
            yield Finding(Fault.MISSING, case, expected, {"until": event.sequence - 1})
        elif event.previous_hash != previous:
            yield Finding(Fault.UNLINKED, case, event.sequence)
        if hashed(event) != event.hash:
            yield Finding(Fault.ALTERED, case, event.sequence)
        expected, previous = event.sequence + 1, event.hash


def _in_row(head: Head, events: Sequence[Stored]) -> Iterator[Finding]:
    last = events[-1]
    lead = owner(head.decided_lead, events)
    if head.status != last.to_status:
        yield _differs(Fault.STATUS, head, last, row=head.status, told=last.to_status)
    # Without its first events nobody knows whom they named.
    if head.lead != lead and events[0].sequence == 1:
        yield _differs(Fault.OWNER, head, last, row=head.lead or "-", told=lead or "-")
    told = next((event for event in reversed(events) if _said(event, "due_at")), None)
    if told is not None and _moment(_said(told, "due_at")) != head.due_at:
        row = head.due_at.isoformat()
        yield _differs(Fault.DUE, head, told, row=row, told=_said(told, "due_at"))


def _differs(fault: Fault, head: Head, event: Stored, *, row: str, told: object) -> Finding:
    return Finding(fault, head.case, event.sequence, {"row": row, "told": told})


def owner(decided: str | None, events: Sequence[Told]) -> str | None:
    """Follow a case's owner from the decision of its report through its events."""
    lead = decided
    for event in events:
        if _names_owner(event):
            lead = event.detail["lead"]
    return lead


def _names_owner(event: Told) -> bool:
    # A re-routing of all cases that names nobody has left each with its owner.
    return _has(event, "lead") and (
        event.detail["lead"] is not None or not _has(event, "rerouting")
    )


def _has(event: Told, name: str) -> bool:
    detail: object = event.detail  # What was put there by hand may be anything.
    return isinstance(detail, dict) and name in detail


def _said(event: Told, name: str) -> object:
    return event.detail[name] if _has(event, name) else None


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
