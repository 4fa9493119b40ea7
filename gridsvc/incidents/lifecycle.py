"""The life of an incident: one table of which action is legal in which status. Pure.

    filed > dispatched > handling > handled > checked > closed

A filed or dispatched incident can be rejected, or withdrawn by who reported it; a dispatched one
can be returned for another owner; handling that does not pass the check is done again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gridsvc.auth.policy import Permission
from gridsvc.errors import IllegalTransition, Invalid


class Status(StrEnum):
    """Where an incident stands."""

    FILED = "filed"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    HANDLED = "handled"
    CHECKED = "checked"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What can be done to an incident."""

    ACCEPT = "accept"
    ANSWER = "answer"
    """Of routing's question; as `report` it is no step of its own, see `answered_as`."""
    CHECK = "check"
    CLOSE = "close"
    DISPATCH = "dispatch"
    FINISH = "finish"
    RECKON = "reckon"
    """Of the deadline by a newer calendar; no step of its own, see `reckoning`."""
    REJECT = "reject"
    REPORT = "report"
    REROUTE = "reroute"
    """By a newer map; as `report` it is no step of its own, see `gridsvc.planning.rerouting`, and
    `answers` where the answer came too late."""
    RETURN = "return"
    REWORK = "rework"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Rule:
    """What an action leads to, who may take it and whether it must say why."""

    target: Status
    permission: Permission
    note_required: bool = False


_REJECT = Rule(Status.REJECTED, Permission.INCIDENTS_DISPATCH, note_required=True)
_WITHDRAW = Rule(Status.WITHDRAWN, Permission.INCIDENTS_WITHDRAW, note_required=True)

TRANSITIONS: Mapping[Status, Mapping[Action, Rule]] = {
    Status.FILED: {
        Action.DISPATCH: Rule(Status.DISPATCHED, Permission.INCIDENTS_DISPATCH),
        Action.REJECT: _REJECT,
        Action.WITHDRAW: _WITHDRAW,
    },
    Status.DISPATCHED: {
        Action.ACCEPT: Rule(Status.HANDLING, Permission.INCIDENTS_HANDLE),
        Action.RETURN: Rule(Status.FILED, Permission.INCIDENTS_DISPATCH, note_required=True),
        Action.REJECT: _REJECT,
        Action.WITHDRAW: _WITHDRAW,
    },
    Status.HANDLING: {
        Action.FINISH: Rule(Status.HANDLED, Permission.INCIDENTS_HANDLE),
    },
    Status.HANDLED: {
        Action.CHECK: Rule(Status.CHECKED, Permission.INCIDENTS_CHECK),
        Action.REWORK: Rule(Status.HANDLING, Permission.INCIDENTS_CHECK, note_required=True),
    },
    Status.CHECKED: {
        Action.CLOSE: Rule(Status.CLOSED, Permission.INCIDENTS_CHECK),
    },
    Status.CLOSED: {},
    Status.REJECTED: {},
    Status.WITHDRAWN: {},
}

OPEN = frozenset(status for status, rules in TRANSITIONS.items() if rules)
"""Statuses in which somebody still has to do something."""

UNHANDLED = frozenset({Status.FILED, Status.DISPATCHED, Status.HANDLING})
"""Statuses in which the matter itself is not dealt with: its time limit runs."""


def filed_as(*, has_lead: bool) -> Status:
    """Give the first status: an incident whose owner is known is dispatched in the same call."""
    return Status.DISPATCHED if has_lead else Status.FILED


def answered_as(status: Status, *, lead_stays: bool, has_lead: bool) -> Status:
    """Give the status after routing's question was answered: a new owner has yet to accept."""
    if status not in UNHANDLED:
        raise IllegalTransition(
            en=f"An incident that is {status} waits for no answer any more.",
            zh=f"案件处于“{status}”状态，无需再回答。",
            incident_status=str(status),
            allowed=sorted(TRANSITIONS[status]),
        )
    if lead_stays and status is not Status.FILED:
        return status
    return filed_as(has_lead=has_lead)


def rule_for(status: Status, action: Action) -> Rule:
    """Find the rule of an action, or say which actions the status does allow."""
    rules = TRANSITIONS[status]
    if action in rules:
        return rules[action]
    allowed = ", ".join(sorted(rules)) or "none"
    raise IllegalTransition(
        en=f"An incident that is {status} cannot {action}; allowed: {allowed}.",
        zh=f"案件处于“{status}”状态，不能执行“{action}”；可执行：{allowed}。",
        field="action",
        incident_status=str(status),
        allowed=sorted(rules),
    )


def advance(status: Status, action: Action, *, note: str | None = None) -> Status:
    """Apply an action; the caller has checked the rule's permission."""
    rule = rule_for(status, action)
    if rule.note_required and not (note and note.strip()):
        raise Invalid(
            "note_required",
            en=f"Say why: {action} needs a note.",
            zh=f"请说明理由：执行“{action}”必须填写 note。",
            field="note",
        )
    return rule.target
