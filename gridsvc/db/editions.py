"""Editions: texts of which one is in force at a time. Each has a number; a later one ends it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import CheckConstraint, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from gridsvc.db.base import Base, Id
from gridsvc.errors import Conflict


class EditionRow(Base):
    """A row of a table of editions, of which no two are in force at once."""

    __abstract__ = True

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(unique=True)
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    source: Mapped[str]
    """The file, as whoever published it reads it."""

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            CheckConstraint("valid_to > valid_from", name="validity"),
            ExcludeConstraint(
                (literal_column("tstzrange(valid_from, valid_to)"), "&&"),
                name=f"ex_{cls.__tablename__}_one_in_force",
            ),
        )

    def holds(self, moment: datetime) -> bool:
        """Tell whether it is in force at a time."""
        return self.valid_from <= moment and (self.valid_to is None or moment < self.valid_to)


EditionKind = TypeVar("EditionKind", bound=EditionRow)


async def all_editions(db: AsyncSession, kind: type[EditionKind]) -> Sequence[EditionKind]:
    """Read all that were or will be in force, the oldest first."""
    return (await db.scalars(select(kind).order_by(kind.valid_from))).all()


async def publish(
    db: AsyncSession, kind: type[EditionRow], source: str, *, valid_from: datetime
) -> int:
    """Put an edition in force from a time on; give its number."""
    before = await all_editions(db, kind)
    if before and valid_from <= before[-1].valid_from:
        raise _too_early(before[-1].valid_from)
    current = kind.valid_to.is_(None)
    await db.execute(update(kind).where(current).values(valid_to=valid_from))
    edition = kind(number=len(before) + 1, valid_from=valid_from, source=source)
    db.add(edition)
    await db.flush()
    return edition.number


def _too_early(newest: datetime) -> Conflict:
    return Conflict(
        "edition_order",
        en=f"An edition is in force from {newest.isoformat()} on; begin later.",
        zh=f"自 {newest.isoformat()} 起已有一版生效；请指定更晚的时间。",
        field="valid_from",
    )
