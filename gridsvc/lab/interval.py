"""The time that is replayed: the last months, or from one moment to another. Pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

from gridsvc.errors import Invalid

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

    @classmethod
    def asked(
        cls, months: int | None, since: datetime | None, until: datetime | None, *, now: datetime
    ) -> "Interval":
        """Make what somebody asks for, in one of the two ways."""
        if months is not None and since is None and until is None:
            return cls.last(months, now=now)
        if months is None and since is not None and since < (until or now):
            return cls(since, until or now)
        raise Invalid(
            "interval",
            en="Give either `months`, or `from` with `to` after it (now, if it is left out).",
            zh="请给出 months，或给出 from 与其后的 to（不填为现在）。",
            field="months" if since is None else "to",
        )

    def like(self, other: "Interval") -> bool:
        """Whether both are one question: "the last month" is still the same a little later."""
        gaps = (self.since - other.since, self.until - other.until)
        return gaps[0] == gaps[1] and abs(gaps[0]) <= _PATIENCE
