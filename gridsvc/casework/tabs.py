"""What waits for whom: the tabs of the queue, each with the permission that its cases wait for.

A tab is a condition on `Incident`. Whose cases it shows is not its business: that is the one rule
(`gridsvc.incidents.visibility`), asked for the tab's permission.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, literal_column, or_, select

from gridsvc.auth.policy import Permission, may
from gridsvc.auth.principal import Principal
from gridsvc.incidents.headline import is_open, is_overdue, stands_in
from gridsvc.incidents.lifecycle import Action, Status
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.incidents.search import Order

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Tab:
    """Cases of one sort that wait for who has a permission."""

    name: str
    permission: Permission
    condition: Callable[[Principal, datetime], Condition]
    order: Order = Order.SOONEST_DUE


def tabs_of(who: Principal) -> tuple[Tab, ...]:
    """List the tabs of somebody's queue."""
    return tuple(tab for tab in TABS if may(who, tab.permission))


def _stand(*statuses: Status) -> Callable[[Principal, datetime], Condition]:
    return lambda _who, _now: stands_in(statuses)


def _came_by(status: Status, action: Action) -> Callable[[Principal, datetime], Condition]:
    """Hold for what stands somewhere because of an action; what leaves it there does not count."""
    moves = IncidentEvent.from_status.is_distinct_from(IncidentEvent.to_status)
    return lambda _who, _now: and_(stands_in([status]), _newest(moves).in_([action.value]))


def _newest(of: Condition) -> ColumnElement[str]:
    """Select the action of a case's newest event of some."""
    own = IncidentEvent.incident_id == Incident.id
    newest = select(IncidentEvent.action).where(own, of)
    ordered = newest.order_by(IncidentEvent.sequence.desc()).limit(1)
    return ordered.correlate(Incident).scalar_subquery()


def _among(actions: Collection[Action]) -> Condition:
    return IncidentEvent.action.in_([action.value for action in actions])


def _asked(*actions: Action) -> Condition:
    """Hold for what somebody asked for at any time, written out: a partial index lists those."""
    written: list[ColumnElement[str]] = [literal_column(f"'{action}'") for action in actions]
    return Incident.id.in_(
        select(IncidentEvent.incident_id).where(IncidentEvent.action.in_(written))
    )


def _undecided(
    asked: Action, *, agreed: Sequence[Action] = (), ended: Sequence[Action]
) -> Condition:
    """Hold for what was asked for, perhaps agreed to at one level, and has not ended since."""
    waiting = [asked, *agreed]
    return _newest(_among([*waiting, *ended, Action.REOPEN])).in_([it.value for it in waiting])


_DROPPED: Final = (Action.REFUSE, Action.RETURN, Action.FINISH)
"""What ends a request of an owner besides a decision."""


def _requests(_: Principal, __: datetime) -> Condition:
    """Hold for what waits for a decision: more time, a suspension, an appeal."""
    extension = _undecided(
        Action.ASK_EXTENSION, ended=(Action.APPROVE_EXTENSION, Action.DENY_EXTENSION, *_DROPPED)
    )
    suspension = _undecided(
        Action.ASK_SUSPENSION,
        agreed=[Action.APPROVE_SUSPENSION],
        ended=(Action.SUSPEND, Action.DENY_SUSPENSION, *_DROPPED),
    )
    appeal = _undecided(
        Action.APPEAL,
        agreed=[Action.REVIEW_APPEAL],
        ended=(Action.GRANT_APPEAL, Action.DENY_APPEAL),
    )
    asked = _asked(Action.APPEAL, Action.ASK_EXTENSION, Action.ASK_SUSPENSION)
    of_owner = and_(stands_in([Status.HANDLING]), or_(extension, suspension))
    return and_(asked, or_(of_owner, appeal))


_P, _S = Permission, Status

TABS: Final = (
    Tab("to_accept", _P.INCIDENTS_FILE, _stand(_S.REPORTED)),
    Tab("to_verify", _P.INCIDENTS_CHECK, _stand(_S.VERIFYING)),
    Tab("to_file", _P.INCIDENTS_FILE, _stand(_S.VERIFIED)),
    Tab("to_dispatch", _P.INCIDENTS_DISPATCH, _stand(_S.FILED)),
    Tab("refused", _P.INCIDENTS_DISPATCH, _came_by(_S.FILED, Action.REFUSE)),
    Tab("to_arbitrate", _P.INCIDENTS_ARBITRATE, _stand(_S.ARBITRATION)),
    Tab("to_sign", _P.INCIDENTS_HANDLE, _stand(_S.DISPATCHED)),
    Tab("in_handling", _P.INCIDENTS_HANDLE, _stand(_S.HANDLING)),
    Tab("rework", _P.INCIDENTS_HANDLE, _came_by(_S.HANDLING, Action.REWORK)),
    Tab("to_check", _P.INCIDENTS_CHECK, _stand(_S.HANDLED)),
    Tab("to_close", _P.INCIDENTS_CHECK, _stand(_S.CHECKED)),
    Tab("requests", _P.INCIDENTS_APPROVE, _requests),
    Tab("late", _P.INCIDENTS_APPROVE, lambda _, now: is_overdue(now)),
    Tab(
        "supervised",
        _P.INCIDENTS_APPROVE,
        lambda _who, _now: and_(is_open(), _asked(Action.SUPERVISE)),
    ),
    Tab("suspended", _P.INCIDENTS_APPROVE, _stand(_S.SUSPENDED)),
    Tab("to_evaluate", _P.INCIDENTS_EVALUATE, _stand(_S.CLOSED), Order.NEWEST),
    Tab(
        "mine",
        _P.INCIDENTS_REPORT,
        lambda who, _: Incident.reporter_id == who.account_id,
        Order.NEWEST,
    ),
    Tab("all_open", _P.INCIDENTS_READ, lambda _who, _now: is_open()),
)
"""In the order in which a case goes through them, then what is looked at besides."""
