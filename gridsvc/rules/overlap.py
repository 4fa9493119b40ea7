"""Whether two windows can hold at one moment, and whether one holds whenever another does. Pure.

What is asked of the hour and what is asked of the day are told apart: one moment has both.
"""

from collections.abc import Iterable
from datetime import date, time, timedelta

from gridsvc.rules.window import Hours, SpecialDays, Window

_DAY_S = 86_400
_EVERY_DAY = frozenset(range(1, 8))
# Within four hundred years every day of the year, the 29th of February too, has fallen on every
# weekday, so that a season and a weekday never exclude each other.
_YEAR = tuple(date(2024, 1, 1) + timedelta(days=step) for step in range(366))


def can_hold(window: Window, special: SpecialDays) -> bool:
    """Whether there is a moment at which a window holds."""
    return window.special_days is None or any(_dates(window, special))


def can_meet(one: Window, other: Window, special: SpecialDays) -> bool:
    """Whether there is a moment at which both windows hold."""
    return _hours_meet(one.hours, other.hours) and _days_meet(one, other, special)


def contains(outer: Window, inner: Window, special: SpecialDays) -> bool:
    """Whether the outer window holds at every moment at which the inner one does."""
    if not can_hold(inner, special):
        return True
    return _hours_contain(outer.hours, inner.hours) and _days_contain(outer, inner, special)


def _hours_meet(one: Hours | None, other: Hours | None) -> bool:
    if one is None or other is None:
        return True
    return one.start in other or other.start in one


def _hours_contain(outer: Hours | None, inner: Hours | None) -> bool:
    if outer is None:
        return True
    if inner is None:
        return False
    late = (_seconds(inner.start) - _seconds(outer.start)) % _DAY_S
    return late + _length(inner) <= _length(outer)


def _length(hours: Hours) -> int:
    return (_seconds(hours.end) - _seconds(hours.start)) % _DAY_S or _DAY_S


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


def _days_meet(one: Window, other: Window, special: SpecialDays) -> bool:
    if one.special_days is not None:
        return any(_has_date(other, day, special) for day in _dates(one, special))
    if other.special_days is not None:
        return _days_meet(other, one, special)
    seasons = (one.season, other.season)
    in_season = (day for day in _YEAR if all(s is None or day in s for s in seasons))
    return any(in_season) and bool(_weekdays(one) & _weekdays(other))


def _days_contain(outer: Window, inner: Window, special: SpecialDays) -> bool:
    if inner.special_days is not None:
        return all(_has_date(outer, day, special) for day in _dates(inner, special))
    if outer.special_days is not None:
        return False
    return _weekdays(inner) <= _weekdays(outer) and all(
        outer.season is None or day in outer.season
        for day in _YEAR
        if inner.season is None or day in inner.season
    )


def _weekdays(window: Window) -> frozenset[int]:
    return window.weekdays or _EVERY_DAY


def _dates(window: Window, special: SpecialDays) -> Iterable[date]:
    """List the special days on which a window holds."""
    listed = special.get(window.special_days or "", frozenset())
    return (day for day in listed if _has_date(window, day, special))


def _has_date(window: Window, day: date, special: SpecialDays) -> bool:
    return (
        (window.season is None or day in window.season)
        and day.isoweekday() in _weekdays(window)
        and (window.special_days is None or day in special.get(window.special_days, frozenset()))
    )
