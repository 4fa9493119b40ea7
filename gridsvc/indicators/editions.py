"""Which definitions are in force, and a city's own put in their place."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.db.editions import all_editions, publish
from gridsvc.errors import Invalid
from gridsvc.indicators.definition import Composite, Edition, Indicator
from gridsvc.indicators.edition_file import read_edition, shipped
from gridsvc.indicators.model import IndicatorEdition


async def edition_at(db: AsyncSession, at: datetime) -> Edition:
    """Give the definitions that are in force at a time; those shipped, until a city has its own."""
    rows = await all_editions(db, IndicatorEdition)
    return next((read_edition(row.source) for row in rows if row.holds(at)), shipped())


async def publish_edition(db: AsyncSession, source: str, *, valid_from: datetime) -> int:
    """Put definitions in force from a time on, if they are sound; give the edition's number."""
    _require_new_versions(await edition_at(db, valid_from), read_edition(source))
    return await publish(db, IndicatorEdition, source, valid_from=valid_from)


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
