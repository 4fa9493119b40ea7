"""When people work: hours by weekday, less holidays, plus make-up days. Knows no limits."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from gridsvc.errors import Invalid

DAY: Final = timedelta(days=1)
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of work within one day, by the clock on the wall; an end of 00:00 is midnight."""

    start: time
    end: time

    def __post_init__(self) -> None:
        zoned = self.start.tzinfo or self.end.tzinfo
        if zoned or not (self.end == time() or self.start < self.end):
            raise Invalid(
                "calendar_period",
                en=f"A period from {self.start} to {self.end} is none; times are of one day, "
                "without a zone, and the end comes later.",
                zh=f"工作时段 {self.start} 至 {self.end} 无效；应为同一天内不带时区的时间，"
                "且结束晚于开始。",
            )

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Place it on a day, still by the clock on the wall."""
        end_day = day if self.end > time() else day + DAY
        return datetime.combine(day, self.start), datetime.combine(end_day, self.end)


Periods = tuple[Period, ...]
Week = tuple[Periods, ...]

WORKING_DAY: Final[Periods] = (Period(time(8), time(12)), Period(time(14), time(18)))
WORKING_WEEK: Final[Week] = (*[WORKING_DAY] * 5, (), ())


def _require_order(days: Iterable[Periods]) -> None:
    for day in days:
        for earlier, later in pairwise(day):
            if earlier.end > later.start or earlier.end == time():
                raise Invalid(
                    "calendar_overlap",
                    en=f"The period from {later.start} begins before the one from {earlier.start} "
                    "ends; list them in order, without overlap.",
                    zh=f"{later.start} 开始的时段早于 {earlier.start} 开始的时段的结束；"
                    "请按顺序填写且不要重叠。",
                )


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours that hold from a day on; `week` begins on Monday, 调休 days have their own."""

    since: date = date.min
    week: Week = WORKING_WEEK
    makeup: Periods = WORKING_DAY

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise Invalid(
                "calendar_week",
                en="A week has seven days and some work in it, or no working time would ever pass.",
                zh="一周须有七天且至少有一个工作时段，否则工作时限永远不会到期。",
            )
        _require_order((*self.week, self.makeup))


class DayKind(StrEnum):
    """What makes a day special."""

    HOLIDAY = "holiday"
    WORKDAY = "workday"  # 调休: worked whatever its weekday


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is not what its weekday says."""

    date: date
    kind: DayKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working time of one place.

    Hours are listed by the day from which they hold; the first hold before it too. The `horizon` is
    the last day whose holidays are known, None where nobody has said. One 工作日 counts for a
    `workday`.
    """

    hours: tuple[Hours, ...] = (Hours(),)
    days: frozenset[SpecialDay] = frozenset()
    zone: ZoneInfo = SHANGHAI
    horizon: date | None = None
    workday: timedelta = timedelta(hours=8)
    _special: Mapping[date, SpecialDay] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _require_hours(self.hours)
        _require_one_kind(self.days)
        if not timedelta() < self.workday <= DAY:
            raise Invalid(
                "calendar_workday",
                en=f"A working day of {self.workday} is none; give more than 0, at most 24 hours.",
                zh=f"一个工作日折算 {self.workday} 无效；应大于 0 且不超过 24 小时。",
            )
        object.__setattr__(self, "_special", {day.date: day for day in self.days})

    def special(self, day: date) -> SpecialDay | None:
        """Find what is special about a day."""
        return self._special.get(day)

    def periods(self, day: date) -> Periods:
        """List when people work on a day."""
        special = self._special.get(day)
        hours = self._hours(day)
        if special is None:
            return hours.week[day.weekday()]
        return hours.makeup if special.kind is DayKind.WORKDAY else ()

    def _hours(self, day: date) -> Hours:
        number = bisect_right(self.hours, day, key=lambda hours: hours.since) - 1
        return self.hours[max(number, 0)]


def _require_hours(hours: tuple[Hours, ...]) -> None:
    if not hours or any(later.since <= earlier.since for earlier, later in pairwise(hours)):
        raise Invalid(
            "calendar_hours",
            en="A calendar needs hours, each from a later day on than the ones before.",
            zh="日历须有工作时间安排，且各安排的起始日期须依次递增。",
        )


def _require_one_kind(days: frozenset[SpecialDay]) -> None:
    twice = {day for day, times in Counter(day.date for day in days).items() if times > 1}
    if twice:
        listed = sorted(map(str, twice))
        raise Invalid(
            "calendar_contradiction",
            en=f"Given twice: {', '.join(listed)}; a day is a holiday or a make-up day, once.",
            zh=f"以下日期重复：{'、'.join(listed)}；同一天只能是节假日或调休工作日之一。",
        )
