"""What happens to a whistle, in a chain as an incident's events are. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from gridsvc.incidents.events import chained
from gridsvc.whistles.lifecycle import Action


class Told(Protocol):
    """What an event says, as it was made or as it is found stored."""

    @property
    def whistle_id(self) -> UUID: ...
    @property
    def sequence(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor_id(self) -> UUID: ...
    @property
    def organisation_id(self) -> UUID | None: ...
    @property
    def action(self) -> str: ...
    @property
    def note(self) -> str | None: ...
    @property
    def detail(self) -> dict[str, Any]: ...
    @property
    def previous_hash(self) -> bytes: ...


def hash_of(event: Told) -> bytes:
    """SHA-256 over the hash before and everything that an event says."""
    said = {
        "whistle_id": str(event.whistle_id),
        "sequence": event.sequence,
        "at": event.at.isoformat(timespec="microseconds"),
        "actor_id": str(event.actor_id),
        "organisation_id": str(event.organisation_id) if event.organisation_id else None,
        "action": event.action,
        "note": event.note,
        "detail": event.detail,
    }
    return chained(event.previous_hash, said)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a whistle."""

    whistle_id: UUID
    sequence: int
    at: datetime
    actor_id: UUID
    organisation_id: UUID | None
    """Whose call it is about."""
    action: Action
    note: str | None
    detail: dict[str, Any]
    previous_hash: bytes

    @property
    def hash(self) -> bytes:
        """What the next event will carry."""
        return hash_of(self)
