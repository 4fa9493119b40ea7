"""The map in the database: read as it was at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from gridsvc.areas.model import (
    LEVELS,
    Area,
    Assignment,
    Layer,
    Organisation,
    Release,
    Responsibility,
)
from gridsvc.errors import Invalid


def in_force(
    table: type[Area | Assignment | Release | Responsibility], at: datetime
) -> ColumnElement[bool]:
    """Make the condition that a row's validity holds a time."""
    return and_(table.valid_from <= at, or_(table.valid_to.is_(None), table.valid_to > at))


async def organisation_by_code(db: AsyncSession, code: str, *, field: str) -> Organisation:
    """Find an organisation that a caller names in some field."""
    found: Organisation | None = await db.scalar(
        select(Organisation).where(Organisation.code == code)
    )
    if found is None:
        raise Invalid(
            "unknown_organisation",
            en=f'There is no organisation "{code}".',
            zh=f"没有编码为“{code}”的单位。",
            field=field,
        )
    return found


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area with its layer; `geometry` is GeoJSON, or None where it was not asked for."""

    id: UUID
    layer: str
    kind: str
    level: str | None
    code: str
    name: str
    parent: str | None
    area_m2: float
    population: int | None
    households: int | None
    estate_type: str | None
    attributes: dict[str, Any]
    release: int
    valid_from: datetime
    valid_to: datetime | None
    geometry: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFilter:
    """Which areas. `kind` is administrative or zone."""

    kind: str
    at: datetime
    layer: str | None = None
    level: str | None = None
    parent: str | None = None
    code: str | None = None
    text: str | None = None
    after: tuple[str, str] | None = None
    """The layer and the code after which a page begins."""


def _area_rows(*, geometry: bool) -> Select[*tuple[Any, ...]]:
    shape = func.ST_AsGeoJSON(Area.geometry, 7) if geometry else func.nullif("", "")
    return (
        select(
            Area.id,
            Layer.name,
            Layer.kind,
            Layer.level,
            Area.code,
            Area.name,
            Area.parent_code,
            Area.area_m2,
            Area.population,
            Area.households,
            Area.estate_type,
            Area.attributes,
            Release.number,
            Area.valid_from,
            Area.valid_to,
            shape,
        )
        .join(Layer, Layer.id == Area.layer_id)
        .join(Release, Release.id == Area.release_id)
    )


def _area_row(row: Sequence[Any]) -> AreaRow:
    *values, shape = row
    make: Callable[..., AreaRow] = AreaRow
    return make(*values, orjson.loads(shape) if shape else None)


def _matching(wanted: AreaFilter) -> list[ColumnElement[bool]]:
    exact = {
        Layer.name: wanted.layer,
        Layer.level: wanted.level,
        Area.parent_code: wanted.parent,
        Area.code: wanted.code,
    }
    found = [column == value for column, value in exact.items() if value is not None]
    if wanted.text is not None:
        found.append(
            or_(Area.name.contains(wanted.text, autoescape=True), Area.code == wanted.text)
        )
    if wanted.after is not None:
        found.append(tuple_(Layer.name, Area.code) > tuple_(*wanted.after))
    return [Layer.kind == wanted.kind, in_force(Area, wanted.at), *found]


async def areas(
    db: AsyncSession, wanted: AreaFilter, *, geometry: bool, limit: int
) -> Sequence[AreaRow]:
    """List areas in force at a time, by layer and code."""
    rows = await db.execute(
        _area_rows(geometry=geometry)
        .where(*_matching(wanted))
        .order_by(Layer.name, Area.code)
        .limit(limit)
    )
    return [_area_row(row) for row in rows]


async def covering(db: AsyncSession, lon: float, lat: float, *, at: datetime) -> Sequence[AreaRow]:
    """List every area in force that covers a point: PostGIS's own answer, borders included."""
    point = func.ST_SetSRID(func.ST_MakePoint(lon, lat), 4326)
    rows = await db.execute(
        _area_rows(geometry=False)
        .where(func.ST_Covers(Area.geometry, point), in_force(Area, at))
        .order_by(Layer.name, Area.code)
    )
    found = [_area_row(row) for row in rows]
    return sorted(found, key=lambda area: _depth(area.level))


def _depth(level: str | None) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


async def levels_of(db: AsyncSession, code: str) -> Sequence[str]:
    """List the administrative levels at which an area has, or once had, a code."""
    statement = select(Layer.level).join(Area, Area.layer_id == Layer.id).distinct()
    found = await db.scalars(statement.where(Area.code == code, Layer.level.is_not(None)))
    return [level for level in found if level is not None]


async def layers(db: AsyncSession) -> Sequence[tuple[Layer, Release | None]]:
    """List the layers with their newest release that is, or will be, in force."""
    newest = (
        select(Release.layer_id, func.max(Release.number).label("number"))
        .where(Release.valid_from.is_not(None))
        .group_by(Release.layer_id)
        .subquery()
    )
    rows = await db.execute(
        select(Layer, Release)
        .outerjoin(newest, newest.c.layer_id == Layer.id)
        .outerjoin(Release, and_(Release.layer_id == Layer.id, Release.number == newest.c.number))
    )
    return sorted(rows, key=lambda pair: (_depth(pair[0].level), pair[0].name))


async def layer_by_name(db: AsyncSession, name: str) -> Layer | None:
    """Find a layer."""
    found: Layer | None = await db.scalar(select(Layer).where(Layer.name == name))
    return found


async def releases(db: AsyncSession, layer: str) -> Sequence[Release]:
    """List a layer's releases, the newest first."""
    statement = select(Release).join(Layer, Layer.id == Release.layer_id)
    return list(
        await db.scalars(statement.where(Layer.name == layer).order_by(Release.number.desc()))
    )


async def organisations(db: AsyncSession) -> Sequence[Organisation]:
    """List the organisations by code."""
    return list(await db.scalars(select(Organisation).order_by(Organisation.code)))


async def responsibilities(
    db: AsyncSession, *, at: datetime, organisation: str | None = None
) -> Sequence[tuple[Responsibility, str, str]]:
    """List responsibilities in force, each with its organisation's and its layer's code."""
    statement = (
        select(Responsibility, Organisation.code, Layer.name)
        .join(Organisation, Organisation.id == Responsibility.organisation_id)
        .join(Layer, Layer.id == Responsibility.layer_id)
        .where(in_force(Responsibility, at))
        .order_by(Layer.name, Responsibility.area_code, Responsibility.priority, Organisation.code)
    )
    if organisation is not None:
        statement = statement.where(Organisation.code == organisation)
    return list(await db.execute(statement))


@dataclass(frozen=True, slots=True)
class VersionRow:
    """An area as it was in one release, and what the release after it made of its code."""

    layer: str
    code: str
    name: str
    parent: str | None
    area_m2: float
    release: int
    valid_from: datetime
    valid_to: datetime | None
    came_from: tuple[str, ...]
    """Codes of the release before that this one came of."""
    became: tuple[str, ...]
    """Codes of the release after that came of this one; none where it went without a successor."""


async def versions(db: AsyncSession, code: str, *, layer: str | None) -> Sequence[VersionRow]:
    """List the areas that a code has ever stood for, by layer and time."""
    following = aliased(Release)
    after = and_(following.layer_id == Area.layer_id, following.valid_from == Area.valid_to)
    statement = (
        select(
            Layer.name,
            Area.code,
            Area.name,
            Area.parent_code,
            Area.area_m2,
            Release.number,
            Area.valid_from,
            Area.valid_to,
            Release.findings["codes"],
            following.findings["codes"],
        )
        .join(Layer, Layer.id == Area.layer_id)
        .join(Release, Release.id == Area.release_id)
        .outerjoin(following, after)
        .where(Area.code == code, Area.valid_from.is_not(None))
        .order_by(Layer.name, Area.valid_from)
    )
    if layer is not None:
        statement = statement.where(Layer.name == layer)
    return [_version(*row) for row in await db.execute(statement)]


def _version(*row: Any) -> VersionRow:  # noqa: ANN401 - the columns of the row
    *values, made, next_made = row
    code = values[1]
    came_from = tuple(old for old, news in (made or {}).items() if code in news)
    make: Callable[..., VersionRow] = VersionRow
    return make(*values, came_from, tuple((next_made or {}).get(code, ())))
