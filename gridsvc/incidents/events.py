"""The chain of events: each carries the hash of the one before, so that no change goes unseen."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

import orjson

from gridsvc.incidents.lifecycle import Action, Status

FIRST = bytes(32)
"""What the first event of a chain carries instead of a hash."""
EVENT: Final = "event"
"""The kind of what is told to others of an event, and of no reminder after it."""


def chained(previous: bytes, said: Mapping[str, Any]) -> bytes:
    """Hash what an event says together with the hash of the one before (SHA-256)."""
    canonical = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(previous + canonical).digest()


class Told(Protocol):
    """What an event says, as it was made or as it is found stored."""

    @property
    def incident_id(self) -> UUID: ...
    @property
    def sequence(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor_id(self) -> UUID: ...
    @property
    def action(self) -> str: ...
    @property
    def from_status(self) -> str | None: ...
    @property
    def to_status(self) -> str: ...
    @property
    def note(self) -> str | None: ...
    @property
    def detail(self) -> dict[str, Any]: ...
    @property
    def previous_hash(self) -> bytes: ...


def hash_of(event: Told) -> bytes:
    """SHA-256 over the hash before and everything that an event says."""
    said = {
        "incident_id": str(event.incident_id),
        "sequence": event.sequence,
        "at": event.at.isoformat(timespec="microseconds"),
        "actor_id": str(event.actor_id),
        "action": event.action,
        "from_status": event.from_status,
        "to_status": event.to_status,
        "note": event.note,
        "detail": event.detail,
    }
    return chained(event.previous_hash, said)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an incident."""

    incident_id: UUID
    sequence: int
    at: datetime
    actor_id: UUID
    action: Action
    from_status: Status | None
    to_status: Status
    note: str | None
    detail: dict[str, Any]
    previous_hash: bytes

    @property
    def hash(self) -> bytes:
        """What the next event will carry."""
        return hash_of(self)
