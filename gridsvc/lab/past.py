"""Past incidents that somebody may see, as points, page by page."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Double, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.bulk.points import Points
from gridsvc.bulk.times import ticks
from gridsvc.catalogue.model import Category
from gridsvc.incidents.model import Incident

PAGE = 100_000


async def count(db: AsyncSession, condition: ColumnElement[bool]) -> int:
    """Count them."""
    return await db.scalar(select(func.count()).select_from(Incident).where(condition)) or 0


async def pages(
    db: AsyncSession, condition: ColumnElement[bool], *, near_limit_m: float
) -> AsyncIterator[Points]:
    """Read them; never more than one page is in memory."""
    rows = await db.stream(_statement(condition))
    async for page in rows.partitions(PAGE):
        yield _points(page, near_limit_m)


def during(since: datetime, until: datetime) -> ColumnElement[bool]:
    """Make the condition that an incident occurred in an interval, its end not included."""
    return (Incident.occurred_at >= since) & (Incident.occurred_at < until)


def _statement(condition: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            func.ST_X(Incident.location, type_=Double),
            func.ST_Y(Incident.location, type_=Double),
            Incident.accuracy_m,
            Category.code,
            Incident.occurred_at,
        )
        .join(Category, Category.id == Incident.category_id)
        .where(condition)
        .order_by(Incident.id)
    )


def _points(page: Sequence[Any], near_limit_m: float) -> Points:
    lon, lat, accuracy, codes, at = zip(*page, strict=True)
    categories, numbers = np.unique(np.array(codes), return_inverse=True)
    metres = np.nan_to_num(np.array(accuracy, dtype=np.float64))
    return Points(
        np.array(lon, dtype=np.float64),
        np.array(lat, dtype=np.float64),
        np.clip(metres, 0.0, near_limit_m),
        numbers.astype(np.int64),
        [str(code) for code in categories],
        np.array([ticks(moment) for moment in at], dtype=np.int64),
    )
