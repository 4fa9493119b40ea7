"""Each condition as SQL on `Incident`, once; all of them as things stood at a moment."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    FromClause,
    and_,
    false,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.visitors import iterate

from gridsvc.incidents.lifecycle import Action, Status
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.indicators.definition import Indicator
from gridsvc.indicators.vocabulary import (
    BY_HOTLINE,
    BY_WORKERS,
    CALLS_BACK,
    CHECKS,
    CLOSED,
    EXEMPTS,
    HANDLES,
    MERGED,
    NOT_ACCEPTED,
    NOT_FILED,
    NOT_YET_FILED,
    RETURNS,
    REWORKS,
    Condition,
    Moment,
)

Sql = ColumnElement[bool]


def _one_of(actions: Collection[Action]) -> Sql:
    return IncidentEvent.action.in_([action.value for action in sorted(actions)])


MOMENTS: Mapping[Moment, InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]]
MOMENTS = {
    Moment.CLOSED: Incident.closed_at,
    Moment.DUE: Incident.due_at,
    Moment.REPORTED: Incident.reported_at,
}


def _ever(event: Sql) -> Sql:
    return func.bool_or(event)


def _answered(question: str) -> Sql:
    """Hold where the newest call-back says yes."""
    yes = and_(_one_of(CALLS_BACK), IncidentEvent.detail["call_back"][question].as_boolean())
    newest = func.max(IncidentEvent.sequence)
    return newest.filter(yes) == newest.filter(_one_of(CALLS_BACK))


FACTS: Mapping[str, Sql] = {
    "called_back": _ever(_one_of(CALLS_BACK)),
    "checked": _ever(_one_of(CHECKS)),
    "dispatched": _ever(IncidentEvent.to_status == Status.DISPATCHED.value),
    "exempted": _ever(_one_of(EXEMPTS)),
    "handled": _ever(_one_of(HANDLES)),
    "handled_on_time": _ever(and_(_one_of(HANDLES), IncidentEvent.at <= Incident.due_at)),
    "responded": _answered("responded"),
    "returned": _ever(_one_of(RETURNS)),
    "reworked": _ever(_one_of(REWORKS)),
    "satisfied": _answered("satisfied"),
    "solved": _answered("solved"),
}
"""What a case's chain tells of it, as an aggregate over its events."""


def _steps(at: datetime) -> FromClause:
    """Read the chain of the case at hand, once for whatever is asked of it."""
    told = [fact.label(name) for name, fact in FACTS.items()]
    own = and_(IncidentEvent.incident_id == Incident.id, IncidentEvent.at <= at)
    return select(*told).where(own).correlate(Incident).lateral("steps")


@dataclass(frozen=True, slots=True)
class AsOf:
    """What held for a case at a time: what came later is not looked at.

    A case that was re-opened has lost the time at which it was closed before.
    """

    at: datetime
    steps: FromClause

    @classmethod
    def time(cls, at: datetime) -> "AsOf":
        """Look at a time."""
        return cls(at, _steps(at))

    def reads_chains(self, indicators: Iterable[Indicator]) -> bool:
        """Tell whether conditions of some indicators need `steps` beside the incident."""
        asked = (self.met(it) for it in indicators)
        return any(column.table is self.steps for it in asked for column in _columns(it))

    def only(self, condition: Sql) -> Sql:
        """Make a condition of a statement in which there is the incident alone."""
        return select(literal(1)).select_from(self.steps).where(condition).exists()

    def holds(self, condition: Condition) -> Sql:
        """Make one condition."""
        return _SQL[condition](self)

    def all_of(self, conditions: Collection[Condition]) -> Sql:
        """Make the condition that all of some hold."""
        return and_(*map(self.holds, conditions))

    def counted(self, indicator: Indicator) -> Sql:
        """Hold for what an indicator counts among."""
        known = Incident.reported_at <= self.at
        return and_(known, self.all_of((*indicator.filters, *indicator.denominator)))

    def met(self, indicator: Indicator) -> Sql:
        """Hold for what it counts of that: never more, whatever its definition says."""
        return and_(self.counted(indicator), self.all_of(indicator.numerator))

    def ended_as(self, statuses: Collection[Status]) -> Sql:
        return and_(_is(statuses), Incident.closed_at <= self.at)

    def happened(self, fact: str) -> Sql:
        """Hold for cases in whose chain something stands."""
        return func.coalesce(self.steps.c[fact], false())

    def overdue_open(self) -> Sql:
        is_open = not_(self.ended_as(CLOSED))
        return and_(self.holds(Condition.FILED), is_open, Incident.due_at < self.at)

    def should_be_handled(self) -> Sql:
        return and_(
            self.holds(Condition.FILED),
            self.happened("dispatched"),
            or_(Incident.due_at < self.at, self.happened("handled")),
        )


def _columns(condition: Sql) -> Iterator[ColumnClause[Any]]:
    return (it for it in iterate(condition) if isinstance(it, ColumnClause))


def _is(statuses: Collection[Status]) -> Sql:
    return Incident.status.in_([status.value for status in sorted(statuses)])


_SQL: Mapping[Condition, Callable[[AsOf], Sql]] = {
    Condition.ACCEPTED: lambda it: not_(it.ended_as(NOT_ACCEPTED)),
    Condition.CALLED_BACK: lambda it: it.happened("called_back"),
    Condition.CHECK_PASSED: lambda it: and_(it.happened("checked"), not_(it.happened("reworked"))),
    Condition.CHECKED: lambda it: it.happened("checked"),
    Condition.CLOSED: lambda it: it.ended_as(CLOSED),
    Condition.CLOSED_ON_TIME: lambda it: and_(
        it.ended_as(CLOSED), Incident.closed_at <= Incident.due_at
    ),
    Condition.CLOSED_ON_TIME_OR_EXEMPT: lambda it: and_(
        it.ended_as(CLOSED),
        or_(Incident.closed_at <= Incident.due_at, it.happened("exempted")),
    ),
    Condition.DISPATCHED: lambda it: it.happened("dispatched"),
    Condition.DISPATCHED_RIGHT: lambda it: and_(
        it.happened("dispatched"), not_(it.happened("returned"))
    ),
    Condition.DONE_AT_ONCE: lambda it: and_(
        it.happened("handled"), not_(or_(it.happened("returned"), it.happened("reworked")))
    ),
    Condition.FILED: lambda it: and_(not_(_is(NOT_YET_FILED)), not_(it.ended_as(NOT_FILED))),
    Condition.HANDLED: lambda it: it.happened("handled"),
    Condition.HANDLED_ON_TIME: lambda it: it.happened("handled_on_time"),
    Condition.MERGED: lambda it: it.ended_as(MERGED),
    Condition.OVERDUE_OPEN: AsOf.overdue_open,
    Condition.REPORTED: lambda _: literal(value=True),
    Condition.REPORTED_BY_HOTLINE: lambda _: Incident.channel.in_(BY_HOTLINE),
    Condition.REPORTED_BY_WORKER: lambda _: Incident.channel.in_(BY_WORKERS),
    Condition.RESPONDED: lambda it: it.happened("responded"),
    Condition.RETURNED: lambda it: it.happened("returned"),
    Condition.REWORKED: lambda it: it.happened("reworked"),
    Condition.SATISFIED: lambda it: it.happened("satisfied"),
    Condition.SHOULD_BE_HANDLED: AsOf.should_be_handled,
    Condition.SHOULD_CLOSE: lambda it: or_(it.ended_as(CLOSED), it.overdue_open()),
    Condition.SOLVED: lambda it: it.happened("solved"),
}
