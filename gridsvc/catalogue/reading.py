"""Reading the catalogue for the endpoints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.catalogue.entry import Entry
from gridsvc.catalogue.model import Category, CategoryScheme, FilingCondition
from gridsvc.catalogue.repository import categories, entries_of, newest_version
from gridsvc.errors import NotFound

__all__ = ["Version", "categories", "version", "versions"]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a scheme, and how much is in it."""

    code: str
    version: int
    name: str
    name_en: str | None
    numbering: str | None
    valid_from: datetime
    valid_to: datetime | None
    categories: int
    conditions: int


async def versions(db: AsyncSession) -> Sequence[Version]:
    """List the versions of every scheme, the newest of each first."""
    counted = (
        select(
            Category.scheme_id,
            func.count(Category.id.distinct()).label("categories"),
            func.count(FilingCondition.id).label("conditions"),
        )
        .outerjoin(FilingCondition, FilingCondition.category_id == Category.id)
        .group_by(Category.scheme_id)
        .subquery()
    )
    rows = await db.execute(
        select(CategoryScheme, counted.c.categories, counted.c.conditions)
        .outerjoin(counted, counted.c.scheme_id == CategoryScheme.id)
        .order_by(CategoryScheme.code, CategoryScheme.version.desc())
    )
    return [_version(scheme, many or 0, conditions or 0) for scheme, many, conditions in rows]


def _version(scheme: CategoryScheme, categories: int, conditions: int) -> Version:
    return Version(
        code=scheme.code,
        version=scheme.version,
        name=scheme.name,
        name_en=scheme.name_en,
        numbering=scheme.numbering,
        valid_from=scheme.valid_from,
        valid_to=scheme.valid_to,
        categories=categories,
        conditions=conditions,
    )


async def version(
    db: AsyncSession, code: str, number: int | None
) -> tuple[Version, Sequence[Entry]]:
    """Read one version of a scheme, the newest if none is named."""
    own = (CategoryScheme.code == code, CategoryScheme.version == number)
    found = (
        await newest_version(db, code)
        if number is None
        else await db.scalar(select(CategoryScheme).where(*own))
    )
    if found is None:
        raise NotFound(en="There is no such version of a scheme.", zh="没有该分类方案或该版本。")
    entries = await entries_of(db, found)
    conditions = sum(len(entry.conditions) for entry in entries)
    return _version(found, len(entries), conditions), entries
