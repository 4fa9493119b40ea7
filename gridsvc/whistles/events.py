"""What happens to a whistle, in a chain as an incident's events are. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gridsvc.incidents.events import chained
from gridsvc.whistles.lifecycle import Action


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
        """SHA-256 over the hash before and everything that the event says."""
        said = {
            "whistle_id": str(self.whistle_id),
            "sequence": self.sequence,
            "at": self.at.isoformat(timespec="microseconds"),
            "actor_id": str(self.actor_id),
            "organisation_id": str(self.organisation_id) if self.organisation_id else None,
            "action": self.action,
            "note": self.note,
            "detail": self.detail,
        }
        return chained(self.previous_hash, said)
