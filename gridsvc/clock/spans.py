"""Every minute between two moments, and why it counts or not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from gridsvc.clock.calendar import DAY, Calendar, DayKind
from gridsvc.clock.timeline import days_of, moment, moment_of, windows_of


class Why(StrEnum):
    """Why a stretch of time counts or does not."""

    CONTINUOUS = "continuous"
    WORKING = "working"
    MAKEUP = "makeup"
    OFF_HOURS = "off_hours"
    REST_DAY = "rest_day"
    HOLIDAY = "holiday"
    PAUSED = "paused"


COUNTED: Final = frozenset({Why.CONTINUOUS, Why.WORKING, Why.MAKEUP})
_WORDS: Final = {
    Why.CONTINUOUS: ("runs day and night", "连续计时"),
    Why.WORKING: ("working hours", "工作时间"),
    Why.MAKEUP: ("working hours of a make-up day", "调休上班日工作时间"),
    Why.OFF_HOURS: ("outside working hours", "非工作时间"),
    Why.REST_DAY: ("a day of rest", "休息日"),
    Why.HOLIDAY: ("holiday", "法定节假日"),
    Why.PAUSED: ("paused", "暂停计时"),
}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in UTC that counts or does not; the note names the holiday, or the pause.

    In UTC, as the difference of two times by one clock on the wall forgets when that was changed.
    """

    begins: datetime
    ends: datetime
    why: Why
    note: str = ""

    @property
    def counted(self) -> timedelta:
        """How much of it counts: all or nothing."""
        return self.length if self.why in COUNTED else timedelta()

    @property
    def length(self) -> timedelta:
        return self.ends - self.begins

    def en(self, zone: ZoneInfo) -> str:
        note = f" ({self.note})" if self.note else ""
        return f"{self._times(zone)}: {self._minutes} min counted, {_WORDS[self.why][0]}{note}"

    def zh(self, zone: ZoneInfo) -> str:
        note = f"（{self.note}）" if self.note else ""
        return f"{self._times(zone)}：计 {self._minutes} 分钟，{_WORDS[self.why][1]}{note}"

    def _times(self, zone: ZoneInfo) -> str:
        begins, ends = (at.astimezone(zone) for at in (self.begins, self.ends))
        return f"{begins:%Y-%m-%d %H:%M} – {ends:%Y-%m-%d %H:%M}"

    @property
    def _minutes(self) -> str:
        return f"{self.counted / timedelta(minutes=1):g}"


def spans(start: datetime, end: datetime, calendar: Calendar, *, working: bool) -> tuple[Span, ...]:
    """Account for the time between two moments; the spans follow each other without a gap."""
    start, end = moment(start), moment(end)
    if not working:
        return (Span(start, end, Why.CONTINUOUS),) if start < end else ()
    return joined(_cut(span, start, end) for span in _by_day(start, end, calendar))


def paused(
    start: datetime, end: datetime, calendar: Calendar, *, working: bool, note: str
) -> tuple[Span, ...]:
    """Account for a pause: what would have counted is paused, the rest would not have anyway."""
    return tuple(
        replace(span, why=Why.PAUSED, note=note) if span.why in COUNTED else span
        for span in spans(start, end, calendar, working=working)
    )


def joined(parts: Iterable[Span]) -> tuple[Span, ...]:
    """Make one span of neighbours of one kind, and drop what has no length."""
    whole: list[Span] = []
    for part in parts:
        if part.ends <= part.begins:
            continue
        last = whole[-1] if whole else None
        if last and (last.ends, last.why, last.note) == (part.begins, part.why, part.note):
            whole[-1] = replace(last, ends=part.ends)
        else:
            whole.append(part)
    return tuple(whole)


def _cut(span: Span, start: datetime, end: datetime) -> Span:
    return replace(span, begins=max(span.begins, start), ends=min(span.ends, end))


def _by_day(start: datetime, end: datetime, calendar: Calendar) -> Iterator[Span]:
    for day in days_of(calendar, start, end):
        midnights = (datetime.combine(day + number * DAY, time()) for number in range(2))
        begins, over = (moment_of(midnight, calendar.zone) for midnight in midnights)
        special, windows = calendar.special(day), windows_of(calendar, day)
        is_holiday = special is not None and special.kind is DayKind.HOLIDAY
        note = special.name if special else ""
        idle = Why.HOLIDAY if is_holiday else Why.OFF_HOURS if windows else Why.REST_DAY
        busy = Why.MAKEUP if special else Why.WORKING
        for opens, closes in windows:
            yield Span(begins, opens, idle, note if is_holiday else "")
            yield Span(opens, closes, busy, note)
            begins = closes
        yield Span(begins, over, idle, note if is_holiday else "")
