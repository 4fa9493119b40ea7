"""What a department writes into its calendar's spreadsheets, read and stored."""

from datetime import date, time
from typing import Any

import pytest
from hypothesis import given

from gridsvc.calendars.cells import continued, days_from, hours_from, read_hours, write_hours
from gridsvc.clock.calendar import WORKING_DAY, Calendar, DayKind, Period, SpecialDay
from gridsvc.errors import Invalid
from tests.clock.calendars import calendars

SPRING = {"date": "2026-02-15", "until": "2026-02-17", "kind": "holiday", "name": "春节"}
MAKEUP = {"date": "2026-02-14", "until": None, "kind": "workday", "name": None}


def holiday(text: str) -> SpecialDay:
    return SpecialDay(date.fromisoformat(text), DayKind.HOLIDAY)


def test_a_row_is_a_day_or_all_days_until_another() -> None:
    assert days_from([SPRING, MAKEUP]) == {
        SpecialDay(date(2026, 2, 14), DayKind.WORKDAY),
        *(SpecialDay(date(2026, 2, day), DayKind.HOLIDAY, "春节") for day in (15, 16, 17)),
    }


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ({**SPRING, "date": "15.2.2026"}, "invalid_cell", "date"),
        ({**SPRING, "date": "0001-01-01"}, "invalid_cell", "date"),
        ({**SPRING, "until": "soon"}, "invalid_cell", "until"),
        ({**SPRING, "until": "2026-02-14"}, "invalid_cell", "until"),
        ({**SPRING, "until": "2036-02-14"}, "invalid_cell", "until"),
        ({**MAKEUP, "date": "2026-02-16"}, "calendar_contradiction", None),
        (SPRING, "calendar_contradiction", None),
    ],
)
def test_a_wrong_row_is_named(row: dict[str, Any], code: str, field: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        days_from([SPRING, row])
    assert (refused.value.code, refused.value.field) == (code, field)
    if field:
        assert refused.value.detail["row"] == 2


def test_later_days_replace_all_from_the_first_of_them_on() -> None:
    """A new year's holiday may begin in the old year, of which the rest must stay."""
    known = {holiday("2022-10-01"), holiday("2022-12-30"), holiday("2023-05-01")}
    added = frozenset({holiday("2022-12-31"), holiday("2023-01-02")})
    assert continued(known, added) == added | {holiday("2022-10-01"), holiday("2022-12-30")}


def row(weekday: str, start: str, end: str, since: str | None = None) -> dict[str, Any]:
    return {"weekday": weekday, "start": start, "end": end, "since": since}


def test_hours_are_periods_of_weekdays_from_a_day_on() -> None:
    first, summer = hours_from(
        [
            row("1", "14:00", "18:00"),
            row("1", "08:00", "12:00"),
            row("6", "09:00", "00:00"),
            row("2", "09:00", "10:00", since="2026-06-01"),
            row("makeup", "10:00", "11:00", since="2026-06-01"),
        ]
    )
    assert first.since == date.min
    assert first.week[0] == first.makeup == WORKING_DAY
    assert first.week[1:5] == ((),) * 4
    assert first.week[5] == (Period(time(9), time(0)),)
    assert summer.since == date(2026, 6, 1)
    assert summer.makeup == (Period(time(10), time(11)),)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (row("1", "8 o'clock", "12:00"), "invalid_cell"),
        (row("1", "08:00:30", "12:00"), "invalid_cell"),
        (row("1", "08:00+08:00", "12:00"), "invalid_cell"),
        (row("1", "08:00", "12:00", since="then"), "invalid_cell"),
        (row("1", "12:00", "08:00"), "calendar_period"),
        (row("1", "08:00", "13:00"), "calendar_overlap"),
    ],
)
def test_hours_that_are_none_are_refused(wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        hours_from([row("1", "11:00", "14:00"), wrong])
    assert refused.value.code == code


@given(calendars())
def test_hours_are_stored_and_read_as_they_are(calendar: Calendar) -> None:
    assert read_hours(write_hours(calendar.hours)) == calendar.hours
