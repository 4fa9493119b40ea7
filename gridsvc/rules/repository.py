"""Rules, border policies and special days in the database, read as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from gridsvc.auth.model import Account
from gridsvc.rules.border import BorderKind, BorderPolicy
from gridsvc.rules.cells import read_hours, read_season, read_weekdays
from gridsvc.rules.model import BorderPolicyRow, RoutingRule, SpecialDayRow
from gridsvc.rules.rule import Rule
from gridsvc.rules.special import SpecialDay
from gridsvc.rules.window import Window

# What a session read before another statement of its own ended it is read anew.
_ANEW = {"populate_existing": True}


async def rules(db: AsyncSession) -> Sequence[Rule]:
    """Read every rule, past ones too, by code and time."""
    order = (RoutingRule.code, RoutingRule.valid_from, RoutingRule.id)
    rows = await db.scalars(select(RoutingRule).order_by(*order), execution_options=_ANEW)
    return [_rule(row) for row in rows]


def _rule(row: RoutingRule) -> Rule:
    return Rule(
        id=row.id,
        code=row.code,
        title=row.title,
        title_en=row.title_en,
        scheme=row.scheme,
        category_code=row.category_code,
        kind=row.kind,
        window=Window(
            hours=read_hours(row.hours) if row.hours else None,
            season=read_season(row.season) if row.season else None,
            weekdays=read_weekdays(row.weekdays or ""),
            special_days=row.special_days,
        ),
        estate_types=frozenset(row.estate_types),
        priority=row.priority,
        layers=tuple(row.layers),
        lead=row.lead_id,
        co_handlers=tuple(row.co_handler_ids),
        co_layers=tuple(row.co_layers),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


async def border_policies(db: AsyncSession) -> Sequence[BorderPolicy]:
    """Read every border policy, past ones too, by code and time."""
    order = (BorderPolicyRow.code, BorderPolicyRow.valid_from, BorderPolicyRow.id)
    rows = await db.scalars(select(BorderPolicyRow).order_by(*order), execution_options=_ANEW)
    return [_policy(row) for row in rows]


def _policy(row: BorderPolicyRow) -> BorderPolicy:
    return BorderPolicy(
        id=row.id,
        code=row.code,
        title=row.title,
        title_en=row.title_en,
        kind=BorderKind(row.kind),
        layer=row.layer,
        areas=tuple(row.areas),
        within_m=row.within_m,
        road=row.road,
        shape=row.shape,
        scheme=row.scheme,
        category_code=row.category_code,
        priority=row.priority,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


async def special_days(db: AsyncSession) -> Sequence[SpecialDay]:
    """Read every special day, past ones too, by list, day and time."""
    table = SpecialDayRow
    order = (table.list_code, table.day, table.valid_from, table.id)
    rows = await db.scalars(select(table).order_by(*order), execution_options=_ANEW)
    return [_special_day(row) for row in rows]


def _special_day(row: SpecialDayRow) -> SpecialDay:
    return SpecialDay(
        id=row.id,
        list_code=row.list_code,
        title=row.title,
        title_en=row.title_en,
        day=row.day,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """When a version was put in and ended, and by whose login; None for a command."""

    recorded_at: datetime
    recorded_by: str | None
    ended_at: datetime | None
    ended_by: str | None


async def entries(
    db: AsyncSession, table: type[RoutingRule | BorderPolicyRow], code: str
) -> Mapping[UUID, Entry]:
    """Read who put in and who ended each version of a code, by the version's id."""
    author, closer = aliased(Account), aliased(Account)
    rows = await db.execute(
        select(table.id, table.recorded_at, author.login, table.ended_at, closer.login)
        .outerjoin(author, author.id == table.recorded_by)
        .outerjoin(closer, closer.id == table.ended_by)
        .where(table.code == code)
    )
    return {row[0]: Entry(*row[1:]) for row in rows}
