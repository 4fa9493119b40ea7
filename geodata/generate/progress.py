"""How far incidents have got by some moment: old ones are mostly closed, a few are overdue."""

from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

from geodata.generate.names import Texts
from geodata.generate.terrain import Floats

_OVERDUE: Final = 0.024
_REJECTED: Final = 0.022
_USUAL: Final = 0.15
"""Median of the time to an end, as a share of the limit."""
_FIRST_DAY_H: Final = 10.0
"""A working day is at least this long on the clock, and each further one a whole day."""
_REST_H: Final = 96.0
"""Added to what is late against working time, which may stand still for days."""
_STUCK: Final = 0.15
_STUCK_TIMES: Final = 12.0
"""This share of the late ones takes so many times longer still."""
_STAGES: Final = ("filed", "dispatched", "handling", "handled")
_STAGE_ENDS: Final = np.array([0.06, 0.15, 0.9])
"""Shares of the time to an end at which each stage but the last is over."""


def progress(
    categories: pd.DataFrame,
    category: Texts,
    reported: pd.DatetimeIndex,
    *,
    until: datetime,
    rng: np.random.Generator,
) -> tuple[Texts, Floats]:
    """Say how far each incident has got.

    Parameters
    ----------
    categories : DataFrame
        With their limits.
    category : ndarray of str, shape (n,)
        Code of each incident.
    reported : DatetimeIndex, length n
        When each was reported, before `until`.
    until : datetime
        The moment to look at.
    rng : Generator
        Decides who is quick.

    Returns
    -------
    ndarray of str
        The status of each.
    ndarray of float64
        Hours from the report to the end, NaN while it is open.
    """
    taken = _hours_taken(categories, category, rng)
    age = (pd.Timestamp(until) - reported).total_seconds().to_numpy() / 3_600
    rejected = rng.uniform(size=len(age)) < _REJECTED
    ended = age >= taken
    stage = np.searchsorted(_STAGE_ENDS, age / taken)
    state = np.array(_STAGES, dtype=object)[np.minimum(stage, len(_STAGES) - 1)]
    state[ended] = np.where(rejected, "rejected", "closed").astype(object)[ended]
    return state, np.where(ended, np.round(taken, 3), np.nan)


def _hours_taken(categories: pd.DataFrame, category: Texts, rng: np.random.Generator) -> Floats:
    row = pd.Index(categories["code"]).get_indexer(category)
    limit = _least_hours(categories)[row]
    quick = limit * np.minimum(_USUAL * rng.lognormal(0, 0.7, size=len(row)), 0.97)
    working = categories["limit_unit"].str.startswith("work").to_numpy()[row]
    late = limit * rng.uniform(1.3, 5.0, size=len(row)) + np.where(working, _REST_H, 0.0)
    late[rng.uniform(size=len(row)) < _STUCK] *= _STUCK_TIMES
    overdue = rng.uniform(size=len(row)) < _OVERDUE
    return np.asarray(np.where(overdue, late, np.maximum(quick, 0.05)))


def _least_hours(categories: pd.DataFrame) -> Floats:
    """Find the shortest time on the clock that each limit can mean."""
    value = categories["limit_value"].to_numpy(dtype=np.float64)
    unit = categories["limit_unit"].to_numpy()
    days = {"work_day": _FIRST_DAY_H + 24 * (value - 1), "natural_day": 24 * value}
    return np.asarray(np.select([unit == name for name in days], list(days.values()), value))
