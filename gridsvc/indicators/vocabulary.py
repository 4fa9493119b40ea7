"""The words of which indicators are made: what can be counted, and when a case counts. Pure.

It is a closed list. How each is asked of the database is in `conditions`; what the statuses,
actions and channels of other folders mean for it stands here, and nowhere else.
"""

from collections.abc import Mapping
from enum import StrEnum

from gridsvc.incidents.lifecycle import Action, Status


class Condition(StrEnum):
    """What may hold for a case at a moment."""

    ACCEPTED = "accepted"
    CALLED_BACK = "called_back"
    CHECK_PASSED = "check_passed"
    CHECKED = "checked"
    CLOSED = "closed"
    CLOSED_ON_TIME = "closed_on_time"
    CLOSED_ON_TIME_OR_EXEMPT = "closed_on_time_or_exempt"
    DISPATCHED = "dispatched"
    DISPATCHED_RIGHT = "dispatched_right"
    DONE_AT_ONCE = "done_at_once"
    FILED = "filed"
    HANDLED = "handled"
    HANDLED_ON_TIME = "handled_on_time"
    MERGED = "merged"
    OVERDUE_OPEN = "overdue_open"
    REPORTED = "reported"
    REPORTED_BY_HOTLINE = "reported_by_hotline"
    REPORTED_BY_WORKER = "reported_by_worker"
    RESPONDED = "responded"
    RETURNED = "returned"
    REWORKED = "reworked"
    SATISFIED = "satisfied"
    SHOULD_BE_HANDLED = "should_be_handled"
    SHOULD_CLOSE = "should_close"
    SOLVED = "solved"


class Moment(StrEnum):
    """By which of its times a case belongs to a period."""

    CLOSED = "closed"
    DUE = "due"
    REPORTED = "reported"


class Unit(StrEnum):
    """What a share is told in."""

    PERCENT = "percent"
    PERMILLE = "permille"


PARTS: Mapping[Unit, int] = {Unit.PERCENT: 100, Unit.PERMILLE: 1_000}
SIGNS: Mapping[Unit, str] = {Unit.PERCENT: "%", Unit.PERMILLE: "‰"}

NOT_ACCEPTED = frozenset({Status.INVALIDATED, Status.WITHDRAWN})
"""Ended as no report that anybody had to look into."""
NOT_FILED = NOT_ACCEPTED | {Status.MERGED, Status.REJECTED}
"""Ended without having become a case of its own."""
MERGED = frozenset({Status.MERGED})
"""Ended as another report of a case that was known."""
NOT_YET_FILED = frozenset({Status.REPORTED, Status.VERIFIED, Status.VERIFYING})
"""May become a case."""
CLOSED = frozenset({Status.CLOSED, Status.EVALUATED})
"""Ended as a case."""

HANDLES = frozenset({Action.FINISH, Action.SELF_HANDLE})
"""Reports that the matter is dealt with."""
RETURNS = frozenset({Action.REFUSE, Action.RETURN})
"""Sends a case back as somebody else's."""
EXEMPTS = frozenset({Action.GRANT_APPEAL})
"""Excuses a case for being late; that it was late stays."""
REWORKS = frozenset({Action.REWORK})
"""Finds that the matter is not dealt with after all."""
CHECKS = frozenset({Action.CHECK}) | REWORKS
"""Looks at what was done, whatever it finds."""

CALLS_BACK = frozenset({Action.CALL_BACK})
"""Asks the reporter what became of it; the newest answers count."""

BY_WORKERS = ("worker_app",)
BY_HOTLINE = ("hotline",)
