"""The chain of events: each carries the hash of the one before, so that no change goes unseen."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from gridsvc.incidents.lifecycle import Action, Status

FIRST = bytes(32)
"""What the first event of an incident carries instead of a hash."""


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
        """SHA-256 over the hash before and everything that the event says."""
        said = {
            "incident_id": str(self.incident_id),
            "sequence": self.sequence,
            "at": self.at.isoformat(timespec="microseconds"),
            "actor_id": str(self.actor_id),
            "action": self.action,
            "from_status": self.from_status,
            "to_status": self.to_status,
            "note": self.note,
            "detail": self.detail,
        }
        canonical = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(self.previous_hash + canonical).digest()
