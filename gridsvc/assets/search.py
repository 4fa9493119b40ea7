"""Listing components: filters, pages by code. Reads only."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from gridsvc.areas.model import Organisation
from gridsvc.assets.model import Asset
from gridsvc.assets.state import State
from gridsvc.db.selection import Bbox
from gridsvc.errors import NotFound

CODE_LENGTH = 16
Owner, Maintainer = aliased(Organisation), aliased(Organisation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to; None leaves a thing open."""

    at: datetime
    bbox: Bbox | None = None
    scheme: str | None = None
    category: str | None = None
    code: str | None = None
    """The digits that codes begin with: of a county, of a class in it."""
    owner: str | None = None
    state: tuple[State, ...] = ()
    after: str | None = None
    """The code after which a page begins."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A component with the codes and names of what it points at."""

    asset: Asset
    owner: str
    owner_name: str
    maintainer: str | None
    maintainer_name: str | None


def in_force(at: datetime) -> ColumnElement[bool]:
    """Make the condition that a component's validity holds a time."""
    return and_(Asset.valid_from <= at, or_(Asset.valid_to.is_(None), Asset.valid_to > at))


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(Asset, Owner.code, Owner.name, Maintainer.code, Maintainer.name)
        .join(Owner, Owner.id == Asset.owner_id)
        .outerjoin(Maintainer, Maintainer.id == Asset.maintainer_id)
    )


def _conditions(filters: Filters) -> Iterator[ColumnElement[bool]]:
    yield in_force(filters.at)
    if filters.bbox is not None:
        yield _within(filters.bbox)
    exact = (
        (Asset.scheme, filters.scheme),
        (Asset.category_code, filters.category),
        (Owner.code, filters.owner),
    )
    yield from (column == value for column, value in exact if value is not None)
    if filters.code is not None:
        # All digits sort alike everywhere, so that the index on codes finds those that begin so.
        first, last = (filters.code.ljust(CODE_LENGTH, digit) for digit in "09")
        yield Asset.code.between(first, last)
    if filters.state:
        yield Asset.state.in_([state.value for state in filters.state])
    if filters.after is not None:
        yield Asset.code > filters.after


def _within(box: Bbox) -> ColumnElement[bool]:
    if box.west <= box.east:
        return _meets(box.west, box.south, box.east, box.north)
    return or_(
        _meets(box.west, box.south, 180, box.north), _meets(-180, box.south, box.east, box.north)
    )


def _meets(west: float, south: float, east: float, north: float) -> ColumnElement[bool]:
    """Hold for what has a point in a box, which may be as thin as a line or a point."""
    corners = (func.ST_MakePoint(west, south), func.ST_MakePoint(east, north))
    # The envelope of a line is a line or a point where it has to be, and valid.
    box = func.ST_Envelope(func.ST_SetSRID(func.ST_MakeLine(*corners), 4326))
    return func.ST_Intersects(Asset.geometry, box, type_=Boolean)


async def page(db: AsyncSession, filters: Filters, *, limit: int) -> Sequence[Listed]:
    """List components by code."""
    statement = _rows().where(*_conditions(filters)).order_by(Asset.code).limit(limit)
    return [Listed(*row) for row in await db.execute(statement)]


async def by_ids(db: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Listed]:
    """Read components by identifier."""
    rows = await db.execute(_rows().where(Asset.id.in_(ids)))
    return {row[0].id: Listed(*row) for row in rows}


async def one(db: AsyncSession, code: str, *, at: datetime) -> Listed:
    """Read the component that had a code at a time."""
    row = (await db.execute(_rows().where(Asset.code == code, in_force(at)))).one_or_none()
    if row is None:
        raise _none(code, "at that time", "当时")
    return Listed(*row)


async def versions(db: AsyncSession, code: str) -> Sequence[Listed]:
    """List everything that a component ever was, the newest first; at least one version."""
    held = Asset.valid_from.is_distinct_from(Asset.valid_to)
    rows = await db.execute(
        _rows().where(Asset.code == code, held).order_by(Asset.valid_from.desc())
    )
    found = [Listed(*row) for row in rows]
    if not found:
        raise _none(code, "at any time", "从来")
    return found


def _none(code: str, when: str, when_zh: str) -> NotFound:
    return NotFound(
        en=f'No component "{code}" was in force {when}.',
        zh=f"{when_zh}没有编码为“{code}”的部件。",
    )
