"""What can be drafted: a layer, or one of the tables that routing reads, replaced as a whole."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Responsibility
from gridsvc.areas.register import put_responsibilities, responsibility_rows
from gridsvc.areas.withdrawal import refuse_begun, withdraw_responsibilities
from gridsvc.planning.model import Rows
from gridsvc.rules.model import BorderPolicyRow, RoutingRule
from gridsvc.rules.service import border_rows, put_borders, put_rules, rule_rows


class Kind(StrEnum):
    """What a draft is of."""

    LAYER = "layer"
    RESPONSIBILITIES = "responsibilities"
    RULES = "rules"
    BORDERS = "borders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """From when on rows hold, and who says so."""

    at: datetime
    who: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A table: how it is read at a time, put in force from a time on, and taken back before."""

    table: Any
    """With `valid_from`."""
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    read: Callable[[AsyncSession, datetime], Awaitable[Rows]]
    put: Callable[[AsyncSession, Rows, Put], Awaitable[object]]
    withdraw: Callable[[AsyncSession, Rows, Put], Awaitable[object]]
    """Given what was in force before."""


async def _responsibilities(db: AsyncSession, at: datetime) -> Rows:
    return await responsibility_rows(db, at=at)


async def _put_responsibilities(db: AsyncSession, rows: Rows, put: Put) -> None:
    await put_responsibilities(db, rows, valid_from=put.at, replace=True)


async def _withdraw_responsibilities(db: AsyncSession, _: Rows, put: Put) -> None:
    await withdraw_responsibilities(db, valid_from=put.at)


async def _put_rules(db: AsyncSession, rows: Rows, put: Put) -> None:
    await put_rules(db, rows, valid_from=put.at, replace=True, by=put.who)


async def _put_borders(db: AsyncSession, rows: Rows, put: Put) -> None:
    await put_borders(db, rows, valid_from=put.at, replace=True, by=put.who)


def _put_back(
    put: Callable[[AsyncSession, Rows, Put], Awaitable[None]],
) -> Callable[[AsyncSession, Rows, Put], Awaitable[None]]:
    """Take back by putting in what was before: rows that end when they begin never held."""

    async def withdraw(db: AsyncSession, before: Rows, what: Put) -> None:
        await refuse_begun(db, what.at)
        await put(db, before, what)

    return withdraw


_ABOUT = ("scheme", "category", "priority")

REGISTERS: Mapping[Kind, Register] = {
    Kind.RESPONSIBILITIES: Register(
        table=Responsibility,
        columns=("organisation", "layer", "area", "role", *_ABOUT),
        needed=("organisation", "layer", "role"),
        read=_responsibilities,
        put=_put_responsibilities,
        withdraw=_withdraw_responsibilities,
    ),
    Kind.RULES: Register(
        table=RoutingRule,
        columns=(
            *("code", "title", "title_en", "kind", "hours", "season", "weekdays", "special_days"),
            *("estate_types", "layers", "lead", "co_handlers", "co_layers"),
            *_ABOUT,
        ),
        needed=("code", "title"),
        read=rule_rows,
        put=_put_rules,
        withdraw=_put_back(_put_rules),
    ),
    Kind.BORDERS: Register(
        table=BorderPolicyRow,
        columns=(
            *("code", "title", "title_en", "kind", "layer", "areas", "within_m", "road", "shape"),
            *_ABOUT,
        ),
        needed=("code", "title", "kind", "layer", "areas"),
        read=border_rows,
        put=_put_borders,
        withdraw=_put_back(_put_borders),
    ),
}
"""By kind; the columns are those of the spreadsheets."""
