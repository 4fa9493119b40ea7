"""The areas that a report draws, as frames. Reads only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import geopandas
from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from gridsvc.areas.model import Area, Assignment, Layer, Organisation, Responsibility
from gridsvc.areas.repository import in_force
from gridsvc.auth.principal import Scope

COLUMNS = (
    "code",
    "name",
    "parent",
    "geometry",
    "id",
    "layer",
    "population",
    "name_en",
)
"""Those of an AreaFrame first."""


def _shapes(condition: ColumnElement[bool], at: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Area.code,
            Area.name,
            Area.parent_code,
            Area.geometry,
            Area.id,
            Layer.name,
            Area.population,
            Area.attributes["name_en"].astext,
        )
        .join(Layer, Layer.id == Area.layer_id)
        .where(condition, in_force(Area, at))
        .order_by(Layer.name, Area.code)
    )


async def administrative(
    db: AsyncSession, level: str, *, at: datetime, scope: Scope | None
) -> geopandas.GeoDataFrame:
    """Read one administrative level as it was at a time, inside a scope."""
    inside = await _codes_inside(db, scope, at=at)
    condition = Layer.level == level
    if inside is not None:
        condition &= Area.code.in_(inside)
    return _frame((await db.execute(_shapes(condition, at))).all())


async def zones(
    db: AsyncSession, *, at: datetime, scope: Scope | None, layer: str | None = None
) -> geopandas.GeoDataFrame:
    """Read the responsibility zones as they were at a time, those that touch a scope's ground."""
    condition = Layer.kind == "zone"
    if layer is not None:
        condition &= Layer.name == layer
    return _frame((await db.execute(_shapes(condition & _touching(scope, at), at))).all())


def _touching(scope: Scope | None, at: datetime) -> ColumnElement[bool]:
    if scope is None:
        return true()
    ground, ground_layer = aliased(Area), aliased(Layer)
    shape = (
        select(ground.geometry)
        .join(ground_layer, ground_layer.id == ground.layer_id)
        .where(
            ground_layer.level == scope.level,
            ground.code == scope.code,
            ground.valid_from <= at,
            or_(ground.valid_to.is_(None), ground.valid_to > at),
        )
        .scalar_subquery()
    )
    return func.ST_Intersects(Area.geometry, shape)


async def _codes_inside(db: AsyncSession, scope: Scope | None, *, at: datetime) -> list[str] | None:
    """List a scope's own code and those of all areas below it; None for the whole city."""
    if scope is None:
        return None
    top = (
        select(Area.code)
        .join(Layer, Layer.id == Area.layer_id)
        .where(Layer.level == scope.level, Area.code == scope.code, in_force(Area, at))
        .cte("inside", recursive=True)
    )
    below = aliased(Area)
    whole = top.union(
        select(below.code).where(
            below.parent_code == top.c.code,
            below.valid_from <= at,
            or_(below.valid_to.is_(None), below.valid_to > at),
        )
    )
    return list(await db.scalars(select(whole.c.code)))


def _frame(rows: Sequence[Sequence[Any]]) -> geopandas.GeoDataFrame:
    columns = {name: [row[place] for row in rows] for place, name in enumerate(COLUMNS)}
    return geopandas.GeoDataFrame(columns, geometry="geometry", crs="EPSG:4326")


async def workers_by_grid(db: AsyncSession, *, at: datetime) -> dict[str, int]:
    """Count the workers who look after each grid at a time."""
    rows = await db.execute(
        select(Assignment.grid_code, func.count())
        .where(
            Assignment.valid_from <= at,
            or_(Assignment.valid_to.is_(None), Assignment.valid_to > at),
        )
        .group_by(Assignment.grid_code)
    )
    return dict(rows.all())


async def leads(
    db: AsyncSession, *, at: datetime, chinese: bool
) -> Mapping[tuple[str, str | None], Sequence[str]]:
    """Name who leads on each area, by layer and code, in order; a layer's own under None."""
    english = func.coalesce(Organisation.name_en, Organisation.name)
    rows = await db.execute(
        select(Layer.name, Responsibility.area_code, Organisation.name if chinese else english)
        .join(Layer, Layer.id == Responsibility.layer_id)
        .join(Organisation, Organisation.id == Responsibility.organisation_id)
        .where(Responsibility.role == "lead", in_force(Responsibility, at))
        .order_by(Responsibility.priority, Organisation.code)
    )
    found: dict[tuple[str, str | None], list[str]] = {}
    for layer, code, name in rows:
        found.setdefault((layer, code), []).append(name)
    return found
