"""Working time laid out in real time: the one rule by which single and many deadlines are found.

A calendar speaks of clocks on walls. Here its working periods of some years stand in a row as
moments, with the working time that has passed before each. Two look-ups, each the other's inverse,
are all there is: how much had been worked until a moment, and when that much had been worked.

Moments and durations are whole microseconds, moments since 1970 in UTC.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from gridsvc.clock.calendar import DAY, Calendar
from gridsvc.errors import Invalid

Micros = NDArray[np.int64]
Window = tuple[datetime, datetime]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
_YEARS: Final = range(1900, 3000)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Working periods in order. The first is empty: nothing had been worked when the row began."""

    begins: Micros
    ends: Micros
    worked: Micros
    """How much had been worked when each period had ended."""

    def worked_until(self, moments: Micros) -> Micros:
        """Count what had been worked at each moment."""
        number = np.searchsorted(self.begins, moments, side="right") - 1
        left: Micros = np.maximum(self.ends[number] - moments, 0)
        return self.worked[number] - left

    def moment_when(self, worked: Micros) -> Micros:
        """Find the earliest moment at which so much had been worked."""
        number = np.searchsorted(self.worked, worked, side="left")
        return self.ends[number] - (self.worked[number] - worked)


@lru_cache(maxsize=128)
def timeline(calendar: Calendar, first_year: int, last_year: int) -> Timeline:
    """Lay out a calendar's working time of some whole years, with a day to spare at either end."""
    require_reachable(first_year)
    require_reachable(last_year)
    first, end = date(first_year, 1, 1) - DAY, date(last_year + 1, 1, 2)
    opening = micros(datetime.combine(first, time(), UTC) - DAY)
    windows = [(opening, opening)]
    for number in range((end - first).days):
        worked = windows_of(calendar, first + number * DAY)
        windows += [(micros(begins), micros(ends)) for begins, ends in worked]
    begins, ends = np.array(windows, np.int64).T.copy()
    return Timeline(begins, ends, np.cumsum(ends - begins))


def require_reachable(year: int) -> None:
    """Refuse a year so far away that it must be a mistake."""
    if year not in _YEARS:
        raise Invalid(
            "far_time",
            en=f"No calendar reaches the year {year}; give times from {_YEARS[0]} to {_YEARS[-1]}.",
            zh=f"没有日历能覆盖 {year} 年；时间应在 {_YEARS[0]} 年至 {_YEARS[-1]} 年之间。",
        )


def windows_of(calendar: Calendar, day: date) -> tuple[Window, ...]:
    """Give the moments, in UTC, between which people work on a day; ascending."""
    return tuple(
        (moment_of(start, calendar.zone), moment_of(end, calendar.zone))
        for start, end in (period.on(day) for period in calendar.periods(day))
    )


def days_of(calendar: Calendar, start: datetime, end: datetime) -> Iterator[date]:
    """List the civil days that a stretch touches."""
    day, last = (moment.astimezone(calendar.zone).date() for moment in (start, end))
    while day <= last:
        yield day
        day += DAY


def moment(at: datetime) -> datetime:
    """Take a time for the moment that it is, or refuse one that could be any."""
    if at.utcoffset() is None:
        raise Invalid(
            "naive_time",
            en=f"{at.isoformat()} names no moment; give its offset, as in +08:00.",
            zh=f"{at.isoformat()} 缺少时区；请注明偏移，如 +08:00。",
        )
    return at.astimezone(UTC)


def moment_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """Of a time that comes twice the first; of one that is skipped, the moment of the change."""
    steady = _steady_offset(wall.date(), zone)
    if steady is not None:
        return wall.replace(tzinfo=UTC) - steady
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    # The second reading of a time is the earlier moment only if clocks skip that time (PEP 495).
    if moment <= before:
        return moment
    skipped = range(int((moment - before).total_seconds()))
    seconds = bisect_left(skipped, wall, key=lambda s: _wall(before + timedelta(seconds=s), zone))
    return before + timedelta(seconds=seconds)


@lru_cache(maxsize=8192)
def _steady_offset(day: date, zone: ZoneInfo) -> timedelta | None:
    """Tell how far a zone is from UTC all day, None for a day on which clocks are changed."""
    first, last = (datetime.combine(day + n * DAY, time(), zone).utcoffset() for n in range(2))
    return first if first == last else None


def micros(moment: datetime) -> int:
    """Write a moment as whole microseconds since 1970."""
    return (moment - EPOCH) // MICROSECOND


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
