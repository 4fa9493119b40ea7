"""Past incidents as points, page by page: columns from the database on, however many there are."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from sqlalchemy import ColumnElement, Double, Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from gridsvc.bulk.points import Points
from gridsvc.bulk.times import ticks
from gridsvc.catalogue.model import Category, CategoryScheme
from gridsvc.db.columns import Records, records
from gridsvc.incidents.model import Incident

PAGE = 100_000
_KINDS: Final = {"lon": ">f8", "lat": ">f8", "accuracy_m": ">f8", "category": ">i8", "at": ">i8"}
EPOCH = ticks(datetime(2000, 1, 1, tzinfo=UTC))
"""PostgreSQL counts the microseconds from here."""
Told = Mapping[str, tuple[str, ColumnElement[Any] | InstrumentedAttribute[Any]]]
"""What else is asked of each, by name: how numpy reads it, and the column, never null."""
_NOTHING: Final[Told] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the incidents, and what else was asked of each of them."""

    points: Points
    told: Records


async def count(db: AsyncSession, condition: ColumnElement[bool]) -> int:
    """Count them."""
    return await db.scalar(select(func.count()).select_from(Incident).where(condition)) or 0


def during(since: datetime, until: datetime) -> ColumnElement[bool]:
    """Make the condition that an incident occurred in an interval, its end not included."""
    return (Incident.occurred_at >= since) & (Incident.occurred_at < until)


async def schemes(db: AsyncSession) -> Sequence[str]:
    """List the schemes by code: two may use one code of a category for different things."""
    codes = select(CategoryScheme.code).distinct().order_by(CategoryScheme.code)
    return list(await db.scalars(codes))


async def pages(
    db: AsyncSession, condition: ColumnElement[bool], *, scheme: str, near_limit_m: float
) -> AsyncGenerator[Points, None]:
    """Read those filed under a scheme, in no order; few pages are in memory at a time.

    Who does not read them all closes it before the session does anything else.
    """
    found = pages_telling(db, condition, scheme=scheme, near_limit_m=near_limit_m)
    async with aclosing(found):
        async for page in found:
            yield page.points


async def pages_telling(
    db: AsyncSession,
    condition: ColumnElement[bool],
    *,
    scheme: str,
    near_limit_m: float,
    more: Told = _NOTHING,
) -> AsyncGenerator[Page, None]:
    """Read them, and what else is asked of each."""
    filed_under = await _categories(db, scheme)
    known = {row.number: row.code for row in filed_under}
    # Named one by one: the planner would go through a join category by category.
    of_scheme = Incident.category_id.in_([row.id for row in filed_under])
    statement = _columns(column for _, column in more.values()).where(condition, of_scheme)
    kinds = {**_KINDS, **{name: kind for name, (kind, _) in more.items()}}
    read = records(db, statement, kinds, page=PAGE)
    async with aclosing(read):
        async for rows in read:
            yield Page(_points(rows, known, near_limit_m), rows)


async def _categories(db: AsyncSession, scheme: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """List all that were ever in a scheme, with the hashes of their ids, in order of these."""
    number = func.uuid_hash_extended(Category.id, 0).label("number")
    of_scheme = (
        select(number, Category.id, Category.code)
        .join(CategoryScheme, CategoryScheme.id == Category.scheme_id)
        .where(CategoryScheme.code == scheme)
        .order_by(number)
    )
    return (await db.execute(of_scheme)).all()


def _columns(more: Iterable[ColumnElement[Any] | InstrumentedAttribute[Any]]) -> Select[Any]:
    """Ask for plain numbers; a category comes as the hash of its id."""
    nan = func.float8("NaN", type_=Double)
    return select(
        func.coalesce(func.ST_X(Incident.location), nan),
        func.coalesce(func.ST_Y(Incident.location), nan),
        func.coalesce(Incident.accuracy_m, func.float8(0, type_=Double)),
        func.uuid_hash_extended(Incident.category_id, 0),
        Incident.occurred_at,
        *more,
    )


def _points(rows: Records, known: Mapping[int, str], near_limit_m: float) -> Points:
    hashes = np.array(list(known), dtype=np.int64)
    return Points(
        rows["lon"].astype(np.float64),
        rows["lat"].astype(np.float64),
        np.clip(rows["accuracy_m"].astype(np.float64), 0.0, near_limit_m),
        np.searchsorted(hashes, rows["category"].astype(np.int64)),
        list(known.values()),
        rows["at"].astype(np.int64) + EPOCH,
    )
