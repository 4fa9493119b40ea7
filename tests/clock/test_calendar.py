from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from gridsvc.clock.calendar import WORKING_DAY, WORKING_WEEK, Calendar, Period
from gridsvc.errors import Invalid

BERLIN = ZoneInfo("Europe/Berlin")  # 2026: forward 29 March 02:00, back 25 October 03:00
SUNDAY_FORWARD, SUNDAY_BACK = date(2026, 3, 29), date(2026, 10, 25)


def of_period(start: time, end: time, *, zone: ZoneInfo = BERLIN) -> Calendar:
    return Calendar(week=((Period(start, end),),) * 7, zone=zone)


def test_an_ordinary_day_has_a_morning_and_an_afternoon() -> None:
    morning, afternoon = Calendar().windows(date(2026, 7, 27))  # a Monday
    assert morning == (datetime(2026, 7, 27, 0, tzinfo=UTC), datetime(2026, 7, 27, 4, tzinfo=UTC))
    assert afternoon == (
        datetime(2026, 7, 27, 6, tzinfo=UTC),
        datetime(2026, 7, 27, 10, tzinfo=UTC),
    )


def test_nobody_works_on_week_ends_and_holidays_but_on_make_up_days() -> None:
    saturday, thursday = date(2026, 10, 10), date(2026, 10, 1)
    calendar = Calendar(holidays=frozenset({thursday}), makeup_days=frozenset({saturday}))
    assert Calendar().windows(saturday) == ()
    assert len(calendar.windows(saturday)) == 2
    assert len(Calendar().windows(thursday)) == 2
    assert calendar.windows(thursday) == ()


def test_a_make_up_day_has_periods_of_its_own() -> None:
    saturday = date(2026, 10, 10)
    short = (Period(time(9), time(10)),)
    calendar = Calendar(makeup_days=frozenset({saturday}), makeup_periods=short)
    ((begins, ends),) = calendar.windows(saturday)
    assert ends - begins == timedelta(hours=1)


def test_midnight_ends_a_day() -> None:
    whole = of_period(time(0), time(0), zone=ZoneInfo("Asia/Shanghai"))
    today, tomorrow = (whole.windows(date(2026, 7, day)) for day in (27, 28))
    assert today[0][1] == tomorrow[0][0]
    assert today[0][1] - today[0][0] == timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (time(0), time(0), 23 * 60),
        (time(1), time(4), 120),
        (time(1), time(2, 30), 60),  # ends within what is skipped
        (time(2, 30), time(3, 15), 15),  # begins within it
        (time(2, 10), time(2, 50), 0),  # lies within it
        (time(8), time(18), 600),
    ],
)
def test_what_a_change_of_clocks_skips_is_not_worked(start: time, end: time, minutes: int) -> None:
    ((begins, ends),) = of_period(start, end).windows(SUNDAY_FORWARD)
    assert ends - begins == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (time(0), time(0), 25 * 60),
        (time(1), time(4), 240),
        (time(2, 10), time(2, 50), 40),  # the first of the two
        (time(8), time(18), 600),
    ],
)
def test_what_a_change_of_clocks_repeats_is_worked(start: time, end: time, minutes: int) -> None:
    ((begins, ends),) = of_period(start, end).windows(SUNDAY_BACK)
    assert ends - begins == timedelta(minutes=minutes)


def test_a_day_that_begins_with_a_change_of_clocks_is_whole() -> None:
    """In Santiago 2026-09-06 begins at 01:00."""
    calendar = of_period(time(0), time(0), zone=ZoneInfo("America/Santiago"))
    ((begins, ends),) = calendar.windows(date(2026, 9, 6))
    assert begins == datetime(2026, 9, 6, 4, tzinfo=UTC)
    assert ends - begins == timedelta(hours=23)


def test_a_day_that_a_zone_left_out_is_not_worked() -> None:
    """Samoa went from 29 to 31 December 2011."""
    ((begins, ends),) = of_period(time(8), time(18), zone=ZoneInfo("Pacific/Apia")).windows(
        date(2011, 12, 30)
    )
    assert begins == ends


@pytest.mark.parametrize(
    ("first", "plain"),
    [
        (date(2026, 3, 22), True),  # its last day is the 28th; the clocks change on the 29th
        (date(2026, 3, 23), False),
        (date(2026, 3, 30), True),
        (date(2026, 4, 27), False),  # holds 1 May
        (date(2026, 5, 4), False),  # holds the make-up day
        (date(2026, 5, 11), True),
    ],
)
def test_a_plain_week_holds_nothing_special(first: date, plain: bool) -> None:
    calendar = Calendar(
        holidays=frozenset({date(2026, 5, 1)}),
        makeup_days=frozenset({date(2026, 5, 9)}),
        zone=BERLIN,
    )
    assert calendar.is_plain_week(first) == plain
    assert calendar.weekly == timedelta(hours=40)


def test_equal_calendars_are_one_key() -> None:
    other = Calendar(holidays=frozenset({date(2026, 5, 1)}))
    assert {Calendar(): "a", Calendar(): "b", other: "c"} == {Calendar(): "b", other: "c"}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (time(12), time(8)),
        (time(8), time(8)),
        (time(8, tzinfo=UTC), time(9)),
        (time(8), time(9, tzinfo=UTC)),
    ],
)
def test_a_period_that_is_none_is_refused(start: time, end: time) -> None:
    with pytest.raises(Invalid) as refusal:
        Period(start, end)
    assert refusal.value.code == "calendar_period"


@pytest.mark.parametrize("week", [((),) * 7, WORKING_WEEK[:5], (*WORKING_WEEK, ())])
def test_a_week_in_which_no_work_would_ever_be_done_is_refused(
    week: tuple[tuple[Period, ...], ...],
) -> None:
    with pytest.raises(Invalid) as refusal:
        Calendar(week=week, makeup_days=frozenset({date(2026, 10, 10)}))
    assert refusal.value.code == "calendar_week"


@pytest.mark.parametrize(
    "day",
    [
        WORKING_DAY[::-1],
        (Period(time(8), time(12)), Period(time(11), time(18))),
        (Period(time(8), time(0)), Period(time(9), time(10))),
    ],
)
def test_periods_out_of_order_are_refused(day: tuple[Period, ...]) -> None:
    with pytest.raises(Invalid) as refusal:
        Calendar(week=(day,) * 7)
    assert refusal.value.code == "calendar_overlap"
    with pytest.raises(Invalid):
        Calendar(makeup_periods=day)


def test_a_day_cannot_be_holiday_and_make_up_day() -> None:
    day = frozenset({date(2026, 10, 10)})
    with pytest.raises(Invalid) as refusal:
        Calendar(holidays=day, makeup_days=day)
    assert refusal.value.code == "calendar_contradiction"
    assert "2026-10-10" in refusal.value.en
