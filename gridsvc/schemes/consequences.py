"""Whom a new version of a scheme concerns: open cases, and what names a code that ends."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Layer, Organisation, Responsibility
from gridsvc.assets.model import Asset
from gridsvc.catalogue.difference import Sort
from gridsvc.catalogue.model import Category, CategoryScheme, FilingCondition
from gridsvc.incidents.lifecycle import OPEN
from gridsvc.incidents.model import Incident
from gridsvc.rules.model import BorderPolicyRow, RoutingRule
from gridsvc.schemes.proposal import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """A class or condition that ends, or means something else, and what has to do with it."""

    category: str
    condition: str | None
    renamed: bool = False
    """The code goes on under another name."""
    open_cases: int | None
    """None for who may not read cases. They keep their category, condition and limit."""
    rules: tuple[str, ...]
    borders: tuple[str, ...]
    responsibilities: tuple[str, ...]
    assets: int


async def concerns(
    db: AsyncSession, proposal: Proposal, *, at: datetime, counting: bool
) -> Sequence[Concern]:
    """Find what ends or is renamed, with the cases and the references that it has."""
    ended, renamed = _codes(proposal)
    conditions = [
        (change.category, change.condition)
        for change in proposal.changes
        if change.condition and change.sort is Sort.ENDED
    ]
    codes = ended | renamed
    cases = await _open_cases(db, proposal.scheme) if counting else None
    named = await _named(db, proposal.scheme, codes, at) if codes else {}
    of_classes = [_concern((code, None), cases, named) for code in sorted(codes)]
    return [
        *(replace(one, renamed=one.category in renamed) for one in of_classes),
        *(_concern(which, cases, {}) for which in conditions),
    ]


def _codes(proposal: Proposal) -> tuple[set[str], set[str]]:
    """Give the codes of classes, minor and major, that end, and of those with another name."""
    before, after = _names(proposal.before), _names(proposal.entries)
    ended = before.keys() - after.keys()
    return ended, {code for code in before.keys() & after.keys() if before[code] != after[code]}


def _names(entries: Sequence[Any]) -> Mapping[str, str]:
    majors = {entry.major_code: entry.major_name for entry in entries}
    return majors | {entry.code: entry.name for entry in entries}


Cases = Counter[tuple[str, str | None]]
"""Open cases by category, and by category and condition."""
Named = Mapping[str, Mapping[str, Sequence[str]]]
"""By class, and by the sort of what names it: which ones they are."""


def _concern(which: tuple[str, str | None], cases: Cases | None, named: Named) -> Concern:
    category, condition = which
    those = named.get(category, {})
    return Concern(
        category=category,
        condition=condition,
        open_cases=None if cases is None else cases[which],
        rules=tuple(those.get("rule", ())),
        borders=tuple(those.get("border", ())),
        responsibilities=tuple(those.get("responsibility", ())),
        assets=len(those.get("asset", ())),
    )


async def _open_cases(db: AsyncSession, scheme: str) -> Cases:
    rows = await db.execute(
        select(Category.code, Category.major_code, FilingCondition.code, func.count())
        .select_from(Incident)
        .join(Category, Category.id == Incident.category_id)
        .join(CategoryScheme, CategoryScheme.id == Category.scheme_id)
        .outerjoin(FilingCondition, FilingCondition.id == Incident.condition_id)
        .where(CategoryScheme.code == scheme, Incident.status.in_([one.value for one in OPEN]))
        .group_by(Category.code, Category.major_code, FilingCondition.code)
    )
    found: Cases = Counter()
    for code, major, condition, count in rows:
        found[code, None] += count
        found[major, None] += count
        if condition is not None:
            found[code, condition] += count
    return found


async def _named(db: AsyncSession, scheme: str, codes: Collection[str], at: datetime) -> Named:
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for sort, selection in _selections(scheme, codes, at):
        for row in await db.execute(selection):
            found[row[0]][sort].append(row[1])
    return found


def _selections(
    scheme: str, codes: Collection[str], at: datetime
) -> Iterator[tuple[str, Select[*tuple[Any, ...]]]]:
    def naming(table: Any) -> ColumnElement[bool]:  # noqa: ANN401 - any of four tables
        goes_on = or_(table.valid_to.is_(None), table.valid_to > at)
        return and_(goes_on, table.scheme == scheme, table.category_code.in_(codes))

    for sort, table in (("rule", RoutingRule), ("border", BorderPolicyRow), ("asset", Asset)):
        yield sort, select(table.category_code, table.code).where(naming(table)).order_by("code")
    place = Layer.name + func.coalesce("/" + Responsibility.area_code, "")
    yield (
        "responsibility",
        select(Responsibility.category_code, Organisation.code + " " + place)
        .join(Organisation, Organisation.id == Responsibility.organisation_id)
        .join(Layer, Layer.id == Responsibility.layer_id)
        .where(naming(Responsibility))
        .order_by(Organisation.code, place),
    )
