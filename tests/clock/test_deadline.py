from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.clock.calendar import SHANGHAI, WORKING_DAY, WORKING_WEEK, Calendar, Period
from gridsvc.clock.deadline import add, working_between
from gridsvc.clock.limit import Limit, Unit
from gridsvc.errors import Invalid

HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")

# The National Day of 2025: 1 to 8 October off, 28 September and 11 October worked instead.
NATIONAL_DAY = Calendar(
    holidays=frozenset(date(2025, 10, day) for day in range(1, 9)),
    makeup_days=frozenset({date(2025, 9, 28), date(2025, 10, 11)}),
)


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        # 24 July 2026 is a Friday.
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
    assert working_between(china(start), china(end), Calendar()) == hours * HOUR
    assert working_between(china(end), china(start), Calendar()) == -hours * HOUR


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
    calendar = Calendar(week=(night,) * 7, zone=BERLIN)
    for start, hours in (
        (datetime(2026, 3, 28, 22, tzinfo=BERLIN), 7),
        (datetime(2026, 10, 24, 22, tzinfo=BERLIN), 9),
    ):
        morning = start.replace(hour=8) + timedelta(days=1)
        assert working_between(start, morning, calendar) == hours * HOUR


@pytest.mark.parametrize("unit", Unit)
def test_a_time_without_its_zone_is_refused(unit: Unit) -> None:
    naive, aware = datetime(2026, 7, 24, 10), china("2026-07-24T10:00")  # noqa: DTZ001 # refused
    with pytest.raises(Invalid) as refusal:
        add(naive, Limit(1, unit), Calendar())
    assert refusal.value.code == "naive_time"
    with pytest.raises(Invalid):
        working_between(naive, aware, Calendar())
    with pytest.raises(Invalid):
        working_between(aware, naive, Calendar())


SHORT_DAY = (Period(time(9), time(9, 45)),)
NIGHTS = (Period(time(0), time(2, 30)), Period(time(3, 10), time(4)), Period(time(21), time(0)))
WHOLE_DAY = (Period(time(0), time(0)),)
SPECIAL_DAYS = st.dates(date(2026, 3, 1), date(2026, 4, 30)) | st.dates(
    date(2026, 8, 20), date(2026, 11, 5)
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    days = st.sampled_from([(), WORKING_DAY, SHORT_DAY, NIGHTS, WHOLE_DAY])
    week = draw(st.just(WORKING_WEEK) | st.tuples(*[days] * 7).filter(any))
    holidays = draw(st.frozensets(SPECIAL_DAYS, max_size=12))
    return Calendar(
        week=week,
        holidays=holidays,
        makeup_days=draw(st.frozensets(SPECIAL_DAYS, max_size=6)) - holidays,
        makeup_periods=draw(days),
        zone=ZoneInfo(
            draw(
                st.sampled_from(
                    ["Asia/Shanghai", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe"]
                )
            )
        ),
    )


moments = st.datetimes(
    datetime(2026, 3, 1),  # noqa: DTZ001 # hypothesis adds the zone
    datetime(2026, 11, 5),  # noqa: DTZ001 # hypothesis adds the zone
    timezones=st.just(UTC),
)
working_limits = st.builds(
    Limit,
    st.integers(1, 200).map(lambda n: n / 4),
    st.sampled_from([Unit.WORK_HOUR, Unit.WORK_DAY]),
)
limits = working_limits | st.builds(
    Limit, st.integers(1, 200).map(lambda n: n / 4), st.sampled_from(Unit)
)
unhurried = settings(deadline=None)


@unhurried
@given(calendars(), moments, working_limits)
def test_adding_and_counting_undo_each_other(
    calendar: Calendar, start: datetime, limit: Limit
) -> None:
    due = add(start, limit, calendar)
    assert working_between(start, due, calendar) == limit.duration
    just_before = due - timedelta(microseconds=1)
    assert working_between(start, just_before, calendar) < limit.duration


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
    parts = [working_between(a, b, calendar) for a, b in pairwise(times)]
    assert sum(parts, timedelta()) == working_between(times[0], times[-1], calendar)


@unhurried
@given(calendars(), moments, moments)
def test_no_more_is_worked_than_passes(calendar: Calendar, one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    assert timedelta() <= working_between(earlier, later, calendar) <= later - earlier


@settings(deadline=None, max_examples=25)
@given(calendars(), moments, st.integers(0, 60))
def test_counting_agrees_with_looking_at_every_quarter_of_an_hour(
    calendar: Calendar, start: datetime, hours: int
) -> None:
    """By the definition: what the clock on the wall shows lies in a period of that day."""
    if calendar.zone.key != "Asia/Shanghai":  # elsewhere the wall repeats and skips hours
        calendar = Calendar(
            calendar.week, calendar.holidays, calendar.makeup_days, calendar.makeup_periods
        )
    start = start.replace(minute=start.minute // 5 * 5, second=0, microsecond=0)
    step = timedelta(minutes=5)
    worked = 0
    for number in range(hours * 12):
        wall = (start + number * step).astimezone(SHANGHAI)
        periods = calendar.week[wall.weekday()]
        if wall.date() in calendar.makeup_days:
            periods = calendar.makeup_periods
        if wall.date() in calendar.holidays:
            periods = ()
        worked += any(
            p.start <= wall.time() and (wall.time() < p.end or p.end == time()) for p in periods
        )
    assert working_between(start, start + hours * HOUR, calendar) == worked * step


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
def test_years_are_counted_as_their_days_are(zone: str) -> None:
    calendar = Calendar(holidays=NATIONAL_DAY.holidays, zone=ZoneInfo(zone))
    start = datetime(2024, 1, 1, tzinfo=calendar.zone)
    days = [start + timedelta(days=number) for number in range(1097)]
    by_day = [working_between(a, b, calendar) for a, b in pairwise(days)]
    assert working_between(days[0], days[-1], calendar) == sum(by_day, timedelta())
