"""When things are reported: more by day than by night, fewer at the week-end."""

from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

_SHANGHAI: Final = np.timedelta64(8, "h")
_HOUR_S: Final = 3_600
_HOURS: Final = np.array(
    [2, 1, 1, 1, 1, 3, 10, 34, 62, 74, 72, 58, 36, 48, 66, 70, 64, 48, 30, 24, 20, 14, 8, 4]
)
_WEEKDAYS: Final = np.array([1.12, 1.08, 1.06, 1.04, 1.06, 0.84, 0.8])
_EPOCH_WEEKDAY: Final = 3
"""1970-01-01 was a Thursday; Monday is 0."""


def report_times(
    count: int, *, days: int, until: datetime, rng: np.random.Generator
) -> pd.DatetimeIndex:
    """Draw the moments of reports.

    Parameters
    ----------
    count : int
        How many.
    days : int
        Length of the time before `until` that they fall in.
    until : datetime
        With a time zone; no report is at or after it.
    rng : Generator
        Draws the moments.

    Returns
    -------
    DatetimeIndex
        UTC, whole seconds, rising.
    """
    hours = days * 24
    end = np.datetime64(pd.Timestamp(until).tz_convert("UTC").tz_localize(None), "s")
    starts = end - np.arange(hours, 0, -1) * np.timedelta64(1, "h")
    local = (starts + _SHANGHAI).astype("datetime64[h]").astype(np.int64)
    weights = _HOURS[local % 24] * _WEEKDAYS[(local // 24 + _EPOCH_WEEKDAY) % 7]
    hour = rng.choice(hours, size=count, p=weights / weights.sum())
    moments = starts[hour] + rng.integers(0, _HOUR_S, size=count).astype("timedelta64[s]")
    return pd.DatetimeIndex(np.sort(moments), tz="UTC").as_unit("us")
