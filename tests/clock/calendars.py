"""Calendars for tests: a few real ones, and any that can be thought of."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from gridsvc.clock.calendar import (
    SHANGHAI,
    WORKING_DAY,
    WORKING_WEEK,
    Calendar,
    DayKind,
    Hours,
    Period,
    Periods,
    SpecialDay,
    Week,
)
from gridsvc.clock.limit import Limit, Unit


def calendar_of(
    *,
    week: Week = WORKING_WEEK,
    holidays: Iterable[date] = (),
    makeup_days: Iterable[date] = (),
    makeup: Periods = WORKING_DAY,
    later: tuple[Hours, ...] = (),
    zone: ZoneInfo = SHANGHAI,
    horizon: date | None = None,
) -> Calendar:
    free = {SpecialDay(day, DayKind.HOLIDAY, "节") for day in holidays}
    worked = {SpecialDay(day, DayKind.WORKDAY, "调休") for day in makeup_days}
    return Calendar(
        hours=(Hours(week=week, makeup=makeup), *later),
        days=frozenset(free | worked),
        zone=zone,
        horizon=horizon,
    )


# The National Day of 2025: 1 to 8 October off, 28 September and 11 October worked instead.
NATIONAL_DAY = calendar_of(
    holidays=[date(2025, 10, day) for day in range(1, 9)],
    makeup_days=[date(2025, 9, 28), date(2025, 10, 11)],
)


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


SHORT_DAY = (Period(time(9), time(9, 45)),)
NIGHTS = (Period(time(0), time(2, 30)), Period(time(3, 10), time(4)), Period(time(21), time(0)))
WHOLE_DAY = (Period(time(0), time(0)),)
ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe"]
DAYS = st.sampled_from([(), WORKING_DAY, SHORT_DAY, NIGHTS, WHOLE_DAY])
WEEKS = st.just(WORKING_WEEK) | st.tuples(*[DAYS] * 7).filter(any)
SPECIAL_DAYS = st.dates(date(2026, 3, 1), date(2026, 4, 30)) | st.dates(
    date(2026, 8, 20), date(2026, 11, 5)
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    holidays = draw(st.frozensets(SPECIAL_DAYS, max_size=12))
    since = draw(st.none() | SPECIAL_DAYS)
    return calendar_of(
        week=draw(WEEKS),
        holidays=holidays,
        makeup_days=draw(st.frozensets(SPECIAL_DAYS, max_size=6)) - holidays,
        makeup=draw(DAYS),
        later=() if since is None else (Hours(since, draw(WEEKS), draw(DAYS)),),
        zone=ZoneInfo(draw(st.sampled_from(ZONES))),
    )


moments = st.datetimes(
    datetime(2026, 3, 1),  # noqa: DTZ001 # hypothesis adds the zone
    datetime(2026, 11, 5),  # noqa: DTZ001 # hypothesis adds the zone
    timezones=st.just(UTC),
)
values = st.integers(1, 200).map(lambda n: n / 4)
working_limits = st.builds(
    Limit, values, st.sampled_from([unit for unit in Unit if unit.is_working])
)
limits = st.builds(Limit, values, st.sampled_from(Unit))
