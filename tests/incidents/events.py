"""Events as far as rules look at them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

SOMEBODY = UUID(int=1)


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened."""

    action: str
    to_status: str = "filed"
    at: datetime = datetime(2026, 7, 22, 1, tzinfo=UTC)
    actor_id: UUID = SOMEBODY
    detail: dict[str, Any] = field(default_factory=dict)
