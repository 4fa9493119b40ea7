"""Reads what is asked: a period, an area, and what to tell figures for."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.indicators.counting import Asked
from gridsvc.indicators.grouping import chosen


async def asked_for(
    db: AsyncSession,
    *,
    by: str | None,
    since: datetime,
    until: datetime,
    at: datetime,
    area: str | None,
    category: str | None,
) -> Asked:
    """Check what is asked for; what is counted by must be there."""
    grouping = await chosen(db, by) if by is not None else None
    return Asked(since=since, until=until, at=at, area=area, category=category, by=grouping)
