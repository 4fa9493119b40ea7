"""What a queue can be narrowed to: the areas and the classes that somebody may choose from."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.reading import AreaFilter, areas
from gridsvc.auth.policy import Permission, ground
from gridsvc.auth.principal import Principal
from gridsvc.catalogue.model import Category, CategoryScheme
from gridsvc.catalogue.repository import scheme_holds
from gridsvc.http.language import LanguageCode

Choices = Sequence[tuple[str, str]]
"""Codes with what they are called."""
OFFERED = 500


async def areas_for(db: AsyncSession, who: Principal, *, now: datetime) -> Choices:
    """List the streets, or for who is for a part of the city what that part consists of."""
    parts = ground(who, Permission.INCIDENTS_READ)
    wanted = (
        [AreaFilter(kind="administrative", level="street", at=now)]
        if parts is None
        else [
            AreaFilter(kind="administrative", parent=it.code, at=now)
            for it in sorted(parts, key=lambda it: it.code)
        ]
    )
    found = [row for it in wanted for row in await areas(db, it, geometry=False, limit=OFFERED)]
    return [(row.code, row.name) for row in found[:OFFERED]]


async def categories(db: AsyncSession, language: LanguageCode, *, now: datetime) -> Choices:
    """List the minor classes that are in force."""
    names = (Category.code, Category.name, Category.name_en)
    rows = await db.execute(_in_force(select(*names), now).order_by(Category.code))
    return [
        (row[0], f"{row[0]} {row[1] if language == 'zh' else row[2] or row[1]}") for row in rows
    ]


async def classes(db: AsyncSession, language: LanguageCode, *, now: datetime) -> Choices:
    """List the major classes that are in force."""
    names = (Category.major_code, Category.major_name, Category.major_name_en)
    majors = _in_force(select(*names), now).distinct().order_by(Category.major_code)
    rows = await db.execute(majors)
    return [(row[0], row[1] if language == "zh" else row[2] or row[1]) for row in rows]


def _in_force(
    selected: Select[str, str, str | None], now: datetime
) -> Select[str, str, str | None]:
    joined = selected.join(CategoryScheme, CategoryScheme.id == Category.scheme_id)
    return joined.where(scheme_holds(now))
