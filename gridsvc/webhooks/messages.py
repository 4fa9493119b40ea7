"""What a message says: which case, what happened, when. No names, no places, no words. Pure."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol
from uuid import UUID

from gridsvc.incidents.events import EVENT
from gridsvc.incidents.lifecycle import Action


class Ring(StrEnum):
    """Reminders of clocks."""

    YELLOW = "yellow"
    OVERDUE = "overdue"
    ESCALATED = "escalated"


TYPES: Final = frozenset(
    {*(f"incident.{action}" for action in Action), *(f"clock.{ring}" for ring in Ring)}
)
"""All that a message may be."""


class Happened(Protocol):
    """An event of a case, as far as it is told."""

    @property
    def incident_id(self) -> UUID: ...
    @property
    def sequence(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def action(self) -> str: ...
    @property
    def from_status(self) -> str | None: ...
    @property
    def to_status(self) -> str: ...
    @property
    def detail(self) -> dict[str, Any]: ...


def type_of(event: Happened, kind: str) -> str:
    """Name the type: of the event itself, or of a reminder such as `overdue:handling`."""
    return f"incident.{event.action}" if kind == EVENT else f"clock.{kind.partition(':')[0]}"


def body_of(event: Happened, kind: str, reference: str, *, now: datetime) -> Mapping[str, Any]:
    """Write the message of an event, or of a reminder after it."""
    told: dict[str, Any] = {
        "incident": str(event.incident_id),
        "reference": reference,
        "sequence": event.sequence,
        "status": event.to_status,
    }
    if kind == EVENT:
        told |= {
            "action": event.action,
            "previous_status": event.from_status,
            "due_at": event.detail.get("due_at"),
        }
    else:
        told["clock"] = kind.partition(":")[2]
    at = event.at if kind == EVENT else now
    return {"type": type_of(event, kind), "timestamp": at.isoformat(), "data": told}
