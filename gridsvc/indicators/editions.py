"""Which definitions are in force, and a city's own put in their place."""

from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.errors import Conflict, Invalid
from gridsvc.indicators.definition import Composite, Edition, Indicator
from gridsvc.indicators.edition_file import read_edition, shipped
from gridsvc.indicators.model import IndicatorEdition


async def edition_at(db: AsyncSession, at: datetime) -> Edition:
    """Give the definitions that are in force at a time; those shipped, until a city has its own."""
    holds = or_(IndicatorEdition.valid_to.is_(None), IndicatorEdition.valid_to > at)
    source = await db.scalar(
        select(IndicatorEdition.source).where(IndicatorEdition.valid_from <= at, holds)
    )
    return shipped() if source is None else read_edition(source)


async def publish_edition(db: AsyncSession, source: str, *, valid_from: datetime) -> int:
    """Put definitions in force from a time on, if they are sound; give the edition's number."""
    wanted = read_edition(source)
    newest = await db.scalar(select(func.max(IndicatorEdition.valid_from)))
    if newest is not None and valid_from <= newest:
        raise Conflict(
            "edition_order",
            en=f"Definitions are in force from {newest.isoformat()} on; begin later.",
            zh=f"自 {newest.isoformat()} 起已有指标定义生效；请指定更晚的时间。",
            field="valid_from",
        )
    _require_new_versions(await edition_at(db, valid_from), wanted)
    current = IndicatorEdition.valid_to.is_(None)
    await db.execute(update(IndicatorEdition).where(current).values(valid_to=valid_from))
    number = (await db.scalar(select(func.count()).select_from(IndicatorEdition)) or 0) + 1
    db.add(IndicatorEdition(number=number, valid_from=valid_from, source=source))
    await db.flush()
    return number


def _require_new_versions(before: Edition, wanted: Edition) -> None:
    """One code and version mean one thing: figures of two years are compared by them."""
    known = before.figures()
    for code, figure in wanted.figures().items():
        other = known.get(code)
        if other is None or other == figure or figure.version > other.version:
            continue
        raise _same_version(figure, other)


def _same_version(figure: Indicator | Composite, other: Indicator | Composite) -> Invalid:
    return Invalid(
        "indicator_version",
        en=f"{figure.code} differs from the definition in force, which is version "
        f"{other.version}: give it version {other.version + 1}.",
        zh=f"{figure.code} 与现行定义（第 {other.version} 版）不同：请将其 version 改为 "
        f"{other.version + 1}。",
        field=f"{figure.code}.version",
    )
