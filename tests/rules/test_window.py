"""When a rule holds, and how the windows of two rules lie to each other."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given

from gridsvc.rules.overlap import can_hold, can_meet, contains
from gridsvc.rules.window import Hours, Season, Window
from tests.rules.values import LISTS, moments, windows

MONDAY = datetime(2026, 2, 16, 23, 30, tzinfo=UTC)
NIGHT = Hours(time(22), time(6))


class TestHolding:
    @pytest.mark.parametrize(
        ("window", "holds"),
        [
            (Window(), True),
            (Window(hours=NIGHT), True),
            (Window(hours=Hours(time(23, 30), time(23, 31))), True),
            (Window(hours=Hours(time(6), time(23, 30))), False),
            (Window(season=Season((11, 15), (3, 15))), True),
            (Window(season=Season((2, 16), (2, 16))), True),
            (Window(season=Season((2, 17), (2, 15))), False),
            (Window(weekdays=frozenset({1, 7})), True),
            (Window(weekdays=frozenset({2})), False),
            (Window(special_days="new_year"), True),
            (Window(special_days="summer"), False),
            (Window(hours=NIGHT, special_days="summer"), False),
        ],
    )
    def test_all_that_is_asked_must_be_so(self, window: Window, holds: bool) -> None:
        assert window.holds(MONDAY, LISTS) is holds

    def test_a_night_belongs_to_the_day_on_which_each_of_its_moments_lies(self) -> None:
        nights_of_monday = Window(hours=NIGHT, weekdays=frozenset({1}))
        assert nights_of_monday.holds(MONDAY, LISTS)
        assert not nights_of_monday.holds(MONDAY + timedelta(hours=3), LISTS)

    def test_a_list_that_is_not_there_is_an_error_only_where_it_decides(self) -> None:
        with pytest.raises(KeyError):
            Window(hours=NIGHT, special_days="lost").holds(MONDAY, LISTS)
        assert not Window(weekdays=frozenset({3}), special_days="lost").holds(MONDAY, LISTS)

    @given(window=windows, at=moments)
    def test_more_is_asked_less_holds(self, window: Window, at: datetime) -> None:
        if window.holds(at, LISTS):
            assert Window(hours=window.hours).holds(at, LISTS)
            assert Window(season=window.season, weekdays=window.weekdays).holds(at, LISTS)

    @given(window=windows)
    def test_conditions_are_counted(self, window: Window) -> None:
        assert (window.conditions == 0) == (window == Window())


class TestTwoWindows:
    @given(one=windows, other=windows, at=moments)
    def test_what_holds_together_can_meet(self, one: Window, other: Window, at: datetime) -> None:
        if one.holds(at, LISTS) and other.holds(at, LISTS):
            assert can_meet(one, other, LISTS)
            assert can_hold(one, LISTS)

    @given(one=windows, other=windows)
    def test_meeting_goes_both_ways(self, one: Window, other: Window) -> None:
        assert can_meet(one, other, LISTS) == can_meet(other, one, LISTS)

    @given(one=windows, other=windows)
    def test_windows_meet_at_a_moment_that_can_be_found(self, one: Window, other: Window) -> None:
        assert can_meet(one, other, LISTS) == any(
            one.holds(moment, LISTS) and other.holds(moment, LISTS)
            for moment in witnesses(one, other)
        )

    @given(outer=windows, inner=windows)
    def test_what_is_not_contained_holds_alone_at_a_moment_that_can_be_found(
        self, outer: Window, inner: Window
    ) -> None:
        assert contains(outer, inner, LISTS) != any(
            inner.holds(moment, LISTS) and not outer.holds(moment, LISTS)
            for moment in witnesses(inner, outer)
        )

    @given(window=windows)
    def test_a_window_contains_itself_and_always_contains_it(self, window: Window) -> None:
        assert contains(window, window, LISTS)
        assert contains(Window(), window, LISTS)

    def test_a_list_that_is_not_there_never_holds(self) -> None:
        lost = Window(special_days="lost")
        assert not can_hold(lost, LISTS)
        assert not can_meet(lost, Window(), LISTS)

    def test_hours_around_midnight(self) -> None:
        late, early = Hours(time(23), time(1)), Hours(time(0), time(5))
        assert can_meet(Window(late), Window(early), LISTS)
        assert contains(Window(NIGHT), Window(late), LISTS)
        assert contains(Window(NIGHT), Window(early), LISTS)
        assert not contains(Window(early), Window(late), LISTS)
        assert not can_meet(Window(Hours(time(6), time(22))), Window(NIGHT), LISTS)


def witnesses(*given: Window) -> list[datetime]:
    """Moments of every kind that could tell two windows apart.

    Days: the special ones, and of 28 years (after which weekdays come again) every first and last
    day of a season and the days beside it; hours: the edges, and the moment before each.
    """
    edges = {time(0)} | {t for w in given if w.hours for t in (w.hours.start, w.hours.end)}
    before = {(datetime.combine(date(2026, 1, 2), t) - timedelta(minutes=1)).time() for t in edges}
    seasons = [edge for w in given if w.season for edge in (w.season.first, w.season.last)]
    near = {
        date(2024, month, day) + timedelta(days=step)
        for month, day in seasons or [(6, 1)]
        for step in (-1, 0, 1)
    }
    days = {day for listed in LISTS.values() for day in listed} | {
        date(year, day.month, day.day)
        for day in near
        for year in range(2024, 2052)
        if (day.month, day.day) != (2, 29) or year % 4 == 0
    }
    return [datetime.combine(day, t, UTC) for day in sorted(days) for t in edges | before]
