"""A figure worked out: for each group its value, its counts and its place, and for all together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.db.selection import Cursor
from gridsvc.errors import Invalid
from gridsvc.incidents.search import Page, page_of
from gridsvc.indicators.conditions import AsOf
from gridsvc.indicators.counting import Asked, Shares, cohort, count
from gridsvc.indicators.definition import Composite, Edition, Indicator
from gridsvc.indicators.evaluation import Share, places, rolled_up, score
from gridsvc.indicators.grouping import Kind, belonging, lines_above, names

Figure = Indicator | Composite


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a figure is for one group; without a code for what belongs to none, or for all."""

    code: str | None
    name: str | None = None
    name_en: str | None = None
    value: Decimal | None
    place: int | None = None
    shares: dict[str, Share]
    """By indicator: of a score, each of its terms."""


@dataclass(frozen=True, slots=True)
class Worked:
    """A figure over a period."""

    figure: Figure
    asked: Asked
    whole: Row
    rows: Sequence[Row]


async def work_out(
    db: AsyncSession, edition: Edition, code: str, asked: Asked, *, who: Principal
) -> Worked:
    """Work out a figure for all that is asked for and, where it is, for each group of it."""
    figure, indicators = edition.find(code), edition.shares(code)
    counted = await count(db, indicators, asked, who=who)
    overlapping = asked.by is not None and asked.by.name == Kind.ROLE
    once = await count(db, indicators, replace(asked, by=None), who=who) if overlapping else counted
    whole = {
        it.code: sum((shares[it.code] for shares in once.values()), Share()) for it in indicators
    }
    rows = await _rows(db, figure, asked, counted) if asked.by is not None else []
    return Worked(figure, asked, _row(figure, None, whole), rows)


async def work_out_all(
    db: AsyncSession, edition: Edition, asked: Asked, *, who: Principal
) -> Sequence[Worked]:
    """Work out every figure for all that is asked for together."""
    together = replace(asked, by=None)
    every = tuple(edition.indicators.values())
    shares = (await count(db, every, together, who=who)).get(None, {})
    return [
        Worked(figure, together, _row(figure, None, {it.code: shares[it.code] for it in parts}), ())
        for code, figure in edition.figures().items()
        for parts in [edition.shares(code)]
    ]


def _value(figure: Figure, shares: dict[str, Share]) -> Decimal | None:
    if isinstance(figure, Composite):
        return score(figure, shares)
    return shares[figure.code].value(figure.unit)


def _row(figure: Figure, code: str | None, shares: dict[str, Share]) -> Row:
    return Row(code=code, value=_value(figure, shares), shares=shares)


async def _rows(db: AsyncSession, figure: Figure, asked: Asked, counted: Shares) -> Sequence[Row]:
    """Make the rows, the best first; what belongs to no group is told last and has no place."""
    assert asked.by is not None  # noqa: S101 - the caller has looked
    if asked.by.name == Kind.ORGANISATION:
        counted = rolled_up(counted, await lines_above(db))
    called = await names(db, asked.by, at=asked.at)
    rows = [_row(figure, code, shares) for code, shares in counted.items()]
    grouped = [row for row in rows if row.code is not None]
    placed = places([row.value for row in grouped], less_is_better=figure.less_is_better)
    told = [
        replace(row, place=place, name=name, name_en=name_en)
        for row, place in zip(grouped, placed, strict=True)
        for name, name_en in [called.get(row.code or "", (None, None))]
    ]
    told.sort(key=lambda row: (row.place is None, row.place or 0, row.code or ""))
    return [*told, *(row for row in rows if row.code is None)]


@dataclass(frozen=True, slots=True)
class Part:
    """The cases behind a number: of one group, or, without `grouped`, of all."""

    numerator: bool
    grouped: bool = False
    code: str | None = None


async def cases(
    db: AsyncSession,
    indicator: Indicator,
    asked: Asked,
    part: Part,
    *,
    who: Principal,
    limit: int,
    after: Cursor | None,
) -> Page:
    """List the cases that a number counts: exactly as many as it says."""
    then = AsOf.time(asked.at)
    wanted = await cohort(db, asked, indicator.moment, who=who)
    wanted &= then.only(then.met(indicator) if part.numerator else then.counted(indicator))
    if part.grouped:
        wanted &= await _of_group(db, asked, part.code)
    return await page_of(db, wanted, who=who, limit=limit, after=after)


async def _of_group(db: AsyncSession, asked: Asked, code: str | None) -> ColumnElement[bool]:
    if asked.by is None:
        raise Invalid(
            "by_missing",
            en="`of` names a group: say in `by` what is counted by.",
            zh="of 指定分组：请同时给出 by。",
            field="by",
        )
    below: list[str] = []
    if asked.by.name == Kind.ORGANISATION and code:
        below = [it for it, line in (await lines_above(db)).items() if code in line]
    return belonging(asked.by, code, at=asked.at, below=below)
