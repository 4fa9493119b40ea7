"""How much work lies where: incidents counted by area of one layer, or by owner. Reads only.

Filed: reported in the interval. Of those: open, while somebody still has something to do; overdue,
not handled yet and past the due time; closed, everything that is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from gridsvc.areas.model import Area, Layer, Organisation
from gridsvc.incidents.headline import is_open, is_overdue
from gridsvc.incidents.model import AREA_OF, Incident

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
    """The incidents of one area or owner, by its code; under None those that have none."""

    code: str | None
    filed: int
    open: int
    overdue: int
    closed: int


async def counts_as_routed(
    db: AsyncSession, unit: Unit | None, matching: ColumnElement[bool], *, now: datetime
) -> Sequence[Count]:
    """Count incidents where they were routed; an area without any is not listed.

    By level an incident counts where it lies. By zone it counts for the zone whose lead it has:
    for the zone's code, since each release has zones of its own under the same codes. Without a
    unit it counts for its lead.
    """
    return [Count(*row) for row in await db.execute(_statement(unit, matching, now=now))]


def _statement(
    unit: Unit | None, matching: ColumnElement[bool], *, now: datetime
) -> Select[str | None, int, int, int, int]:
    code = _code(unit)
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
    if unit is None:
        return counted.outerjoin(Organisation, Organisation.id == Incident.lead_id)
    if unit.level:
        return counted
    zone = counted.join(Area, Area.id == Incident.zone_id).join(Layer, Layer.id == Area.layer_id)
    return zone.where(Layer.name == unit.layer)


def _code(unit: Unit | None) -> InstrumentedAttribute[str] | InstrumentedAttribute[str | None]:
    if unit is None:
        return Organisation.code
    return AREA_OF[unit.level] if unit.level else Area.code


def _count_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)
