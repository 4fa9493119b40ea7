from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from gridsvc.clock.calendar import SHANGHAI, Calendar, DayKind, SpecialDay
from gridsvc.clock.spans import Why, spans
from tests.clock.calendars import calendar_of, china


def of(start: str, end: str, calendar: Calendar) -> list[tuple[str, str, Why]]:
    return [
        (
            f"{span.begins.astimezone(calendar.zone):%d %H:%M}",
            f"{span.ends.astimezone(calendar.zone):%d %H:%M}",
            span.why,
        )
        for span in spans(china(start), china(end), calendar, working=True)
    ]


def test_a_week_end_is_told_apart_from_nights_and_breaks() -> None:
    assert of("2026-07-24T11:00", "2026-07-27T09:00", Calendar()) == [
        ("24 11:00", "24 12:00", Why.WORKING),
        ("24 12:00", "24 14:00", Why.OFF_HOURS),
        ("24 14:00", "24 18:00", Why.WORKING),
        ("24 18:00", "25 00:00", Why.OFF_HOURS),
        ("25 00:00", "27 00:00", Why.REST_DAY),
        ("27 00:00", "27 08:00", Why.OFF_HOURS),
        ("27 08:00", "27 09:00", Why.WORKING),
    ]


def test_a_holiday_and_a_make_up_day_are_named() -> None:
    days = frozenset(
        {
            SpecialDay(date(2026, 10, 7), DayKind.HOLIDAY, "国庆节"),
            SpecialDay(date(2026, 10, 10), DayKind.WORKDAY, "国庆节调休"),
        }
    )
    found = spans(
        china("2026-10-07T09:00"), china("2026-10-10T09:00"), Calendar(days=days), working=True
    )
    assert (found[0].why, found[0].note) == (Why.HOLIDAY, "国庆节")
    assert found[0].en(SHANGHAI) == (
        "2026-10-07 09:00 – 2026-10-08 00:00: 0 min counted, holiday (国庆节)"
    )
    assert found[-1].zh(SHANGHAI) == (
        "2026-10-10 08:00 – 2026-10-10 09:00：计 60 分钟，调休上班日工作时间（国庆节调休）"
    )
    assert found[-1].counted == timedelta(hours=1)


def test_a_continuous_clock_counts_all() -> None:
    (span,) = spans(china("2026-07-24T11:00"), china("2026-07-27T09:00"), Calendar(), working=False)
    assert span.why is Why.CONTINUOUS
    assert span.counted == timedelta(hours=70)


@pytest.mark.parametrize("working", [True, False])
def test_nothing_passes_in_no_time(working: bool) -> None:
    at = china("2026-07-24T11:00")
    assert spans(at, at, Calendar(), working=working) == ()


def test_a_day_with_a_change_of_clocks_has_the_hours_that_it_has() -> None:
    berlin = calendar_of(zone=ZoneInfo("Europe/Berlin"))
    start = china("2026-03-29T00:00").replace(tzinfo=berlin.zone)
    end = china("2026-03-30T00:00").replace(tzinfo=berlin.zone)
    (sunday,) = spans(start, end, berlin, working=True)
    assert sunday.length == timedelta(hours=23)
