from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.clock.calendar import SHANGHAI, Calendar, DayKind, Hours, Period
from gridsvc.clock.deadline import add, add_many, between
from gridsvc.clock.limit import Limit, Unit
from gridsvc.errors import Invalid
from tests.clock.calendars import (
    NATIONAL_DAY,
    SHORT_DAY,
    calendar_of,
    calendars,
    china,
    limits,
    moments,
    working_limits,
)

HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        # 24 July 2026 is a Friday.
        ("2026-07-24T22:36", Limit(120, Unit.URGENT_MINUTE), "2026-07-25T00:36"),
        ("2026-07-24T17:50", Limit(15, Unit.WORK_MINUTE), "2026-07-27T08:05"),
        ("2026-07-24T22:36", Limit(2, Unit.URGENT_HOUR), "2026-07-25T00:36"),
        ("2026-07-24T16:30", Limit(4, Unit.WORK_HOUR), "2026-07-27T10:30"),
        ("2026-07-22T10:00", Limit(1, Unit.WORK_DAY), "2026-07-23T10:00"),
        ("2026-07-24T10:00", Limit(1, Unit.WORK_DAY), "2026-07-27T10:00"),
        ("2026-07-24T10:00", Limit(7, Unit.NATURAL_DAY), "2026-07-31T10:00"),
        ("2026-07-24T08:00", Limit(1, Unit.WORK_DAY), "2026-07-24T18:00"),
        ("2026-07-24T11:00", Limit(1, Unit.WORK_HOUR), "2026-07-24T12:00"),
        ("2026-07-24T11:30", Limit(1, Unit.WORK_HOUR), "2026-07-24T14:30"),
        ("2026-07-25T03:00", Limit(1, Unit.WORK_HOUR), "2026-07-27T09:00"),
        ("2026-07-24T18:00", Limit(0.5, Unit.WORK_DAY), "2026-07-27T12:00"),
        ("2026-07-24T10:00", Limit(15, Unit.WORK_DAY), "2026-08-14T10:00"),
        ("2026-07-24T10:00", Limit(500, Unit.WORK_DAY), "2028-06-23T10:00"),
    ],
)
def test_a_limit_runs_out_when_the_standard_says(start: str, limit: Limit, due: str) -> None:
    assert add(china(start), limit, Calendar()) == china(due)


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2025-09-27T10:00", Limit(1, Unit.WORK_DAY), "2025-09-28T18:00"),  # make-up Sunday
        ("2025-09-30T16:00", Limit(4, Unit.WORK_HOUR), "2025-10-09T10:00"),
        ("2025-10-10T10:00", Limit(1, Unit.WORK_DAY), "2025-10-11T10:00"),  # make-up Saturday
        ("2025-09-30T22:36", Limit(2, Unit.URGENT_HOUR), "2025-10-01T00:36"),
    ],
)
def test_holidays_and_make_up_days_count(start: str, limit: Limit, due: str) -> None:
    assert add(china(start), limit, NATIONAL_DAY) == china(due)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-07-24T17:00", "2026-07-27T09:00", 2),  # a week-end of 64 hours by the wall
        ("2026-07-24T12:00", "2026-07-24T14:00", 0),
        ("2026-07-24T10:00", "2026-07-24T16:00", 4),
        ("2026-07-25T00:00", "2026-07-26T23:00", 0),
        ("2026-07-20T00:00", "2026-07-27T00:00", 40),
        ("2026-07-01T00:00", "2026-08-01T00:00", 23 * 8),
    ],
)
def test_only_working_time_is_counted(start: str, end: str, hours: float) -> None:
    assert between(china(start), china(end), Calendar()) == hours * HOUR
    assert between(china(end), china(start), Calendar()) == -hours * HOUR


def test_a_deadline_is_told_in_the_time_of_the_place() -> None:
    due = add(datetime(2026, 7, 24, 8, 30, tzinfo=UTC), Limit(4, Unit.WORK_HOUR), Calendar())
    assert due.tzinfo is SHANGHAI
    assert due.isoformat() == "2026-07-27T10:30:00+08:00"


def test_continuous_hours_pass_evenly_when_clocks_are_changed() -> None:
    calendar = Calendar(zone=BERLIN)
    due = add(datetime(2026, 3, 28, 22, tzinfo=BERLIN), Limit(6, Unit.URGENT_HOUR), calendar)
    assert due.isoformat() == "2026-03-29T05:00:00+02:00"


def test_working_days_keep_their_hours_when_clocks_are_changed() -> None:
    calendar = Calendar(zone=BERLIN)
    due = add(datetime(2026, 3, 27, 10, tzinfo=BERLIN), Limit(5, Unit.WORK_DAY), calendar)
    assert due.isoformat() == "2026-04-03T10:00:00+02:00"


def test_a_night_shift_works_the_hours_that_there_are() -> None:
    night = (Period(time(0), time(6)), Period(time(22), time(0)))
    calendar = calendar_of(week=(night,) * 7, zone=BERLIN)
    for start, hours in (
        (datetime(2026, 3, 28, 22, tzinfo=BERLIN), 7),
        (datetime(2026, 10, 24, 22, tzinfo=BERLIN), 9),
    ):
        morning = start.replace(hour=8) + timedelta(days=1)
        assert between(start, morning, calendar) == hours * HOUR


@pytest.mark.parametrize("unit", Unit)
def test_a_time_without_its_zone_is_refused(unit: Unit) -> None:
    naive, aware = datetime(2026, 7, 24, 10), china("2026-07-24T10:00")  # noqa: DTZ001 # refused
    with pytest.raises(Invalid) as refusal:
        add(naive, Limit(1, unit), Calendar())
    assert refusal.value.code == "naive_time"
    with pytest.raises(Invalid):
        between(naive, aware, Calendar())
    with pytest.raises(Invalid):
        between(aware, naive, Calendar())


unhurried = settings(deadline=None)


@unhurried
@given(calendars(), moments, working_limits)
def test_adding_and_counting_undo_each_other(
    calendar: Calendar, start: datetime, limit: Limit
) -> None:
    due = add(start, limit, calendar)
    assert between(start, due, calendar) == limit.duration
    just_before = due - timedelta(microseconds=1)
    assert between(start, just_before, calendar) < limit.duration


@unhurried
@given(calendars(), moments, moments, limits)
def test_what_starts_later_is_due_no_earlier(
    calendar: Calendar, one: datetime, other: datetime, limit: Limit
) -> None:
    earlier, later = sorted((one, other))
    assert add(earlier, limit, calendar) <= add(later, limit, calendar)


@unhurried
@given(calendars(), moments, limits)
def test_a_longer_limit_is_due_later(calendar: Calendar, start: datetime, limit: Limit) -> None:
    longer = Limit(limit.value + 0.25, limit.unit)
    assert start < add(start, limit, calendar) < add(start, longer, calendar)


@unhurried
@given(calendars(), moments, limits, limits)
def test_a_limit_in_two_parts_is_due_at_the_same_time(
    calendar: Calendar, start: datetime, first: Limit, second: Limit
) -> None:
    whole = Limit(first.value + second.value, first.unit)
    parts = add(add(start, first, calendar), Limit(second.value, first.unit), calendar)
    assert add(start, whole, calendar) == parts


@unhurried
@given(calendars(), st.lists(moments, min_size=3, max_size=6))
def test_a_stretch_in_parts_counts_as_much_as_the_whole(
    calendar: Calendar, times: list[datetime]
) -> None:
    parts = [between(a, b, calendar) for a, b in pairwise(times)]
    assert sum(parts, timedelta()) == between(times[0], times[-1], calendar)


@unhurried
@given(calendars(), moments, moments)
def test_no_more_is_worked_than_passes(calendar: Calendar, one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    assert timedelta() <= between(earlier, later, calendar) <= later - earlier


@settings(deadline=None, max_examples=25)
@given(calendars(), moments, st.integers(0, 60))
def test_counting_agrees_with_looking_at_every_five_minutes(
    calendar: Calendar, start: datetime, hours: int
) -> None:
    """By the definition: what the clock on the wall shows lies in a period of that day."""
    calendar = replace(calendar, zone=SHANGHAI)  # elsewhere the wall repeats and skips hours
    start = start.replace(minute=start.minute // 5 * 5, second=0, microsecond=0)
    step = timedelta(minutes=5)
    worked = 0
    for number in range(hours * 12):
        wall = (start + number * step).astimezone(SHANGHAI)
        worked += any(
            p.start <= wall.time() and (wall.time() < p.end or p.end == time())
            for p in periods_by_definition(calendar, wall.date())
        )
    assert between(start, start + hours * HOUR, calendar) == worked * step


def periods_by_definition(calendar: Calendar, day: date) -> tuple[Period, ...]:
    hours = [hours for hours in calendar.hours if hours.since <= day][-1]
    for special in calendar.days:
        if special.date == day:
            return hours.makeup if special.kind is DayKind.WORKDAY else ()
    return hours.week[day.weekday()]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
def test_years_are_counted_as_their_days_are(zone: str) -> None:
    calendar = replace(NATIONAL_DAY, zone=ZoneInfo(zone))
    start = datetime(2024, 1, 1, tzinfo=calendar.zone)
    days = [start + timedelta(days=number) for number in range(1097)]
    by_day = [between(a, b, calendar) for a, b in pairwise(days)]
    assert between(days[0], days[-1], calendar) == sum(by_day, timedelta())


@pytest.mark.parametrize("offset", ["+14:00", "-12:00"])
def test_a_year_ends_when_it_ends_in_the_place(offset: str) -> None:
    """Moments lie in another year by UTC than by the clock on the wall."""
    calendar = Calendar(zone=ZoneInfo("Pacific/Kiritimati" if "+" in offset else "Etc/GMT+12"))
    eve = datetime.fromisoformat(f"2025-12-31T17:00{offset}")  # a Wednesday
    assert add(eve, Limit(2, Unit.WORK_HOUR), calendar) == eve + 16 * HOUR
    assert between(eve, eve + 16 * HOUR, calendar) == 2 * HOUR


def test_later_hours_hold_from_their_day_on() -> None:
    """Summer hours, from Thursday 2026-07-02 on: the afternoon begins half an hour later."""
    summer = (Period(time(8), time(12)), Period(time(14, 30), time(18, 30)))
    hours = Hours(date(2026, 7, 2), (*[summer] * 5, (), ()), summer)
    calendar = calendar_of(later=(hours,))
    assert add(china("2026-07-01T17:30"), Limit(5, Unit.WORK_HOUR), calendar) == china(
        "2026-07-02T15:00"
    )
    assert add(china("2026-07-01T10:00"), Limit(1, Unit.WORK_DAY), calendar) == china(
        "2026-07-02T10:00"
    )


def test_a_calendar_may_say_what_a_working_day_counts_for() -> None:
    seven = replace(
        calendar_of(week=(*[(Period(time(9), time(16)),)] * 5, (), ())), workday=7 * HOUR
    )
    assert add(china("2026-07-23T10:00"), Limit(2, Unit.WORK_DAY), seven) == china(
        "2026-07-27T10:00"
    )
    assert add(china("2026-07-23T10:00"), Limit(8, Unit.WORK_HOUR), seven) == china(
        "2026-07-24T11:00"
    )


def test_a_limit_that_hardly_any_work_ever_uses_up_is_refused() -> None:
    calendar = calendar_of(week=(SHORT_DAY, (), (), (), (), (), ()))
    with pytest.raises(Invalid) as refusal:
        add(china("2026-07-24T10:00"), Limit(1000, Unit.WORK_DAY), calendar)
    assert refusal.value.code == "limit_never_ends"


@pytest.mark.parametrize("year", [1, 1800, 4000, 9999])
@pytest.mark.parametrize("unit", [Unit.WORK_DAY, Unit.NATURAL_DAY])
def test_a_time_that_no_calendar_reaches_is_refused(year: int, unit: Unit) -> None:
    far = datetime(year, 12, 31, tzinfo=UTC)
    with pytest.raises(Invalid) as refusal:
        add(far, Limit(1, unit), Calendar())
    assert refusal.value.code == "far_time"


@settings(deadline=None, max_examples=50)
@given(
    calendars(),
    st.lists(st.tuples(moments, st.integers(0, 2)), max_size=30),
    st.tuples(limits, limits, limits),
)
def test_many_deadlines_are_those_of_one_and_one(
    calendar: Calendar, cases: list[tuple[datetime, int]], three: tuple[Limit, Limit, Limit]
) -> None:
    starts = np.array([start.replace(tzinfo=None) for start, _ in cases], "datetime64[us]")
    which = np.array([number for _, number in cases], np.intp)
    many = add_many(starts, which, limits=three, calendar=calendar)
    assert [due.replace(tzinfo=UTC) for due in many.tolist()] == [
        add(start, three[number], calendar) for start, number in cases
    ]


def test_many_starts_may_be_told_in_seconds() -> None:
    starts = np.array(["2026-07-24T08:30:00"], "datetime64[s]")
    (due,) = add_many(
        starts,
        np.zeros(1, np.intp),
        limits=[Limit(4, Unit.WORK_HOUR)],
        calendar=Calendar(),
    )
    assert due == np.datetime64("2026-07-27T02:30")
