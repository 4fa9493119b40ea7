"""Categories in the database, read as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.catalogue.model import Category, CategoryScheme


@dataclass(frozen=True, slots=True)
class CategoryRecord:
    """A category with the validity of its scheme."""

    id: UUID
    scheme_id: UUID
    scheme: str
    scheme_version: int
    code: str
    name: str
    name_en: str | None
    major_code: str
    major_name: str
    major_name_en: str | None
    kind: str
    limit_value: int
    limit_unit: str
    valid_from: datetime
    valid_to: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether the scheme is in force at a time."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


async def categories(db: AsyncSession) -> Sequence[CategoryRecord]:
    """Read every category of every scheme, newest scheme first, then by code."""
    rows = await db.execute(
        select(Category, CategoryScheme)
        .join(CategoryScheme, CategoryScheme.id == Category.scheme_id)
        .order_by(CategoryScheme.valid_from.desc(), CategoryScheme.code, Category.code)
    )
    return [_record(category, scheme) for category, scheme in rows]


def _record(category: Category, scheme: CategoryScheme) -> CategoryRecord:
    return CategoryRecord(
        id=category.id,
        scheme_id=scheme.id,
        scheme=scheme.code,
        scheme_version=scheme.version,
        code=category.code,
        name=category.name,
        name_en=category.name_en,
        major_code=category.major_code,
        major_name=category.major_name,
        major_name_en=category.major_name_en,
        kind=category.kind,
        limit_value=category.limit_value,
        limit_unit=category.limit_unit,
        valid_from=scheme.valid_from,
        valid_to=scheme.valid_to,
    )
