"""Each condition as SQL on `Incident`, once; all of them as things stood at a moment."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, literal, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from gridsvc.incidents.lifecycle import Action, Status
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.indicators.definition import Indicator
from gridsvc.indicators.vocabulary import (
    BY_HOTLINE,
    BY_WORKERS,
    CHECKS,
    CLOSED,
    HANDLES,
    NOT_ACCEPTED,
    NOT_FILED,
    NOT_YET_FILED,
    RETURNS,
    REWORKS,
    Condition,
    Moment,
)

Sql = ColumnElement[bool]

MOMENTS: Mapping[Moment, InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]]
MOMENTS = {
    Moment.CLOSED: Incident.closed_at,
    Moment.DUE: Incident.due_at,
    Moment.REPORTED: Incident.reported_at,
}


@dataclass(frozen=True, slots=True)
class AsOf:
    """What held for a case at a time: what came later is not looked at.

    A case that was re-opened has lost the time at which it was closed before.
    """

    at: datetime

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

    def happened(self, actions: Collection[Action], *, in_time: bool = False) -> Sql:
        """Hold for cases in whose chain one of some actions stands."""
        step = select(IncidentEvent.id).where(
            IncidentEvent.incident_id == Incident.id,
            IncidentEvent.action.in_([action.value for action in sorted(actions)]),
            IncidentEvent.at <= self.at,
        )
        return (step.where(IncidentEvent.at <= Incident.due_at) if in_time else step).exists()

    def dispatched(self) -> Sql:
        step = select(IncidentEvent.id).where(
            IncidentEvent.incident_id == Incident.id,
            IncidentEvent.to_status == Status.DISPATCHED.value,
            IncidentEvent.at <= self.at,
        )
        return step.exists()

    def overdue_open(self) -> Sql:
        is_open = not_(self.ended_as(CLOSED))
        return and_(self.holds(Condition.FILED), is_open, Incident.due_at < self.at)

    def should_be_handled(self) -> Sql:
        return and_(
            self.holds(Condition.FILED),
            self.dispatched(),
            or_(Incident.due_at < self.at, self.happened(HANDLES)),
        )


def _is(statuses: Collection[Status]) -> Sql:
    return Incident.status.in_([status.value for status in sorted(statuses)])


_SQL: Mapping[Condition, Callable[[AsOf], Sql]] = {
    Condition.ACCEPTED: lambda it: not_(it.ended_as(NOT_ACCEPTED)),
    Condition.CHECK_PASSED: lambda it: and_(it.happened(CHECKS), not_(it.happened(REWORKS))),
    Condition.CHECKED: lambda it: it.happened(CHECKS),
    Condition.CLOSED: lambda it: it.ended_as(CLOSED),
    Condition.CLOSED_ON_TIME: lambda it: and_(
        it.ended_as(CLOSED), Incident.closed_at <= Incident.due_at
    ),
    Condition.DISPATCHED: AsOf.dispatched,
    Condition.DISPATCHED_RIGHT: lambda it: and_(it.dispatched(), not_(it.happened(RETURNS))),
    Condition.DONE_AT_ONCE: lambda it: and_(
        it.happened(HANDLES), not_(it.happened(RETURNS | REWORKS))
    ),
    Condition.FILED: lambda it: and_(not_(_is(NOT_YET_FILED)), not_(it.ended_as(NOT_FILED))),
    Condition.HANDLED: lambda it: it.happened(HANDLES),
    Condition.HANDLED_ON_TIME: lambda it: it.happened(HANDLES, in_time=True),
    Condition.OVERDUE_OPEN: AsOf.overdue_open,
    Condition.REPORTED: lambda _: literal(value=True),
    Condition.REPORTED_BY_HOTLINE: lambda _: Incident.channel.in_(BY_HOTLINE),
    Condition.REPORTED_BY_WORKER: lambda _: Incident.channel.in_(BY_WORKERS),
    Condition.RETURNED: lambda it: it.happened(RETURNS),
    Condition.REWORKED: lambda it: it.happened(REWORKS),
    Condition.SHOULD_BE_HANDLED: AsOf.should_be_handled,
    Condition.SHOULD_CLOSE: lambda it: or_(it.ended_as(CLOSED), it.overdue_open()),
}
