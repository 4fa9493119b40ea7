"""What can be drafted: a layer, or one of the tables that routing reads, replaced as a whole."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Responsibility
from gridsvc.areas.register import put_responsibilities, responsibility_rows
from gridsvc.areas.withdrawal import withdraw_responsibilities
from gridsvc.planning.model import Rows


class Kind(StrEnum):
    """What a draft is of."""

    LAYER = "layer"
    RESPONSIBILITIES = "responsibilities"
    RULES = "rules"
    BORDERS = "borders"


@dataclass(frozen=True, slots=True)
class Register:
    """A table: how it is read at a time, put in force from a time on, and taken back."""

    table: Any
    """With `valid_from`."""
    columns: frozenset[str]
    needed: frozenset[str]
    read: Callable[[AsyncSession, datetime], Awaitable[Rows]]
    put: Callable[[AsyncSession, Rows, datetime], Awaitable[None]]
    withdraw: Callable[[AsyncSession, datetime], Awaitable[None]]


async def _responsibilities(db: AsyncSession, at: datetime) -> Rows:
    return await responsibility_rows(db, at=at)


async def _put_responsibilities(db: AsyncSession, rows: Rows, at: datetime) -> None:
    await put_responsibilities(db, rows, valid_from=at, replace=True)


async def _withdraw_responsibilities(db: AsyncSession, at: datetime) -> None:
    await withdraw_responsibilities(db, valid_from=at)


REGISTERS: Mapping[Kind, Register] = {
    Kind.RESPONSIBILITIES: Register(
        table=Responsibility,
        columns=frozenset(
            {"organisation", "layer", "area", "scheme", "category", "role", "priority"}
        ),
        needed=frozenset({"organisation", "layer", "role"}),
        read=_responsibilities,
        put=_put_responsibilities,
        withdraw=_withdraw_responsibilities,
    ),
}
