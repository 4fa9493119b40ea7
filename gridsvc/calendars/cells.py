"""How hours and special days are written: in a spreadsheet's rows, and as stored. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any, Final

from gridsvc.clock.calendar import DAY, Calendar, DayKind, Hours, Period, Periods, SpecialDay
from gridsvc.errors import Invalid

Rows = Sequence[Mapping[str, Any]]
"""Rows by column name; a missing value is None."""

MAKEUP: Final = "makeup"
WEEKDAYS: Final = ("1", "2", "3", "4", "5", "6", "7", MAKEUP)
"""Monday is 1; `makeup` are the hours of a day that is worked whatever its weekday."""
LONGEST: Final = 60 * DAY


def days_from(rows: Rows) -> frozenset[SpecialDay]:
    """Read special days: each row is one day, or all days until another."""
    days: list[SpecialDay] = []
    for number, row in enumerate(rows, start=1):
        first = _date(row["date"], number, "date")
        last = _date(row.get("until") or row["date"], number, "until")
        if not first <= last < first + LONGEST:
            raise _wrong(
                number,
                "until",
                en=f"{last} is before {first}, or more than {LONGEST.days} days later",
                zh=f"{last} 早于 {first}，或相隔超过 {LONGEST.days} 天",
            )
        kind, name = DayKind(row["kind"]), row.get("name") or ""
        days += [SpecialDay(first + n * DAY, kind, name) for n in range((last - first).days + 1)]
    Calendar(days=_each_once(days))
    return frozenset(days)


def hours_from(rows: Rows) -> tuple[Hours, ...]:
    """Read hours: each row is a period of a weekday, from a day on or ever."""
    found: dict[date, dict[str, list[Period]]] = defaultdict(lambda: defaultdict(list))
    for number, row in enumerate(rows, start=1):
        since = _date(row["since"], number, "since") if row.get("since") else date.min
        start, end = (_time(row[name], number, name) for name in ("start", "end"))
        found[since][row["weekday"]].append(Period(start, end))
    return tuple(_hours(since, found[since]) for since in sorted(found))


def continued(known: Iterable[SpecialDay], days: frozenset[SpecialDay]) -> frozenset[SpecialDay]:
    """Continue known days by others, which are all that is known from the first of them on.

    Not year by year: the holiday of a new year may begin in the old one.
    """
    first = min((day.date for day in days), default=date.max)
    return days | {day for day in known if day.date < first}


def write_hours(hours: Iterable[Hours]) -> list[dict[str, Any]]:
    """Write hours as they are stored."""
    return [
        {
            "since": None if one.since == date.min else one.since.isoformat(),
            "week": [write_periods(day) for day in one.week],
            "makeup": write_periods(one.makeup),
        }
        for one in hours
    ]


def read_hours(stored: Iterable[Mapping[str, Any]]) -> tuple[Hours, ...]:
    """Read hours that were stored."""
    return tuple(
        Hours(
            since=date.fromisoformat(one["since"]) if one["since"] else date.min,
            week=tuple(_read_periods(day) for day in one["week"]),
            makeup=_read_periods(one["makeup"]),
        )
        for one in stored
    )


def write_periods(periods: Periods) -> list[list[str]]:
    """Write the periods of a day."""
    return [[f"{period.start:%H:%M}", f"{period.end:%H:%M}"] for period in periods]


def _read_periods(stored: Iterable[Sequence[str]]) -> Periods:
    return tuple(Period(*(time.fromisoformat(text) for text in pair)) for pair in stored)


def _hours(since: date, periods: Mapping[str, list[Period]]) -> Hours:
    """Make hours of their rows; without any for make-up days, those are as on a Monday."""
    by_day = {
        day: tuple(sorted(listed, key=lambda one: one.start)) for day, listed in periods.items()
    }
    week = tuple(by_day.get(day, ()) for day in WEEKDAYS[:7])
    return Hours(since, week, by_day.get(MAKEUP) or week[0])


def _each_once(days: Sequence[SpecialDay]) -> frozenset[SpecialDay]:
    """Tell equal days apart by a number, so that one that is listed twice is seen."""
    return frozenset(SpecialDay(day.date, day.kind, f"{number}") for number, day in enumerate(days))


def _date(text: str, number: int, field: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 1900 <= day.year <= 2999:
        raise _wrong(
            number,
            field,
            en=f"{text!r} is no day from 1900 to 2999; write 2026-01-31",
            zh=f"{text!r} 不是 1900 至 2999 年之间的日期；请写作 2026-01-31",
        ) from None
    return day


def _time(text: str, number: int, field: str) -> time:
    try:
        moment = time.fromisoformat(text)
    except ValueError:
        moment = time.max
    if moment.second or moment.microsecond or moment.tzinfo:
        raise _wrong(
            number,
            field,
            en=f"{text!r} is no time of day; write 08:30",
            zh=f"{text!r} 不是时间；请写作 08:30",
        )
    return moment


def _wrong(number: int, field: str, *, en: str, zh: str) -> Invalid:
    return Invalid(
        "invalid_cell",
        en=f"Row {number}: {field} {en}; nothing was loaded.",
        zh=f"第 {number} 行：{field} {zh}；未载入任何数据。",
        field=field,
        row=number,
    )
