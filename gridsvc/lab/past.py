"""Past incidents that somebody may see, as points, page by page.

PostgreSQL writes each page as one text of bytes, all rows of one length: they are read as columns,
and no Python object is made of a row.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from functools import reduce
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Double,
    LargeBinary,
    Select,
    Uuid,
    bindparam,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.bulk.points import Points
from gridsvc.bulk.times import ticks
from gridsvc.catalogue.model import Category, CategoryScheme
from gridsvc.incidents.model import Incident

PAGE = 100_000
_ROW = np.dtype(
    [
        ("id", "V16"),
        ("lon", ">f8"),
        ("lat", ">f8"),
        ("accuracy_m", ">f8"),
        ("category", ">i8"),
        ("at", ">i8"),
    ]
)
_EPOCH = ticks(datetime(2000, 1, 1, tzinfo=UTC))
"""PostgreSQL counts the microseconds from here."""


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
) -> AsyncIterator[Points]:
    """Read those filed under a scheme; never more than one page is in memory."""
    of_scheme = (
        select(Category.id, Category.code)
        .join(CategoryScheme, CategoryScheme.id == Category.scheme_id)
        .where(CategoryScheme.code == scheme)
    )
    categories = (await db.execute(of_scheme)).all()
    codes = [code for _, code in categories]
    rows = _written(condition, [id_ for id_, _ in categories])
    last: UUID | None = None
    while True:
        later = rows if last is None else rows.where(Incident.id > last)
        page = later.limit(PAGE).subquery()
        written = await db.scalar(select(func.string_agg(page.c.row, b"")))
        if written is None:
            return
        columns = np.frombuffer(written, dtype=_ROW)
        yield _points(columns, codes, near_limit_m)
        last = UUID(bytes=columns["id"][-1].tobytes())


def _written(condition: ColumnElement[bool], categories: Sequence[UUID]) -> Select[Any]:
    """Write each incident as the bytes that `_ROW` reads; its category as its place in a list."""
    ids = bindparam("ids", list(categories), type_=ARRAY(Uuid()))
    listed = (
        func.unnest(ids)
        .table_valued("id", with_ordinality="number", name="listed")
        .render_derived()
    )
    nan = func.float8("NaN", type_=Double)
    fields: tuple[ColumnElement[Any], ...] = (
        func.uuid_send(Incident.id, type_=LargeBinary),
        func.float8send(func.coalesce(func.ST_X(Incident.location), nan), type_=LargeBinary),
        func.float8send(func.coalesce(func.ST_Y(Incident.location), nan), type_=LargeBinary),
        func.float8send(func.coalesce(Incident.accuracy_m, 0), type_=LargeBinary),
        func.int8send(listed.c.number - 1, type_=LargeBinary),
        func.timestamptz_send(Incident.occurred_at, type_=LargeBinary),
    )
    row = reduce(lambda first, second: first.op("||")(second), fields)
    return (
        select(row.label("row"))
        .join_from(Incident, listed, listed.c.id == Incident.category_id)
        .where(condition)
        .order_by(Incident.id)
    )


def _points(rows: NDArray[Any], codes: Sequence[str], near_limit_m: float) -> Points:
    return Points(
        rows["lon"].astype(np.float64),
        rows["lat"].astype(np.float64),
        np.clip(rows["accuracy_m"].astype(np.float64), 0.0, near_limit_m),
        rows["category"].astype(np.int64),
        codes,
        rows["at"].astype(np.int64) + _EPOCH,
    )
