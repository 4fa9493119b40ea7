"""Columns of times, however a file holds them, as microseconds since 1970 in UTC."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridsvc.bulk.points import Flags, Ints
from gridsvc.bulk.times import ticks

_UTC = pa.timestamp("us", tz="UTC")
_LOCAL = pa.timestamp("us")


def read_moments(column: pa.Array, zone: ZoneInfo) -> tuple[Ints, Flags]:
    """Read a column of times or of ISO 8601 texts; without an offset they are meant in the zone.

    What is none is flagged, and stands as 0.
    """
    moments = _at_once(column, zone)
    if moments is None:
        moments = _one_by_one(column, zone)
    wrong = np.asarray(moments.is_null())
    return np.asarray(moments.cast(_UTC).cast(pa.int64()).fill_null(0)), wrong


def _at_once(column: pa.Array, zone: ZoneInfo) -> pa.Array | None:
    """Read the column if it is of one kind: all with an offset, or all without."""
    for kind in (_UTC, _LOCAL):
        try:
            read = column.cast(kind)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            continue
        if kind == _UTC and getattr(column.type, "tz", "text") is not None:
            return read
        return pc.assume_timezone(
            read.cast(_LOCAL), zone.key, ambiguous="earliest", nonexistent="earliest"
        )
    return None


def _one_by_one(column: pa.Array, zone: ZoneInfo) -> pa.Array:
    return pa.array([_moment(text, zone) for text in column.to_pylist()], pa.int64()).cast(_UTC)


def _moment(text: object, zone: ZoneInfo) -> int | None:
    try:
        moment = datetime.fromisoformat(str(text))
        return ticks(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    except (ValueError, OverflowError):
        return None
