"""How much work lies where: incidents counted by area of one layer. Reads only.

Filed: reported in the interval. Of those: open, while somebody still has something to do; overdue,
not handled yet and past the due time; closed, everything that is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Area, Layer
from gridsvc.areas.repository import in_force
from gridsvc.auth.principal import Principal
from gridsvc.incidents.headline import is_open, is_overdue
from gridsvc.incidents.model import AREA_OF, Incident
from gridsvc.incidents.search import Filters, conditions
from gridsvc.incidents.visibility import visible_to

FINEST_FIRST = ("grid", "community", "street", "district")
"""The administrative levels that can be counted by."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What incidents are counted by: the areas of one layer."""

    layer: str
    level: str | None
    """None for a zone layer."""
    title: str


@dataclass(frozen=True, slots=True)
class Count:
    """The incidents of one area, by its code; under None those that lie in none."""

    code: str | None
    filed: int
    open: int
    overdue: int
    closed: int


class By(StrEnum):
    """By which map incidents are counted, where it has changed since they came in."""

    ROUTED = "routed"
    """As they were routed then."""
    REASSIGNED = "reassigned"
    """By where they lie on today's map."""


async def counts(
    db: AsyncSession,
    unit: Unit,
    filters: Filters,
    *,
    who: Principal,
    now: datetime,
    by: By = By.ROUTED,
) -> Sequence[Count]:
    """Count the incidents that the caller may see; an area without any is not listed.

    By level an incident counts where it lies. By zone it counts for the zone whose lead it has:
    for the zone's code, since each release has zones of its own under the same codes.
    """
    matching = (await conditions(db, filters)) & visible_to(who, now=now)
    statement = _reassigned if by is By.REASSIGNED else _statement
    rows = await db.execute(statement(unit, matching, now=now))
    return [Count(*row) for row in rows]


def _statement(
    unit: Unit, matching: ColumnElement[bool], *, now: datetime
) -> Select[str | None, int, int, int, int]:
    code = AREA_OF[unit.level] if unit.level else Area.code
    counted = (
        select(
            code,
            func.count(),
            _count_where(is_open()),
            _count_where(is_overdue(now)),
            _count_where(~is_open()),
        )
        .select_from(Incident)
        .where(matching)
        .group_by(code)
    )
    if unit.level:
        return counted
    zone = counted.join(Area, Area.id == Incident.zone_id).join(Layer, Layer.id == Area.layer_id)
    return zone.where(Layer.name == unit.layer)


def _reassigned(
    unit: Unit, matching: ColumnElement[bool], *, now: datetime
) -> Select[str | None, int, int, int, int]:
    """Count by the area of today's map that covers the place, on a border the lowest code."""
    today = (
        select(Area.code)
        .join(Layer, Layer.id == Area.layer_id)
        .where(
            Layer.name == unit.layer,
            in_force(Area, now),
            func.ST_Covers(Area.geometry, Incident.location),
        )
        .order_by(Area.code)
        .limit(1)
        .correlate(Incident)
        .scalar_subquery()
    )
    placed = select(
        today.label("code"),
        is_open().label("open"),
        is_overdue(now).label("overdue"),
    ).where(matching)
    rows = placed.subquery()
    return select(
        rows.c.code,
        func.count(),
        func.count().filter(rows.c.open),
        func.count().filter(rows.c.overdue),
        func.count().filter(~rows.c.open),
    ).group_by(rows.c.code)


def _count_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)
