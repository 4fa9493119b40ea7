"""When a change of the map begins that somebody asks for: now or later, never before. Pure.

Every decision says by which map it was made, and every question may be asked as of a time: a change
that began in the past would make the two disagree. What held before the system was set up is
history; it is loaded at the command line, which does not ask here.
"""

from datetime import datetime, timedelta

from gridsvc.errors import Invalid

TOLERANCE = timedelta(minutes=1)
"""How far behind the clock of a client may be: what it calls now begins now."""


def to_come(wanted: datetime | None, now: datetime, *, field: str) -> datetime | None:
    """Give the time to come from which a change is to hold, None for now; refuse the past."""
    if wanted is not None and wanted < now - TOLERANCE:
        raise Invalid(
            "in_the_past",
            en="A change comes into force now or later: what was decided by the map stays decided.",
            zh="变更只能即时或在将来生效：已按原图作出的判定不变。",
            field=field,
        )
    return wanted if wanted is not None and wanted > now else None


def beginning(wanted: datetime | None, now: datetime, *, field: str) -> datetime:
    """Give the time from which a change is to hold; refuse the past."""
    return to_come(wanted, now, field=field) or now
