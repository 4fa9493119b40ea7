"""The wall clock. The edges (requests, jobs, commands) read it here and pass it on."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Read the time, with its zone."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that reads the clock
