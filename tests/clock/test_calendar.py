from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from gridsvc.clock.calendar import WORKING_DAY, WORKING_WEEK, Calendar, Hours, Period
from gridsvc.clock.timeline import windows_of
from gridsvc.errors import Invalid
from tests.clock.calendars import calendar_of

BERLIN = ZoneInfo("Europe/Berlin")  # 2026: forward 29 March 02:00, back 25 October 03:00
SUNDAY_FORWARD, SUNDAY_BACK = date(2026, 3, 29), date(2026, 10, 25)


def of_period(start: time, end: time, *, zone: ZoneInfo = BERLIN) -> Calendar:
    return calendar_of(week=((Period(start, end),),) * 7, zone=zone)


def test_an_ordinary_day_has_a_morning_and_an_afternoon() -> None:
    morning, afternoon = windows_of(Calendar(), date(2026, 7, 27))  # a Monday
    assert morning == (datetime(2026, 7, 27, 0, tzinfo=UTC), datetime(2026, 7, 27, 4, tzinfo=UTC))
    assert afternoon == (
        datetime(2026, 7, 27, 6, tzinfo=UTC),
        datetime(2026, 7, 27, 10, tzinfo=UTC),
    )


def test_nobody_works_on_week_ends_and_holidays_but_on_make_up_days() -> None:
    saturday, thursday = date(2026, 10, 10), date(2026, 10, 1)
    calendar = calendar_of(holidays=[thursday], makeup_days=[saturday])
    assert windows_of(Calendar(), saturday) == ()
    assert len(windows_of(calendar, saturday)) == 2
    assert len(windows_of(Calendar(), thursday)) == 2
    assert windows_of(calendar, thursday) == ()


def test_a_make_up_day_has_periods_of_its_own() -> None:
    saturday = date(2026, 10, 10)
    short = (Period(time(9), time(10)),)
    calendar = calendar_of(makeup_days=[saturday], makeup=short)
    ((begins, ends),) = windows_of(calendar, saturday)
    assert ends - begins == timedelta(hours=1)


def test_midnight_ends_a_day() -> None:
    whole = of_period(time(0), time(0), zone=ZoneInfo("Asia/Shanghai"))
    today, tomorrow = (windows_of(whole, date(2026, 7, day)) for day in (27, 28))
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
    ((begins, ends),) = windows_of(of_period(start, end), SUNDAY_FORWARD)
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
    ((begins, ends),) = windows_of(of_period(start, end), SUNDAY_BACK)
    assert ends - begins == timedelta(minutes=minutes)


def test_a_day_that_begins_with_a_change_of_clocks_is_whole() -> None:
    """In Santiago 2026-09-06 begins at 01:00."""
    calendar = of_period(time(0), time(0), zone=ZoneInfo("America/Santiago"))
    ((begins, ends),) = windows_of(calendar, date(2026, 9, 6))
    assert begins == datetime(2026, 9, 6, 4, tzinfo=UTC)
    assert ends - begins == timedelta(hours=23)


def test_a_day_that_a_zone_left_out_is_not_worked() -> None:
    """Samoa went from 29 to 31 December 2011."""
    ((begins, ends),) = windows_of(
        of_period(time(8), time(18), zone=ZoneInfo("Pacific/Apia")), date(2011, 12, 30)
    )
    assert begins == ends


def test_equal_calendars_are_one_key() -> None:
    other = calendar_of(holidays=[date(2026, 5, 1)])
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
        calendar_of(week=week, makeup_days=[date(2026, 10, 10)])
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
        calendar_of(week=(day,) * 7)
    assert refusal.value.code == "calendar_overlap"
    with pytest.raises(Invalid):
        calendar_of(makeup=day)


def test_a_day_cannot_be_holiday_and_make_up_day() -> None:
    day = [date(2026, 10, 10)]
    with pytest.raises(Invalid) as refusal:
        calendar_of(holidays=day, makeup_days=day)
    assert refusal.value.code == "calendar_contradiction"
    assert "2026-10-10" in refusal.value.en


@pytest.mark.parametrize("since", [date(2026, 5, 1), date(2026, 6, 1)])
def test_hours_that_do_not_follow_each_other_are_refused(since: date) -> None:
    with pytest.raises(Invalid) as refusal:
        calendar_of(later=(Hours(date(2026, 6, 1)), Hours(since)))
    assert refusal.value.code == "calendar_hours"
    with pytest.raises(Invalid):
        Calendar(hours=())


@pytest.mark.parametrize("hours", [0, -1, 25])
def test_a_working_day_counts_for_hours_that_a_day_has(hours: int) -> None:
    with pytest.raises(Invalid) as refusal:
        Calendar(workday=timedelta(hours=hours))
    assert refusal.value.code == "calendar_workday"
