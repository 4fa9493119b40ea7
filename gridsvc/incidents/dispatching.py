"""How well cases find who handles them: refusals, and the time lost until somebody accepts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, Double, Select, and_, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.incidents.lifecycle import Action, Status
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.incidents.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Dispatching:
    """Of the cases reported in an interval that were ever dispatched."""

    dispatched: int
    refusals: int
    returns: int
    """Taken back by the dispatcher."""
    arbitrated: int
    right_at_first: int
    """Neither refused nor taken back."""
    accepted: int
    median_minutes_to_accept: float | None
    """From the first dispatch to the first acceptance, whoever had it meanwhile."""

    @property
    def returns_per_case(self) -> float | None:
        """Refusals and returns for each dispatched case."""
        return (self.refusals + self.returns) / self.dispatched if self.dispatched else None

    @property
    def first_dispatch_accuracy(self) -> float | None:
        """The share of those that were right at first."""
        return self.right_at_first / self.dispatched if self.dispatched else None


async def dispatching(
    db: AsyncSession, *, since: datetime, until: datetime, who: Principal
) -> Dispatching:
    """Measure the cases reported in an interval, its end not included, that the caller may see."""
    wanted = and_(Incident.reported_at >= since, Incident.reported_at < until, visible_to(who))
    case = _cases(wanted).subquery().c
    right = and_(case.refusals == 0, case.returns == 0)
    minutes = cast(func.extract("epoch", case.accepted - case.first) / 60, Double)
    measured = select(
        func.count(),
        _total(case.refusals),
        _total(case.returns),
        func.count().filter(case.arbitrations > 0),
        func.count().filter(right),
        func.count(case.accepted),
        func.percentile_cont(0.5).within_group(minutes),
    ).select_from(case.first.table)
    row = (await db.execute(measured)).one()
    return Dispatching(*row)


def _cases(wanted: ColumnElement[bool]) -> Select[int, int, int, datetime, datetime]:
    """Sum each case's events up; one that was never dispatched is none of them."""
    event = IncidentEvent
    first = func.min(event.at).filter(event.to_status == Status.DISPATCHED.value)
    return (
        select(
            _times(Action.REFUSE).label("refusals"),
            _times(Action.RETURN).label("returns"),
            _times(Action.ARBITRATE).label("arbitrations"),
            first.label("first"),
            func.min(event.at).filter(event.action == Action.ACCEPT.value).label("accepted"),
        )
        .join(Incident, Incident.id == event.incident_id)
        .where(wanted)
        .group_by(event.incident_id)
        .having(first.is_not(None))
    )


def _total(times: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(times), 0), BigInteger)


def _times(action: Action) -> ColumnElement[int]:
    return func.count().filter(IncidentEvent.action == action.value)
