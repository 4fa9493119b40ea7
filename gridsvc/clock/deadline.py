"""Deadlines: when a limit has run out, and how much working time lies between two moments.

`working_between(t, add(t, limit, c), c)` is the limit again for every limit of working time; a
deadline is the earliest moment of which this is true, so that work may be due at 18:00 on Friday
but never at 08:00 on Monday.
"""

from datetime import UTC, datetime, timedelta

from gridsvc.clock.calendar import DAY, WEEK, Calendar
from gridsvc.clock.limit import Limit
from gridsvc.errors import Invalid


def add(start: datetime, limit: Limit, calendar: Calendar) -> datetime:
    """Find the moment at which a limit that began to run at `start` has run out."""
    start = _moment(start)
    if limit.unit.is_working:
        due = _after_working(start, limit.duration, calendar)
    else:
        due = start + limit.duration
    return due.astimezone(calendar.zone)


def working_between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Count the working time from one moment to another; negative if the other is earlier."""
    start, end = _moment(start), _moment(end)
    if end < start:
        return -working_between(end, start, calendar)
    first, last = (moment.astimezone(calendar.zone).date() for moment in (start, end))
    day, total = first, timedelta()
    while day <= last:
        if first < day and day + WEEK <= last and calendar.is_plain_week(day):
            day, total = day + WEEK, total + calendar.weekly
            continue
        for begins, ends in calendar.windows(day):
            total += max(min(ends, end) - max(begins, start), timedelta())
        day += DAY
    return total


def _after_working(start: datetime, left: timedelta, calendar: Calendar) -> datetime:
    first = day = start.astimezone(calendar.zone).date()
    while True:
        if first < day and calendar.weekly < left and calendar.is_plain_week(day):
            day, left = day + WEEK, left - calendar.weekly
            continue
        for begins, ends in calendar.windows(day):
            from_here = max(begins, start)
            if from_here + left <= ends:
                return from_here + left
            left -= max(ends - from_here, timedelta())
        day += DAY


def _moment(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise Invalid(
            "naive_time",
            en=f"{at.isoformat()} names no moment; give its offset, as in +08:00.",
            zh=f"{at.isoformat()} 缺少时区；请注明偏移，如 +08:00。",
        )
    return at.astimezone(UTC)
