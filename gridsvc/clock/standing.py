"""How a clock stands: what it has used, when it is due, whether that is green, yellow or red."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from gridsvc.clock.calendar import Calendar
from gridsvc.clock.deadline import after, between

Run = tuple[datetime, datetime]


class Light(StrEnum):
    """Green; yellow once 80 % of the limit has been used; red after the deadline."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


YELLOW_FROM: Final = 0.8


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clock stands at a moment. While it is paused, it is due as if it ran on just then."""

    total: timedelta
    used: timedelta
    yellow_from: datetime
    due: datetime
    light: Light
    runs: bool


@dataclass(frozen=True, slots=True)
class Round:
    """A limit and the stretches during which its clock ran; it goes on, if at all, at `goes_on`."""

    total: timedelta
    runs: tuple[Run, ...]
    goes_on: datetime
    calendar: Calendar
    working: bool

    def standing(self, *, runs: bool) -> Standing:
        """Reckon how the clock stands."""
        seen, due = self.runs[-1][1], self.when(self.total)
        yellow_from = self.when(self.total * YELLOW_FROM)
        light = Light.RED if seen > due else Light.YELLOW if seen >= yellow_from else Light.GREEN
        used = sum((self._spent(run) for run in self.runs), timedelta())
        return Standing(self.total, used, yellow_from, due, light, runs)

    def when(self, amount: timedelta) -> datetime:
        """Find when so much was used up, or would be."""
        for run in self.runs:
            spent = self._spent(run)
            if amount <= spent:
                return self._after(run[0], amount)
            amount -= spent
        return self._after(self.goes_on, amount)

    def _after(self, start: datetime, amount: timedelta) -> datetime:
        return after(start, amount, self.calendar, working=self.working)

    def _spent(self, run: Run) -> timedelta:
        return between(*run, self.calendar) if self.working else run[1] - run[0]
