"""The few numbers that a person wants first: what is open, overdue, waiting for an owner."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.incidents.lifecycle import OPEN, UNHANDLED, Status
from gridsvc.incidents.model import Incident
from gridsvc.incidents.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Headline:
    """Counts of the incidents that a caller may see."""

    open: int
    overdue: int
    waiting: int
    """Filed without an owner: somebody has to dispatch them."""


def is_open() -> ColumnElement[bool]:
    """Make the condition that somebody still has something to do."""
    return stands_in(OPEN)


def is_overdue(
    now: datetime | ColumnElement[datetime], of: type[Incident] = Incident
) -> ColumnElement[bool]:
    """Make the condition that an incident is not handled yet and past its due time.

    What stands still was due before that, or is not; what was appealed against is left out.
    """
    late = of.due_at < func.coalesce(of.paused_at, now)
    return and_(stands_in(UNHANDLED, of), of.due_at < now, late, of.exempted_at.is_(None))


def stands_in(statuses: Collection[Status], of: type[Incident] = Incident) -> ColumnElement[bool]:
    """Hold for some statuses, written out: with placeholders no plan could use a partial index."""
    return of.status.in_([literal_column(f"'{status}'") for status in sorted(statuses)])


async def headline(db: AsyncSession, *, who: Principal, now: datetime) -> Headline:
    """Count what is open for the caller."""
    waiting = Incident.status == Status.FILED.value
    counted = select(
        func.count(), func.count().filter(is_overdue(now)), func.count().filter(waiting)
    ).where(is_open(), visible_to(who))
    return Headline(*(await db.execute(counted)).one())
