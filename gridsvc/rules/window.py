"""When a rule holds, in the civil time of the city. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

SpecialDays = Mapping[str, frozenset[date]]
"""Named days that no season can tell, such as those on which fireworks are banned."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Part of every day, from a time until before another; it may pass midnight."""

    start: time
    end: time

    def __contains__(self, at: time) -> bool:
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


@dataclass(frozen=True, slots=True)
class Season:
    """Part of every year, both days included, as (month, day); it may pass the new year."""

    first: tuple[int, int]
    last: tuple[int, int]

    def __contains__(self, day: date) -> bool:
        given = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= given <= self.last
        return given >= self.first or given <= self.last


@dataclass(frozen=True, slots=True)
class Window:
    """All that must be true of a moment; what is None or empty asks nothing."""

    hours: Hours | None = None
    season: Season | None = None
    weekdays: frozenset[int] = frozenset()
    """ISO weekdays, Monday is 1."""
    special_days: str | None = None
    """Name of a list of special days."""

    def holds(self, at: datetime, special: SpecialDays) -> bool:
        """Whether a moment, given in the city's civil time, lies in the window.

        Raises KeyError where all else holds and the named list of special days is not there: the
        caller makes that a visible outcome.
        """
        return (
            (self.hours is None or at.time() in self.hours)
            and (self.season is None or at.date() in self.season)
            and (not self.weekdays or at.isoweekday() in self.weekdays)
            and (self.special_days is None or at.date() in special[self.special_days])
        )

    @property
    def conditions(self) -> int:
        """How many things the window asks for."""
        asked = (self.hours, self.season, self.weekdays or None, self.special_days)
        return sum(one is not None for one in asked)


ALWAYS = Window()
