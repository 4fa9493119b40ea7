"""Dates and times as a person types them, on the command line or beside a file."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from gridsvc.errors import Invalid


def parse_time(text: str, zone: ZoneInfo) -> datetime:
    """Read a date or a time (ISO 8601); without an offset it is meant in the service's zone."""
    try:
        moment = datetime.fromisoformat(text)
        placed = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        placed.astimezone(UTC)  # Refuses the ends of the calendar, where the database has no time.
    except (ValueError, OverflowError):
        raise Invalid(
            "invalid_time",
            en=f"{text!r} is no date or time; write 2026-01-31 or 2026-01-31T08:00+08:00.",
            zh=f"{text!r} 不是日期或时间；请写作 2026-01-31 或 2026-01-31T08:00+08:00。",
            field="valid_from",
        ) from None
    return placed
