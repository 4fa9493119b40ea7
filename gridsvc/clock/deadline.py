"""Deadlines: when a limit has run out, and how much working time lies between two moments.

`between(t, add(t, limit, c), c)` is the limit again for every limit of working time; a deadline is
the earliest moment of which this is true, so that work may be due at 18:00 on Friday but never at
08:00 on Monday. One deadline is found as a million are: by `add_many`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gridsvc.clock.calendar import Calendar
from gridsvc.clock.limit import Limit, Unit
from gridsvc.clock.timeline import (
    EPOCH,
    MICROSECOND,
    Micros,
    micros,
    moment,
    require_reachable,
    timeline,
)
from gridsvc.errors import Invalid

Moments = NDArray[np.datetime64]
"""Moments in UTC."""

REACHES: Final = (1, 8, 99)
"""Years ahead in which deadlines are looked for: nearly all lie in the first."""


def running_time(limit: Limit, calendar: Calendar) -> timedelta:
    """Tell how long a limit's clock must run; a calendar may say what a working day counts for."""
    return limit.value * calendar.workday if limit.unit is Unit.WORK_DAY else limit.duration


def add(start: datetime, limit: Limit, calendar: Calendar) -> datetime:
    """Find the moment at which a limit that began to run at `start` has run out."""
    duration = running_time(limit, calendar)
    return after(start, duration, calendar, working=limit.unit.is_working)


def after(start: datetime, duration: timedelta, calendar: Calendar, *, working: bool) -> datetime:
    """Find the earliest moment by which a clock that runs from `start` has run so long."""
    start = moment(start)
    require_reachable(start.year)
    due = start + duration
    if working:
        one = np.array([micros(start)]), np.array([duration // MICROSECOND])
        due = EPOCH + int(_after_working(*one, calendar)[0]) * MICROSECOND
    return due.astimezone(calendar.zone)


def add_many(
    starts: Moments, which: NDArray[np.intp], *, limits: Sequence[Limit], calendar: Calendar
) -> Moments:
    """Find many deadlines: of each start, for the limit of which it has the number."""
    begun = starts.astype("datetime64[us]").astype(np.int64)
    lengths = np.array([running_time(limit, calendar) // MICROSECOND for limit in limits], np.int64)
    working = np.array([limit.unit.is_working for limit in limits], bool)[which]
    due = begun + lengths[which]
    if working.any():
        due[working] = _after_working(begun[working], lengths[which[working]], calendar)
    return due.astype("datetime64[us]")


def between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Count the working time from one moment to another; negative if the other is earlier."""
    ends = np.array([micros(moment(start)), micros(moment(end))])
    worked = timeline(calendar, *_years(ends)).worked_until(ends)
    return int(worked[1] - worked[0]) * MICROSECOND


def _after_working(starts: Micros, durations: Micros, calendar: Calendar) -> Micros:
    first, last = _years(starts)
    for reach in REACHES:
        laid_out = timeline(calendar, first, last + reach)
        wanted = laid_out.worked_until(starts) + durations
        if wanted.max() <= laid_out.worked[-1]:
            return laid_out.moment_when(wanted)
    raise Invalid(
        "limit_never_ends",
        en=f"So little is worked by this calendar that the limit runs past {last + reach}.",
        zh=f"按此日历工作时间过少，时限将晚于 {last + reach} 年。",
    )


def _years(moments: Micros) -> tuple[int, int]:
    first, last = (EPOCH + int(at) * MICROSECOND for at in (moments.min(), moments.max()))
    return first.year, last.year
