"""What can be drafted: a layer, or one of the tables that routing reads, replaced as a whole.

Rules and the special days that they ask for are one draft: restoring the ones without the others
could be impossible in either order.
"""

from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select, union
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
from gridsvc.rules import service as rules
from gridsvc.rules.book import Sheets
from gridsvc.rules.model import BorderPolicyRow, RoutingRule, SpecialDayRow
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
class Sheet:
    """What the rows of one spreadsheet are; the columns are those of `gridsvc table`."""

    table: Any
    """With `valid_from`."""
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    """The first of them is in no other sheet."""
    check: Callable[[Mapping[str, Any], int], object] = lambda *_: None
    """Refuses a row with a value of the wrong kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Tables that are one draft: read at a time, put in force from a time on, taken back before."""

    sheets: tuple[Sheet, ...]
    """The first is that by which the draft is called."""
    hold: Callable[[AsyncSession], Awaitable[None]]
    """Lets others who change the tables wait until the commit; taken before the map's own lock."""
    read: Callable[[AsyncSession, datetime], Awaitable[Rows]]
    put: Callable[[AsyncSession, Rows, Put], Awaitable[object]]
    withdraw: Callable[[AsyncSession, Put], Awaitable[object]]

    def sheet_of(self, row: Container[str]) -> Sheet:
        """Tell which sheet a row is of, by the names of its columns."""
        return next((one for one in self.sheets if one.needed[0] in row), self.sheets[0])

    def is_bare(self, rows: Rows) -> bool:
        """Whether nothing of what the draft is called by is among rows."""
        return all(self.sheet_of(row) is not self.sheets[0] for row in rows)

    async def beginnings(self, db: AsyncSession, *, after: datetime) -> Sequence[datetime]:
        """List when rows begin that are planned for later than a time."""
        begins = [sheet.table.valid_from for sheet in self.sheets]
        times = union(*(select(one).where(one > after) for one in begins))
        return sorted(await db.scalars(times))


async def _responsibilities(db: AsyncSession, at: datetime) -> Rows:
    return await responsibility_rows(db, at=at)


async def _put_responsibilities(db: AsyncSession, rows: Rows, put: Put) -> None:
    await put_responsibilities(db, rows, valid_from=put.at, replace=True)


async def _withdraw_responsibilities(db: AsyncSession, put: Put) -> None:
    await withdraw_responsibilities(db, valid_from=put.at)


async def _read_rules(db: AsyncSession, at: datetime) -> Rows:
    return [*await rules.rule_rows(db, at), *await rules.special_day_rows(db, at)]


async def _put_rules(db: AsyncSession, rows: Rows, put: Put) -> None:
    of = {
        sheet.table: [row for row in rows if RULES.sheet_of(row) is sheet] for sheet in RULES.sheets
    }
    sheets = Sheets(rules=of[RoutingRule], special_days=of[SpecialDayRow])
    await rules.put(db, sheets, valid_from=put.at, replace=True, by=put.who)


async def _put_borders(db: AsyncSession, rows: Rows, put: Put) -> None:
    await rules.put(db, Sheets(borders=rows), valid_from=put.at, replace=True, by=put.who)


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

RESPONSIBILITIES = Register(
    sheets=(
        Sheet(
            table=Responsibility,
            columns=("organisation", "layer", "area", "role", *_ABOUT),
            needed=("organisation", "layer", "role"),
            check=read_responsibility,
        ),
    ),
    hold=hold_responsibilities,
    read=_responsibilities,
    put=_put_responsibilities,
    withdraw=_withdraw_responsibilities,
)
RULES = Register(
    sheets=(
        Sheet(
            table=RoutingRule,
            columns=(
                *("code", "title", "title_en", "kind", "hours", "season", "weekdays"),
                *("special_days", "estate_types", "layers", "lead", "co_handlers", "co_layers"),
                *_ABOUT,
            ),
            needed=("code", "title"),
        ),
        Sheet(
            table=SpecialDayRow,
            columns=("list", "title", "title_en", "day"),
            needed=("list", "title", "day"),
        ),
    ),
    hold=hold_rules,
    read=_read_rules,
    put=_put_rules,
    withdraw=_put_back(_read_rules, _put_rules),
)
BORDERS = Register(
    sheets=(
        Sheet(
            table=BorderPolicyRow,
            columns=(
                *("code", "title", "title_en", "kind", "layer", "areas", "within_m", "road"),
                *("shape", *_ABOUT),
            ),
            needed=("code", "title", "kind", "layer", "areas"),
        ),
    ),
    hold=hold_rules,
    read=rules.border_rows,
    put=_put_borders,
    withdraw=_put_back(rules.border_rows, _put_borders),
)

REGISTERS: Mapping[Kind, Register] = {
    Kind.RESPONSIBILITIES: RESPONSIBILITIES,
    Kind.RULES: RULES,
    Kind.BORDERS: BORDERS,
}
