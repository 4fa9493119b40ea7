"""What a new calendar would do to deadlines that run, and which of them nobody can be sure of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from gridsvc.clock.calendar import Calendar
from gridsvc.clock.deadline import Moments, add_many
from gridsvc.clock.limit import Limit
from gridsvc.clock.timeline import EPOCH, MICROSECOND, micros


@dataclass(frozen=True, slots=True)
class Running:
    """A limit that runs: of what, since when, and until when as it has been told."""

    key: str
    start: datetime
    limit: Limit
    due: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline that would be another."""

    key: str
    due: datetime
    would_be: datetime


def moved(running: Sequence[Running], calendar: Calendar) -> tuple[Moved, ...]:
    """List the deadlines that a calendar puts elsewhere than where they are."""
    becomes = _dues(running, calendar)
    told = np.array([micros(one.due) for one in running], np.int64)
    return tuple(
        Moved(running[n].key, running[n].due, _moment(becomes[n]).astimezone(calendar.zone))
        for n in np.flatnonzero(becomes != told).tolist()
    )


def past_horizon(running: Sequence[Running], calendar: Calendar) -> tuple[Running, ...]:
    """List what falls due after the last day whose holidays the calendar knows."""
    if calendar.horizon is None:
        return ()
    return tuple(
        one
        for one in running
        if one.limit.unit.is_working and one.due.astimezone(calendar.zone).date() > calendar.horizon
    )


def _dues(running: Sequence[Running], calendar: Calendar) -> NDArray[np.int64]:
    limits = {one.limit: None for one in running}
    numbers = {limit: number for number, limit in enumerate(limits)}
    starts: Moments = np.array([micros(one.start) for one in running], "datetime64[us]")
    which = np.array([numbers[one.limit] for one in running], np.intp)
    return add_many(starts, which, limits=tuple(limits), calendar=calendar).astype(np.int64)


def _moment(microseconds: int) -> datetime:
    return EPOCH + int(microseconds) * MICROSECOND
