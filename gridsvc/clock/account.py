"""The account of one clock: what happened to it, and what follows from that at any moment.

A pause holds back what it held of the clock's own time: one from 17:00 on Friday to 09:00 on Monday
moves a deadline in working hours by two of them, not by 64.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from gridsvc.clock.calendar import Calendar
from gridsvc.clock.deadline import running_time
from gridsvc.clock.limit import Limit
from gridsvc.clock.spans import Span, joined, paused, spans
from gridsvc.clock.standing import Round, Run, Standing
from gridsvc.clock.timeline import moment
from gridsvc.errors import Conflict, Invalid


class Move(StrEnum):
    """What can happen to a clock."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    RESTART = "restart"  # in other hands: what was used is forgotten
    EXTEND = "extend"
    STOP = "stop"


_ROUNDS: Final = frozenset({Move.START, Move.RESTART})
_STANDS: Final = frozenset({Move.PAUSE, Move.STOP})
_MAY_FOLLOW: Final[Mapping[bool, frozenset[Move]]] = {
    True: frozenset({Move.PAUSE, Move.STOP, Move.RESTART, Move.EXTEND}),
    False: frozenset({Move.RESUME, Move.STOP, Move.RESTART, Move.EXTEND}),
}
"""By whether the clock runs."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that happened to a clock, and why; with the limit that begins or is added."""

    at: datetime
    move: Move
    why: str = ""
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A limit's clock as the list of its turns, the first of which started it."""

    calendar: Calendar
    turns: tuple[Turn, ...]

    @classmethod
    def open(cls, limit: Limit, calendar: Calendar, *, at: datetime, why: str = "") -> Self:
        """Start a clock."""
        return cls(calendar, (Turn(moment(at), Move.START, why, limit),))

    def pause(self, at: datetime, why: str) -> Self:
        return self._and(Turn(at, Move.PAUSE, why))

    def resume(self, at: datetime, why: str = "") -> Self:
        return self._and(Turn(at, Move.RESUME, why))

    def restart(self, at: datetime, why: str = "", *, limit: Limit | None = None) -> Self:
        """Begin anew, with the limit of before if no other is given."""
        return self._and(Turn(at, Move.RESTART, why, limit or _last_round(self.turns)[0].limit))

    def extend(self, at: datetime, limit: Limit, why: str = "") -> Self:
        """Make the limit longer."""
        return self._and(Turn(at, Move.EXTEND, why, limit))

    def stop(self, at: datetime, why: str = "") -> Self:
        return self._and(Turn(at, Move.STOP, why))

    def by(self, calendar: Calendar) -> Self:
        """Give the same account by another calendar."""
        return replace(self, calendar=calendar)

    @property
    def runs(self) -> bool:
        """Tell whether the clock runs after all that happened."""
        return _changes(self.turns)[-1].move not in _STANDS

    def standing(self, at: datetime) -> Standing:
        """Reckon how the clock stands at a moment; what happens later is not known then."""
        at = moment(at)
        turns = _last_round(self._until(at))
        runs = tuple(run for turn, run in _stretches(turns, at) if turn.move not in _STANDS)
        last = _changes(turns)[-1]
        limits = [running_time(turn.limit, self.calendar) for turn in turns if turn.limit]
        return Round(
            total=sum(limits, timedelta()),
            runs=runs,
            goes_on=last.at if last.move is Move.STOP else at,
            calendar=self.calendar,
            working=self._is_working,
        ).standing(runs=last.move not in _STANDS)

    def explain(self, at: datetime) -> tuple[Span, ...]:
        """Account for every minute from the beginning, of all rounds, until a moment or the end."""
        at = moment(at)
        return joined(
            span for turn, run in _stretches(self._until(at), at) for span in self._spans(turn, run)
        )

    def _spans(self, turn: Turn, run: Run) -> tuple[Span, ...]:
        if turn.move is Move.STOP:
            return ()
        if turn.move is Move.PAUSE:
            return paused(*run, self.calendar, working=self._is_working, note=turn.why)
        return spans(*run, self.calendar, working=self._is_working)

    @property
    def _is_working(self) -> bool:
        limit = self.turns[0].limit
        return limit is not None and limit.unit.is_working

    def _until(self, at: datetime) -> tuple[Turn, ...]:
        known = tuple(turn for turn in self.turns if turn.at <= at)
        if not known:
            raise Invalid(
                "clock_not_started",
                en=f"The clock started at {self.turns[0].at.isoformat()}, later than asked.",
                zh=f"计时始于 {self.turns[0].at.isoformat()}，晚于所查询的时间。",
            )
        return known

    def _and(self, turn: Turn) -> Self:
        turn = replace(turn, at=moment(turn.at))
        _require_order(self.turns[-1], turn)
        _require_possible(turn, runs=self.runs)
        if turn.limit and turn.limit.unit.is_working != self._is_working:
            raise Invalid(
                "limit_clock",
                en="One clock counts working time or all time: its limits are of one sort.",
                zh="同一计时只能按工作时间或按连续时间计算，不能混用两种时限。",
            )
        return replace(self, turns=(*self.turns, turn))


def _changes(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    return tuple(turn for turn in turns if turn.move is not Move.EXTEND)


def _last_round(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    begun = [number for number, turn in enumerate(turns) if turn.move in _ROUNDS]
    return turns[begun[-1] :]


def _stretches(turns: tuple[Turn, ...], at: datetime) -> list[tuple[Turn, Run]]:
    """Give each turn with the time from it to the next, the last one's to a moment."""
    changes = _changes(turns)
    ends = [turn.at for turn in changes[1:]] + [at]
    return [(turn, (turn.at, end)) for turn, end in zip(changes, ends, strict=True)]


def _require_order(last: Turn, turn: Turn) -> None:
    if turn.at < last.at:
        raise Conflict(
            "clock_order",
            en=f"At {turn.at.isoformat()} the clock cannot {turn.move}: it had its last turn "
            f"later, at {last.at.isoformat()}.",
            zh=f"计时不能在 {turn.at.isoformat()} 变更：其最近一次变更在此之后"
            f"（{last.at.isoformat()}）。",
        )


def _require_possible(turn: Turn, *, runs: bool) -> None:
    if turn.move not in _MAY_FOLLOW[runs]:
        state, said = ("running", "运行") if runs else ("standing still", "停止")
        raise Conflict(
            "clock_move",
            en=f"The clock is {state}: it cannot {turn.move}.",
            zh=f"计时处于{said}状态，不能执行 {turn.move}。",
        )
