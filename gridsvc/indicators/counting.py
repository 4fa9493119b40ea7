"""Counts cases: for each group the numerators and denominators of some indicators."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Principal
from gridsvc.errors import Invalid
from gridsvc.incidents.model import Incident
from gridsvc.incidents.search import Filters, conditions
from gridsvc.incidents.visibility import visible_to
from gridsvc.indicators.conditions import MOMENTS, AsOf
from gridsvc.indicators.definition import Indicator
from gridsvc.indicators.evaluation import Share
from gridsvc.indicators.grouping import Grouping, Rows, grouped
from gridsvc.indicators.vocabulary import Moment

Shares = dict[str | None, dict[str, Share]]
"""By group, by indicator; under None what belongs to no group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Over what figures are counted: a period, an area, a class, as things stood at a time."""

    since: datetime
    until: datetime
    at: datetime
    area: str | None = None
    category: str | None = None
    by: Grouping | None = field(default=None)

    def __post_init__(self) -> None:
        if self.since >= self.until:
            raise Invalid(
                "invalid_interval",
                en="`from` must be before `to`.",
                zh="from 必须早于 to。",
                field="from",
            )


async def cohort(
    db: AsyncSession, asked: Asked, moment: Moment, *, who: Principal
) -> ColumnElement[bool]:
    """Make the condition on the cases of a period, within what the caller may see and evaluate."""
    time = MOMENTS[moment]
    narrowed = await conditions(db, Filters(area=asked.area, category=asked.category))
    seen = and_(visible_to(who), visible_to(who, Permission.INDICATORS_READ))
    return and_(time >= asked.since, time < asked.until, narrowed, seen)


async def count(
    db: AsyncSession, indicators: Sequence[Indicator], asked: Asked, *, who: Principal
) -> Shares:
    """Count for each group; all that share a moment are counted in one pass."""
    by_moment: Mapping[Moment, list[Indicator]] = defaultdict(list)
    for indicator in dict.fromkeys(indicators):
        by_moment[indicator.moment].append(indicator)
    found: Shares = {}
    for moment, some in by_moment.items():
        matching = await cohort(db, asked, moment, who=who)
        for group, shares in (await _pass(db, some, asked, matching)).items():
            found.setdefault(group, {}).update(shares)
    return {group: _complete(shares, indicators) for group, shares in found.items()}


def _complete(shares: dict[str, Share], indicators: Sequence[Indicator]) -> dict[str, Share]:
    return {it.code: shares.get(it.code, Share()) for it in indicators}


async def _pass(
    db: AsyncSession, some: Sequence[Indicator], asked: Asked, matching: ColumnElement[bool]
) -> Shares:
    then = AsOf.time(asked.at)
    pairs = [
        func.count().filter(condition)
        for it in some
        for condition in (then.met(it), then.counted(it))
    ]
    counted: Rows = select(*pairs).select_from(Incident).where(matching)
    if then.reads_chains(some):
        counted = counted.outerjoin(then.steps, true())
    statement, code = grouped(counted, asked.by, at=asked.at)
    if code is not None:
        statement = statement.add_columns(code).group_by(code)
    rows = [tuple(row) for row in await db.execute(statement)]
    return {
        (row[-1] if code is not None else None): {
            it.code: Share(*row[2 * place : 2 * place + 2]) for place, it in enumerate(some)
        }
        for row in rows
    }
