"""How soon who is called must report in, by the whistle's kind, and when that is told. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from gridsvc.clock.calendar import Calendar
from gridsvc.clock.deadline import add
from gridsvc.clock.limit import Limit, parse_limit
from gridsvc.settings import Settings
from gridsvc.whistles.lifecycle import Kind

DUE: Final = "overdue"
_RINGS: Final[Mapping[str, float]] = {"yellow": 0.8, DUE: 1.0, "escalated": 2.0}
"""After how much of the limit what is told."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limit of each kind."""

    of_kind: Mapping[Kind, Limit]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Read what a deployment says of them."""
        said = {
            Kind.DAILY: settings.whistle_daily,
            Kind.EMERGENCY: settings.whistle_emergency,
            Kind.HARD: settings.whistle_hard,
        }
        return cls({kind: parse_limit(text) for kind, text in said.items()})

    def rings(self, kind: Kind, calendar: Calendar, *, now: datetime) -> Mapping[str, datetime]:
        """Lay out the reminders of who is called now, by the calendar that holds for it.

        That of `DUE` is when it must have reported in.
        """
        limit = self.of_kind[kind]
        return {
            name: add(now, Limit(limit.value * part, limit.unit), calendar)
            for name, part in _RINGS.items()
        }
