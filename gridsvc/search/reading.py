"""Looks for words in what the caller may see: each kind by its own index or list. Reads only.

More are read of each kind than are told, the shortest names first, so that what answers best is
among them whatever else there is; `ranking` decides.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    Select,
    SQLColumnExpression,
    and_,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from gridsvc.areas.model import Area, Layer, Organisation, Responsibility
from gridsvc.areas.repository import in_force
from gridsvc.assets import search as components
from gridsvc.assets.model import Asset
from gridsvc.auth.policy import Permission, ground, may
from gridsvc.auth.principal import Principal
from gridsvc.catalogue.model import Category
from gridsvc.incidents.model import Incident
from gridsvc.incidents.visibility import visible_to
from gridsvc.reports.plates import Ground
from gridsvc.reports.shapes import codes_inside, touching
from gridsvc.search.ranking import Box, Hit, Kind, ranked

CANDIDATES = 60
"""How many of a kind are compared."""
LEAST_DIGITS = 4
"""Of a reference or a component's code, which begin with the year or the county: fewer tell
nothing apart."""
_LONGEST = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is looked for, among what, as of when."""

    words: str
    kinds: Collection[Kind]
    at: datetime
    most: int


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who asks, and the ground that their maps show."""

    who: Principal
    ground: Ground


async def search(db: AsyncSession, question: Question, *, who: Principal) -> Sequence[Hit]:
    """Find what answers to some words, the best first."""
    asker = _Asker(who, ground(who, Permission.MAPS_VIEW))
    found = [
        Hit(kind=kind, **_told(row))
        for kind in question.kinds
        for row in await _candidates(db, kind, question, asker)
    ]
    return ranked(found, question.words, most=question.most)


async def _candidates(
    db: AsyncSession, kind: Kind, question: Question, asker: _Asker
) -> Iterable[dict[str, Any]]:
    if kind in _BY_DIGITS and not _is_beginning(question.words):
        return ()
    if kind is Kind.CASE and not may(asker.who, Permission.INCIDENTS_READ):
        return ()
    if kind in {Kind.AREA, Kind.SUB_ESTATE}:
        inside = await codes_inside(db, asker.ground, at=question.at)
        statement = _areas(kind, question, inside)
    else:
        statement = _STATEMENTS[kind](question, asker)
    rows = await db.execute(statement.limit(CANDIDATES))
    return (dict(row) for row in rows.mappings())


def _told(told: dict[str, Any]) -> dict[str, Any]:
    """Take the fields of a hit from a row."""
    edges = [told.pop(edge, None) for edge in ("west", "south", "east", "north")]
    return {**told, "bbox": None if None in edges else Box(*edges)}


def _is_beginning(words: str) -> bool:
    """Tell whether it may be how a reference or a component's code begins."""
    return words.isascii() and words.isdigit() and LEAST_DIGITS <= len(words) <= _LONGEST


def _beginning(column: SQLColumnExpression[str], digits: str) -> ColumnElement[bool]:
    """Hold for what begins with some digits, which sort alike everywhere: the index finds it."""
    return column.between(digits, digits.ljust(_LONGEST, "9"))


def _says(
    words: str, code: SQLColumnExpression[str], *names: SQLColumnExpression[Any]
) -> ColumnElement[bool]:
    return or_(
        code.istartswith(words, autoescape=True),
        *(name.icontains(words, autoescape=True) for name in names),
    )


def _edges(shape: SQLColumnExpression[Any]) -> list[ColumnElement[float]]:
    return [
        func.ST_XMin(shape, type_=Double).label("west"),
        func.ST_YMin(shape, type_=Double).label("south"),
        func.ST_XMax(shape, type_=Double).label("east"),
        func.ST_YMax(shape, type_=Double).label("north"),
    ]


_Parent = aliased(Organisation)
_ENGLISH = Area.attributes["name_en"].astext


def _of_layers(question: Question) -> Select[*tuple[Any, ...]]:
    named = select(
        Area.code,
        Area.name,
        _ENGLISH.label("name_en"),
        Layer.title.label("of"),
        Layer.title_en.label("of_en"),
        *_edges(Area.geometry),
    ).join(Layer, Layer.id == Area.layer_id)
    matching = _says(question.words, Area.code, Area.name, _ENGLISH)
    exact = Area.code == question.words
    return named.where(matching, in_force(Area, question.at)).order_by(
        exact.desc(), func.length(Area.name), Area.code
    )


def _areas(
    kind: Kind, question: Question, inside: Sequence[str] | None
) -> Select[*tuple[Any, ...]]:
    is_estate = Layer.level == Kind.SUB_ESTATE
    of_kind = is_estate if kind is Kind.SUB_ESTATE else ~is_estate
    statement = _of_layers(question).where(Layer.level.is_not(None), of_kind)
    return statement if inside is None else statement.where(Area.code.in_(inside))


def _zones(question: Question, asker: _Asker) -> Select[*tuple[Any, ...]]:
    touched = touching(asker.ground, question.at)
    return _of_layers(question).where(Layer.kind == Kind.ZONE, touched)


def _organisations(question: Question, _: _Asker) -> Select[*tuple[Any, ...]]:
    """Look through the organisations; each lies where the areas are that it leads on."""
    leads = and_(
        Responsibility.organisation_id == Organisation.id,
        Responsibility.role == "lead",
        in_force(Responsibility, question.at),
    )
    led = and_(
        Area.layer_id == Responsibility.layer_id,
        Area.code == Responsibility.area_code,
        in_force(Area, question.at),
    )
    matching = _says(question.words, Organisation.code, Organisation.name, Organisation.name_en)
    named = (Organisation.code, Organisation.name, Organisation.name_en)
    return (
        select(
            *named,
            func.coalesce(_Parent.name, "").label("of"),
            _Parent.name_en.label("of_en"),
            *_edges(func.ST_Extent(Area.geometry)),
        )
        .outerjoin(_Parent, _Parent.id == Organisation.parent_id)
        .outerjoin(Responsibility, leads)
        .outerjoin(Area, led)
        .where(matching)
        .group_by(Organisation.id, _Parent.id)
        .order_by((Organisation.code == question.words).desc(), func.length(Organisation.name))
    )


def _components(question: Question, asker: _Asker) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Asset.code,
            Asset.name,
            null().label("name_en"),
            Organisation.name.label("of"),
            Organisation.name_en.label("of_en"),
            *_edges(Asset.geometry),
        )
        .join(Organisation, Organisation.id == Asset.owner_id)
        .where(
            _beginning(Asset.code, question.words),
            components.in_force(question.at),
            touching(asker.ground, question.at, shape=Asset.geometry),
        )
        .order_by(Asset.code)
    )


def _cases(question: Question, asker: _Asker) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Incident.reference.label("code"),
            Category.name,
            Category.name_en,
            Incident.status.label("of"),
            Incident.status.label("of_en"),
            Incident.id.label("incident_id"),
            *_edges(Incident.location),
        )
        .join(Category, Category.id == Incident.category_id)
        .where(_beginning(Incident.reference, question.words), visible_to(asker.who))
        .order_by(Incident.reference)
    )


_STATEMENTS: Mapping[Kind, Callable[[Question, _Asker], Select[*tuple[Any, ...]]]] = {
    Kind.ZONE: _zones,
    Kind.ORGANISATION: _organisations,
    Kind.COMPONENT: _components,
    Kind.CASE: _cases,
}
_BY_DIGITS = frozenset({Kind.CASE, Kind.COMPONENT})
