from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.clock.calendar import Calendar
from gridsvc.clock.deadline import add
from gridsvc.clock.limit import Limit, Unit
from gridsvc.clock.preview import Moved, Running, moved, past_horizon
from tests.clock.calendars import NATIONAL_DAY, calendars, china, limits, moments


def running(key: str, start: datetime, limit: Limit, calendar: Calendar) -> Running:
    return Running(key, start, limit, add(start, limit, calendar))


def test_only_what_runs_over_the_new_holidays_moves() -> None:
    old = Calendar()
    cases = [
        running("over", china("2025-09-30T16:00"), Limit(4, Unit.WORK_HOUR), old),
        running("before", china("2025-09-26T08:00"), Limit(4, Unit.WORK_HOUR), old),
        running("continuous", china("2025-09-30T16:00"), Limit(2, Unit.NATURAL_DAY), old),
    ]
    assert moved(cases, NATIONAL_DAY) == (
        Moved("over", china("2025-10-01T10:00"), china("2025-10-09T10:00")),
    )


@settings(deadline=None, max_examples=40)
@given(calendars(), calendars(), st.lists(st.tuples(moments, limits), max_size=8))
def test_a_preview_tells_all_that_changes_and_nothing_else(
    old: Calendar, new: Calendar, cases: list[tuple[datetime, Limit]]
) -> None:
    told = [running(str(n), start, limit, old) for n, (start, limit) in enumerate(cases)]
    changed = {one.key: one.would_be for one in moved(told, new)}
    for one in told:
        would_be = add(one.start, one.limit, new)
        # Python takes no two zones' times for equal where one of them comes twice that night.
        assert changed.get(one.key, one.due).astimezone(UTC) == would_be.astimezone(UTC)
    assert moved(told, old) == ()


def test_the_alarm_rings_for_working_time_past_the_last_known_day() -> None:
    calendar = replace(Calendar(), horizon=date(2026, 12, 31))
    day = Limit(1, Unit.WORK_DAY)
    cases = [
        running("in time", china("2026-12-30T10:00"), day, calendar),
        running("past it", china("2026-12-31T10:00"), day, calendar),
        running("continuous", china("2026-12-31T10:00"), Limit(9, Unit.NATURAL_DAY), calendar),
    ]
    assert [one.key for one in past_horizon(cases, calendar)] == ["past it"]
    assert past_horizon(cases, Calendar()) == ()


def test_a_deadline_is_past_the_horizon_by_the_clock_on_the_wall() -> None:
    calendar = replace(Calendar(), horizon=date(2026, 12, 31))
    late = china("2026-12-31T23:59")
    limit = Limit(1, Unit.WORK_DAY)
    assert past_horizon([Running("k", late, limit, late)], calendar) == ()
    after = Running("k", late, limit, late + timedelta(minutes=1))
    assert past_horizon([after], calendar) == (after,)
