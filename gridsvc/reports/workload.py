"""How much work lies where: incidents counted by grid, street or zone. Reads only.

Filed: reported in the interval. Of those: open, while somebody still has something to do; overdue,
not handled yet and past the due time; closed, everything that is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.incidents.headline import is_open, is_overdue
from gridsvc.incidents.model import Incident
from gridsvc.incidents.search import Filters, conditions
from gridsvc.incidents.visibility import visible_to


class Unit(StrEnum):
    """What incidents are counted by."""

    GRID = "grid"
    COMMUNITY = "community"
    STREET = "street"
    ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Count:
    """The incidents of one area: an administrative code, or a zone version's id."""

    key: str | UUID | None
    filed: int
    open: int
    overdue: int
    closed: int


_KEYS = {
    Unit.GRID: Incident.grid,
    Unit.COMMUNITY: Incident.community,
    Unit.STREET: Incident.street,
    Unit.ZONE: Incident.zone_id,
}


async def counts(
    db: AsyncSession, unit: Unit, filters: Filters, *, who: Principal, now: datetime
) -> Sequence[Count]:
    """Count the incidents that the caller may see; an area without any is not listed."""
    rows = await db.execute(_statement(unit, filters, who=who, now=now))
    return [Count(*row) for row in rows]


def _statement(
    unit: Unit, filters: Filters, *, who: Principal, now: datetime
) -> Select[str | UUID | None, int, int, int, int]:
    key = _KEYS[unit]
    return (
        select(
            key,
            func.count(),
            _count_where(is_open()),
            _count_where(is_overdue(now)),
            _count_where(~is_open()),
        )
        .where(conditions(filters), visible_to(who, now=now), key.is_not(None))
        .group_by(key)
        .order_by(key)
    )


def _count_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)
