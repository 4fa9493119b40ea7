"""Whether a case is what its events made of it. Pure.

Each event is hashed again and must carry the hash of the one before. The case's own row says how
many there are (its version), so that a cut tail shows, and is a copy of what the last ones say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gridsvc.incidents.events import FIRST, Told, hash_of
from gridsvc.proof.findings import Fault, Finding


class Stored(Told, Protocol):
    """An event as it is stored."""

    @property
    def hash(self) -> bytes: ...


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
    yield from _in_chain(head, events)
    yield from _at_end(head, events)
    if events:
        yield from _in_row(head, events)


def _in_chain(head: Head, events: Sequence[Stored]) -> Iterator[Finding]:
    expected, previous = 1, FIRST
    for event in events:
        if event.sequence != expected:
            until = {"until": event.sequence - 1}
            yield Finding(Fault.MISSING, head.case, expected, until)
        elif event.previous_hash != previous:
            yield Finding(Fault.UNLINKED, head.case, event.sequence)
        if hash_of(event) != event.hash:
            yield Finding(Fault.ALTERED, head.case, event.sequence)
        expected, previous = event.sequence + 1, event.hash


def _at_end(head: Head, events: Sequence[Stored]) -> Iterator[Finding]:
    last = events[-1].sequence if events else 0
    if last < head.version:
        yield Finding(Fault.CUT, head.case, last + 1, {"until": head.version})
    if last > head.version:
        yield Finding(Fault.ADDED, head.case, head.version + 1, {"version": head.version})


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
