"""Categories in the database, read as plain values."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.catalogue.entry import Entry, Filing
from gridsvc.catalogue.model import Category, CategoryScheme, FilingCondition
from gridsvc.clock.limit import Limit, Unit

Conditions = Mapping[UUID, tuple["ConditionRecord", ...]]
"""By category, in their order."""


@dataclass(frozen=True, slots=True)
class ConditionRecord:
    """A filing condition with its identifier."""

    id: UUID
    filing: Filing


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
    conditions: tuple[ConditionRecord, ...] = ()

    def holds(self, at: datetime) -> bool:
        """Whether the scheme is in force at a time."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    @property
    def limit(self) -> Limit:
        """The limit that holds where no condition is named."""
        return Limit(self.limit_value, Unit(self.limit_unit))

    @property
    def entry(self) -> Entry:
        """The category as its scheme states it."""
        return Entry(
            code=self.code,
            name=self.name,
            name_en=self.name_en,
            major_code=self.major_code,
            major_name=self.major_name,
            major_name_en=self.major_name_en,
            kind=self.kind,
            limit=self.limit,
            conditions=tuple(one.filing for one in self.conditions),
        )


def scheme_holds(at: datetime) -> ColumnElement[bool]:
    """Make the condition that a category's scheme is in force at a time."""
    scheme = CategoryScheme
    return and_(scheme.valid_from <= at, or_(scheme.valid_to.is_(None), scheme.valid_to > at))


async def categories(db: AsyncSession) -> Sequence[CategoryRecord]:
    """Read every category of every scheme, newest scheme first, then by code."""
    conditions = await _conditions(db, select(FilingCondition))
    rows = await db.execute(
        select(Category, CategoryScheme)
        .join(CategoryScheme, CategoryScheme.id == Category.scheme_id)
        .order_by(CategoryScheme.valid_from.desc(), CategoryScheme.code, Category.code)
    )
    return [_record(category, scheme, conditions) for category, scheme in rows]


async def entries_of(db: AsyncSession, scheme: CategoryScheme) -> Sequence[Entry]:
    """Read the categories of one version of a scheme, by code."""
    own = Category.scheme_id == scheme.id
    named = select(FilingCondition).join(Category, Category.id == FilingCondition.category_id)
    conditions = await _conditions(db, named.where(own))
    rows = await db.scalars(select(Category).where(own).order_by(Category.code))
    return [_record(category, scheme, conditions).entry for category in rows]


async def newest_version(db: AsyncSession, code: str) -> CategoryScheme | None:
    """Find the newest version of a scheme, whether it has begun or not."""
    own = select(CategoryScheme).where(CategoryScheme.code == code)
    found: CategoryScheme | None = await db.scalar(
        own.order_by(CategoryScheme.version.desc()).limit(1)
    )
    return found


async def _conditions(db: AsyncSession, wanted: Select[FilingCondition]) -> Conditions:
    found: dict[UUID, list[ConditionRecord]] = defaultdict(list)
    for row in await db.scalars(wanted.order_by(FilingCondition.position)):
        found[row.category_id].append(ConditionRecord(row.id, filing_of(row)))
    return {category: tuple(listed) for category, listed in found.items()}


def filing_of(row: FilingCondition) -> Filing:
    """Give a condition as its scheme states it."""
    return Filing(
        code=row.code,
        text=row.text,
        text_en=row.text_en,
        limit=Limit(row.limit_value, Unit(row.limit_unit)),
        closing=row.closing,
        closing_en=row.closing_en,
        lead=row.lead,
        supervisor=row.supervisor,
    )


def _record(category: Category, scheme: CategoryScheme, conditions: Conditions) -> CategoryRecord:
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
        conditions=conditions.get(category.id, ()),
    )
