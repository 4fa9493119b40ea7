"""Writing what a change begins and ends."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.rules import cells
from gridsvc.rules.book import Change
from gridsvc.rules.border import BorderPolicy
from gridsvc.rules.model import BorderPolicyRow, RoutingRule, SpecialDayRow
from gridsvc.rules.rule import Rule
from gridsvc.rules.special import SpecialDay
from gridsvc.rules.succession import Succession, V

Values = Mapping[str, Any]


async def hold(db: AsyncSession) -> None:
    """Let others who change rules wait until the commit: each change is checked as a whole."""
    await db.execute(select(func.pg_advisory_xact_lock(func.hashtext("gridsvc.rules"))))


async def write(db: AsyncSession, change: Change, *, by: UUID | None) -> None:
    """Write a change, and who made it."""
    await _write(db, RoutingRule, change.rules, _rule, by=by)
    await _write(db, BorderPolicyRow, change.policies, _policy, by=by)
    await _write(db, SpecialDayRow, change.days, _special_day, by=by)


async def _write(
    db: AsyncSession,
    table: type[RoutingRule | BorderPolicyRow | SpecialDayRow],
    succession: Succession[V],
    values: Callable[[V], Values],
    *,
    by: UUID | None,
) -> None:
    if succession.ended:
        # One that has not begun by then is withdrawn: it ends when it would have begun.
        end = func.greatest(table.valid_from, succession.at)
        ended = update(table).where(table.id.in_([one.id for one in succession.ended]))
        await db.execute(ended.values(valid_to=end, ended_at=func.now(), ended_by=by))
    rows = [{**values(one), **_version(one), "recorded_by": by} for one in succession.begun]
    if rows:
        await db.execute(insert(table), rows)


def _version(one: Rule | BorderPolicy | SpecialDay) -> Values:
    return {"id": one.id, "valid_from": one.valid_from, "valid_to": one.valid_to}


def _rule(rule: Rule) -> Values:
    window = rule.window
    return {
        "code": rule.code,
        "title": rule.title,
        "title_en": rule.title_en,
        "scheme": rule.scheme,
        "category_code": rule.category_code,
        "kind": rule.kind,
        "hours": cells.write_hours(window.hours) if window.hours else None,
        "season": cells.write_season(window.season) if window.season else None,
        "weekdays": cells.write_weekdays(window.weekdays),
        "special_days": window.special_days,
        "estate_types": sorted(rule.estate_types),
        "priority": rule.priority,
        "layers": list(rule.layers),
        "lead_id": rule.lead,
        "co_handler_ids": list(rule.co_handlers),
        "co_layers": list(rule.co_layers),
    }


def _policy(policy: BorderPolicy) -> Values:
    return {
        "code": policy.code,
        "title": policy.title,
        "title_en": policy.title_en,
        "kind": policy.kind.value,
        "layer": policy.layer,
        "areas": list(policy.areas),
        "within_m": policy.within_m,
        "road": policy.road,
        "shape": policy.shape,
        "scheme": policy.scheme,
        "category_code": policy.category_code,
        "priority": policy.priority,
    }


def _special_day(day: SpecialDay) -> Values:
    return {
        "list_code": day.list_code,
        "title": day.title,
        "title_en": day.title_en,
        "day": day.day,
    }
