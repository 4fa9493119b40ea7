"""The public holidays that the demonstration works by."""

import csv
from collections import Counter

from gridsvc.calendars.cells import days_from
from gridsvc.clock.calendar import DayKind
from gridsvc.demo.calendar import FILE


def test_each_year_has_its_holidays_and_make_up_days_on_week_ends() -> None:
    with FILE.open(encoding="utf-8", newline="") as lines:
        days = days_from([*csv.DictReader(lines)])
    by_year = Counter((day.date.year, day.kind) for day in days)
    assert by_year == {
        (2025, DayKind.HOLIDAY): 28,
        (2025, DayKind.WORKDAY): 5,
        (2026, DayKind.HOLIDAY): 33,
        (2026, DayKind.WORKDAY): 6,
    }
    assert all(day.date.weekday() >= 5 for day in days if day.kind is DayKind.WORKDAY)
