"""The queue in the database: how much waits in each tab, and the cases of one, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.casework.tabs import Tab
from gridsvc.db.selection import Cursor
from gridsvc.incidents.model import Incident
from gridsvc.incidents.search import Filters, Page, conditions, page_of
from gridsvc.incidents.visibility import visible_to

COUNTED = 1_000
"""More are not counted: nobody works through them one by one."""


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks at their queue, when, and what it is narrowed to."""

    who: Principal
    now: datetime
    filters: Filters


async def counts(db: AsyncSession, tabs: Sequence[Tab], looking: Looking) -> Mapping[str, int]:
    """Count what waits in each tab, in one statement."""
    narrowed = await conditions(db, looking.filters)
    counted = [
        select(func.count())
        .select_from(
            select(Incident.id).where(_of(tab, looking), narrowed).limit(COUNTED).subquery()
        )
        .scalar_subquery()
        for tab in tabs
    ]
    row = (await db.execute(select(*counted))).one()
    return {tab.name: number for tab, number in zip(tabs, row, strict=True)}


def _of(tab: Tab, looking: Looking) -> ColumnElement[bool]:
    """Hold for the cases of a tab about which somebody may do what it is for."""
    return and_(tab.condition(looking.who, looking.now), visible_to(looking.who, tab.permission))


async def page(
    db: AsyncSession, tab: Tab, looking: Looking, *, limit: int, after: Cursor | None
) -> Page:
    """List the cases of a tab, in its order."""
    wanted = and_(_of(tab, looking), await conditions(db, looking.filters))
    return await page_of(db, wanted, who=looking.who, limit=limit, after=after, order=tab.order)


async def following(
    db: AsyncSession, tab: Tab, looking: Looking, incident: Incident
) -> UUID | None:
    """Find the case that comes after one in a tab, or the first where it was the last."""
    here = Cursor(tab.order.time(incident), incident.id)
    behind = await page(db, tab, looking, limit=1, after=here)
    first = await page(db, tab, looking, limit=2, after=None)
    listed = (row.incident.id for row in (*behind.rows, *first.rows))
    return next((it for it in listed if it != incident.id), None)
