"""The time that is replayed: the last months, or from one moment to another. Pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

_PATIENCE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """From a moment on until another, which is not included."""

    since: datetime
    until: datetime

    @classmethod
    def last(cls, months: int, *, now: datetime) -> "Interval":
        """Make the last calendar months: since the same day, or the last that such a month has."""
        years, month = divmod(now.month - 1 - months, 12)
        year = now.year + years
        day = min(now.day, monthrange(year, month + 1)[1])
        return cls(now.replace(year=year, month=month + 1, day=day), now)

    def like(self, other: "Interval") -> bool:
        """Whether both are one question: "the last month" is still the same a little later."""
        gaps = (self.since - other.since, self.until - other.until)
        return gaps[0] == gaps[1] and abs(gaps[0]) <= _PATIENCE
