"""What can be drafted: a layer, or one of the tables that routing reads, replaced as a whole."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Responsibility
from gridsvc.areas.register import (
    hold_responsibilities,
    put_responsibilities,
    read_responsibility,
    responsibility_rows,
)
from gridsvc.areas.withdrawal import refuse_begun, withdraw_responsibilities
from gridsvc.planning.model import Rows
from gridsvc.rules.model import BorderPolicyRow, RoutingRule
from gridsvc.rules.service import border_rows, put_borders, put_rules, rule_rows
from gridsvc.rules.writing import hold as hold_rules

_INSTANT = timedelta(microseconds=1)


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
    hold: Callable[[AsyncSession], Awaitable[None]]
    """Lets others who change the table wait until the commit; taken before the map's own lock."""
    read: Callable[[AsyncSession, datetime], Awaitable[Rows]]
    put: Callable[[AsyncSession, Rows, Put], Awaitable[object]]
    withdraw: Callable[[AsyncSession, Put], Awaitable[object]]
    check: Callable[[Mapping[str, Any], int], object] = lambda *_: None
    """Refuses a row with a value of the wrong kind."""


async def _responsibilities(db: AsyncSession, at: datetime) -> Rows:
    return await responsibility_rows(db, at=at)


async def _put_responsibilities(db: AsyncSession, rows: Rows, put: Put) -> None:
    await put_responsibilities(db, rows, valid_from=put.at, replace=True)


async def _withdraw_responsibilities(db: AsyncSession, put: Put) -> None:
    await withdraw_responsibilities(db, valid_from=put.at)


async def _put_rules(db: AsyncSession, rows: Rows, put: Put) -> None:
    await put_rules(db, rows, valid_from=put.at, replace=True, by=put.who)


async def _put_borders(db: AsyncSession, rows: Rows, put: Put) -> None:
    await put_borders(db, rows, valid_from=put.at, replace=True, by=put.who)


def _put_back(
    read: Callable[[AsyncSession, datetime], Awaitable[Rows]],
    put: Callable[[AsyncSession, Rows, Put], Awaitable[None]],
) -> Callable[[AsyncSession, Put], Awaitable[None]]:
    """Take back by letting go on what holds until then: rows that end as they begin never held."""

    async def withdraw(db: AsyncSession, what: Put) -> None:
        await refuse_begun(db, what.at)
        await put(db, await read(db, what.at - _INSTANT), what)

    return withdraw


_ABOUT = ("scheme", "category", "priority")

REGISTERS: Mapping[Kind, Register] = {
    Kind.RESPONSIBILITIES: Register(
        table=Responsibility,
        columns=("organisation", "layer", "area", "role", *_ABOUT),
        needed=("organisation", "layer", "role"),
        hold=hold_responsibilities,
        read=_responsibilities,
        put=_put_responsibilities,
        withdraw=_withdraw_responsibilities,
        check=read_responsibility,
    ),
    Kind.RULES: Register(
        table=RoutingRule,
        columns=(
            *("code", "title", "title_en", "kind", "hours", "season", "weekdays", "special_days"),
            *("estate_types", "layers", "lead", "co_handlers", "co_layers"),
            *_ABOUT,
        ),
        needed=("code", "title"),
        hold=hold_rules,
        read=rule_rows,
        put=_put_rules,
        withdraw=_put_back(rule_rows, _put_rules),
    ),
    Kind.BORDERS: Register(
        table=BorderPolicyRow,
        columns=(
            *("code", "title", "title_en", "kind", "layer", "areas", "within_m", "road", "shape"),
            *_ABOUT,
        ),
        needed=("code", "title", "kind", "layer", "areas"),
        hold=hold_rules,
        read=border_rows,
        put=_put_borders,
        withdraw=_put_back(border_rows, _put_borders),
    ),
}
"""By kind; the columns are those of the spreadsheets."""
