"""The time limit of a case: of the filing condition that it was filed for, or of its category."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.catalogue.model import Category, FilingCondition
from gridsvc.clock.limit import Limit, Unit
from gridsvc.incidents.model import Incident

LIMIT: tuple[ColumnElement[int], ColumnElement[str]] = (
    func.coalesce(FilingCondition.limit_value, Category.limit_value),
    func.coalesce(FilingCondition.limit_unit, Category.limit_unit),
)
"""How much and of which unit, in a selection that `with_limits` has joined."""


def with_limits(selection: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join what `LIMIT` reads to a selection from incidents."""
    return selection.join(Category, Category.id == Incident.category_id).outerjoin(
        FilingCondition, FilingCondition.id == Incident.condition_id
    )


async def limits_of(db: AsyncSession, incidents: Collection[UUID]) -> Mapping[UUID, Limit]:
    """Read the limits of some cases."""
    selection = with_limits(select(Incident.id, *LIMIT).select_from(Incident))
    rows = await db.execute(selection.where(Incident.id.in_(incidents)))
    return {id_: Limit(value, Unit(unit)) for id_, value, unit in rows}
