"""When people work: periods by weekday, less holidays, plus make-up days. Knows no limits."""

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from gridsvc.errors import Invalid

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of work within one day, by the clock on the wall; an end of 00:00 is midnight."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start.tzinfo or self.end.tzinfo or self.length <= timedelta():
            raise Invalid(
                "calendar_period",
                en=f"A period from {self.start} to {self.end} is none; times are of one day, "
                "without a zone, and the end comes later.",
                zh=f"工作时段 {self.start} 至 {self.end} 无效；应为同一天内不带时区的时间，"
                "且结束晚于开始。",
            )

    @property
    def length(self) -> timedelta:
        """How long it is on a day on which no clock is changed."""
        start, end = self.on(date.min)
        return end - start

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Place it on a day, still by the clock on the wall."""
        end_day = day if self.end > time() else day + DAY
        return datetime.combine(day, self.start), datetime.combine(end_day, self.end)


Periods = tuple[Period, ...]

WORKING_DAY: Final[Periods] = (Period(time(8), time(12)), Period(time(14), time(18)))
WORKING_WEEK: Final[tuple[Periods, ...]] = (*[WORKING_DAY] * 5, (), ())


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working time of one place; `week` begins on Monday. 调休 days work whatever weekday."""

    week: tuple[Periods, ...] = WORKING_WEEK
    holidays: frozenset[date] = frozenset()
    makeup_days: frozenset[date] = frozenset()
    makeup_periods: Periods = WORKING_DAY
    zone: ZoneInfo = SHANGHAI
    weekly: timedelta = field(init=False, repr=False, compare=False)  # worked in a plain week

    def __post_init__(self) -> None:
        _require_week(self.week)
        _require_order((*self.week, self.makeup_periods))
        if both := self.holidays & self.makeup_days:
            days = ", ".join(sorted(map(str, both)))
            raise Invalid(
                "calendar_contradiction",
                en=f"Both holidays and make-up days: {days}; keep one of the two.",
                zh=f"以下日期既是节假日又是调休工作日：{days}；请只保留一种。",
            )
        weekly = sum((period.length for day in self.week for period in day), timedelta())
        object.__setattr__(self, "weekly", weekly)

    def is_plain_week(self, first: date) -> bool:
        """Tell whether seven days have no holiday, no make-up day and no change of clocks."""
        days = {first + number * DAY for number in range(7)}
        if not (self.holidays.isdisjoint(days) and self.makeup_days.isdisjoint(days)):
            return False
        start = datetime.combine(first, time(), self.zone)
        return start.utcoffset() == (start + WEEK).utcoffset()

    def windows(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Give the moments, in UTC, between which people work on a day; ascending."""
        return tuple(
            (_moment(start, self.zone), _moment(end, self.zone))
            for start, end in (period.on(day) for period in self._periods(day))
        )

    def _periods(self, day: date) -> Periods:
        if day in self.holidays:
            return ()
        return self.makeup_periods if day in self.makeup_days else self.week[day.weekday()]


def _moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """Of a time that comes twice the first; of one that is skipped, the moment of the change."""
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    # The second reading of a time is the earlier moment only if clocks skip that time (PEP 495).
    if moment <= before:
        return moment
    skipped = range(int((moment - before).total_seconds()))
    seconds = bisect_left(skipped, wall, key=lambda s: _wall(before + timedelta(seconds=s), zone))
    return before + timedelta(seconds=seconds)


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _require_week(week: tuple[Periods, ...]) -> None:
    if len(week) != 7 or not any(week):
        raise Invalid(
            "calendar_week",
            en="A week has seven days and some work in it, or no working time would ever pass.",
            zh="一周须有七天且至少有一个工作时段，否则工作时限永远不会到期。",
        )


def _require_order(days: tuple[Periods, ...]) -> None:
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
