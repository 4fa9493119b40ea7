"""What a queue can be narrowed to: the areas and the classes that somebody may choose from."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.reading import AreaFilter, areas
from gridsvc.auth.policy import Permission, ground
from gridsvc.auth.principal import Principal
from gridsvc.catalogue.model import Category, CategoryScheme
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


async def classes(db: AsyncSession, language: LanguageCode, *, now: datetime) -> Choices:
    """List the major classes that are in force."""
    scheme = CategoryScheme
    rows = await db.execute(
        select(Category.major_code, Category.major_name, Category.major_name_en)
        .join(scheme, scheme.id == Category.scheme_id)
        .where(scheme.valid_from <= now, or_(scheme.valid_to.is_(None), scheme.valid_to > now))
        .distinct()
        .order_by(Category.major_code)
    )
    return [(row[0], row[1] if language == "zh" else row[2] or row[1]) for row in rows]
