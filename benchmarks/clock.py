"""The clock: a million deadlines of mixed limits, by a calendar with the holidays of a year.

The vector form is measured against the two seconds that it may take, and against pandas' own
business hours, which know no make-up days: they are left out there.
"""

import statistics
from collections.abc import Callable
from datetime import date, timedelta
from time import perf_counter

import numpy as np
import pandas as pd

from benchmarks.figures import Row
from gridsvc.clock.calendar import Calendar, DayKind, SpecialDay
from gridsvc.clock.deadline import Moments, add_many
from gridsvc.clock.limit import Limit, Unit
from gridsvc.clock.timeline import timeline

MANY, FEW, ROUNDS = 1_000_000, 1_000, 5
MAY_TAKE_SECONDS = 2.0
TIMES_FASTER = 100.0

HOLIDAYS = [date(2026, 10, 1) + timedelta(days=n) for n in range(7)]
LIMITS = [Limit(value, unit) for unit in Unit for value in (1, 2, 5, 15)]
THREE_HOURS = [Limit(3, Unit.WORK_HOUR)]
"""Not four: what takes a whole morning is due at noon, for pandas only when work begins again."""


def run() -> list[Row]:
    """Measure both sides by turns; the middle round of each counts."""
    calendar = Calendar(days=frozenset(SpecialDay(day, DayKind.HOLIDAY) for day in HOLIDAYS))
    chance = np.random.default_rng(20261001)
    starts = _starts(chance, MANY)
    which = chance.integers(0, len(LIMITS), MANY)
    few, same = starts[:FEW], np.zeros(FEW, np.intp)
    _agree(few, calendar)
    many_took, few_took, pandas_took = [], [], []
    for _ in range(ROUNDS):
        timeline.cache_clear()
        many_took.append(
            _seconds(lambda: add_many(starts, which, limits=LIMITS, calendar=calendar))
        )
        few_took.append(
            _seconds(lambda: add_many(few, same, limits=THREE_HOURS, calendar=calendar))
        )
        pandas_took.append(_seconds(lambda: _by_pandas(few)))
    return [
        _row(
            f"deadlines of {len(LIMITS)} limits, with laying out the calendar",
            MANY,
            many_took,
            beside=("what it may take", [MAY_TAKE_SECONDS]),
            goal=1.0,
        ),
        _row(
            "deadlines of 3 working hours",
            FEW,
            few_took,
            beside=("pandas CustomBusinessHour", pandas_took),
            goal=TIMES_FASTER,
        ),
    ]


def _row(
    work: str, size: int, took: list[float], *, beside: tuple[str, list[float]], goal: float
) -> Row:
    ours, theirs = statistics.median(took), statistics.median(beside[1])
    return Row(
        work=work,
        size=f"{size:,}",
        unit="ms",
        ours=round(ours * 1000, 2),
        peer=beside[0],
        theirs=round(theirs * 1000, 2),
        ratio=round(theirs / ours, 2),
        goal=goal,
    )


def _starts(chance: np.random.Generator, number: int) -> Moments:
    seconds = chance.integers(0, 365 * 86_400, number).astype("timedelta64[s]")
    starts: Moments = np.datetime64("2026-01-01", "us") + seconds
    return starts


def _seconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def _agree(starts: Moments, calendar: Calendar) -> None:
    """Both sides must do the same before it is told which is faster."""
    ours = add_many(starts, np.zeros(len(starts), np.intp), limits=THREE_HOURS, calendar=calendar)
    theirs = pd.DatetimeIndex(_by_pandas(starts)).tz_convert("UTC").tz_localize(None)
    assert (ours == theirs.to_numpy()).all()


def _by_pandas(starts: Moments) -> list[pd.Timestamp]:
    hours = pd.offsets.CustomBusinessHour(
        3,
        start=["08:00", "14:00"],
        end=["12:00", "18:00"],
        holidays=[day.isoformat() for day in HOLIDAYS],
    )
    local = pd.DatetimeIndex(starts).tz_localize("UTC").tz_convert("Asia/Shanghai")
    return [start + hours for start in local]
