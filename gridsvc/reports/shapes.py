"""The areas that a report draws, as frames. Reads only."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import geopandas
import pandas as pd
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from gridsvc.areas.model import Area, Assignment, Layer, Organisation, Responsibility
from gridsvc.areas.repository import in_force
from gridsvc.auth.principal import Scope
from gridsvc.reports.plates import Ground, Plate, Stand, keep, kept, stand_at

COLUMNS = (
    "code",
    "name",
    "parent",
    "geometry",
    "id",
    "layer",
    "population",
    "name_en",
    "area_m2",
)
"""Those of an AreaFrame first."""
_TEXTS = frozenset({"code", "name", "parent", "layer", "name_en"})


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
            Area.area_m2,
        )
        .join(Layer, Layer.id == Area.layer_id)
        .where(condition, in_force(Area, at))
        .order_by(Layer.name, Area.code)
    )


async def administrative(
    db: AsyncSession, level: str, *, at: datetime, ground: Ground, stand: Stand | None = None
) -> geopandas.GeoDataFrame:
    """Give one administrative level as it was at a time, inside a ground.

    How the map stood then may be known already.
    """
    stand = stand or await stand_at(db, at)
    return await _areas(db, stand.levels.get(level), stand, at=at, ground=ground)


async def zones(
    db: AsyncSession, *, at: datetime, ground: Ground, layer: str, stand: Stand | None = None
) -> geopandas.GeoDataFrame:
    """Give the zones of a layer as they were at a time, those that touch a ground."""
    stand = stand or await stand_at(db, at)
    return await _areas(db, layer, stand, at=at, ground=ground)


async def _areas(
    db: AsyncSession, layer: str | None, stand: Stand, *, at: datetime, ground: Ground
) -> geopandas.GeoDataFrame:
    if layer is None or layer not in stand.releases:
        return _frame([])
    return (await plate(db, layer, stand, at=at, ground=ground)).frame.copy(deep=False)


async def plate(
    db: AsyncSession, layer: str, stand: Stand, *, at: datetime, ground: Ground
) -> Plate:
    """Give what a ground shows of a layer in force, from memory if it has been read before."""
    version = stand.version(layer, ground)
    if (found := kept(version)) is not None:
        return found
    if layer in stand.levels.values():
        within = await _inside(db, ground, at=at)
    else:
        within = touching(ground, at)
    rows = await db.execute(_shapes((Layer.name == layer) & within, at))
    return keep(Plate(version, await asyncio.to_thread(_frame, rows.all())))


async def _inside(db: AsyncSession, ground: Ground, *, at: datetime) -> ColumnElement[bool]:
    inside = await codes_inside(db, ground, at=at)
    return true() if inside is None else Area.code.in_(inside)


def touching(
    ground: Ground, at: datetime, *, shape: InstrumentedAttribute[BaseGeometry] = Area.geometry
) -> ColumnElement[bool]:
    """Make the condition that a shape touches a ground, as that was at a time."""
    if ground is None:
        return true()
    part, part_layer = aliased(Area), aliased(Layer)
    return exists().where(
        part_layer.id == part.layer_id,
        _one_of(ground, part_layer, part),
        part.valid_from <= at,
        or_(part.valid_to.is_(None), part.valid_to > at),
        func.ST_Intersects(shape, part.geometry),
    )


def _one_of(ground: Collection[Scope], layer: type[Layer], area: type[Area]) -> ColumnElement[bool]:
    parts = (and_(layer.level == scope.level, area.code == scope.code) for scope in ground)
    return or_(false(), *parts)


async def codes_inside(db: AsyncSession, ground: Ground, *, at: datetime) -> list[str] | None:
    """List a ground's own codes and those of all areas below; None for the whole city."""
    if ground is None:
        return None
    top = (
        select(Area.code)
        .join(Layer, Layer.id == Area.layer_id)
        .where(_one_of(ground, Layer, Area), in_force(Area, at))
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
    # As they are: what pandas makes of texts is slow to look through, and to give back.
    columns = {
        name: pd.Series([row[place] for row in rows], dtype=object if name in _TEXTS else None)
        for place, name in enumerate(COLUMNS)
    }
    return geopandas.GeoDataFrame(columns, geometry="geometry", crs="EPSG:4326")


async def workers_by_grid(db: AsyncSession, *, at: datetime) -> dict[str, int]:
    """Count the workers who look after each grid at a time."""
    counted = (
        select(Assignment.grid_code.label("grid"), func.count().label("workers"))
        .where(in_force(Assignment, at))
        .group_by(Assignment.grid_code)
        .subquery()
    )
    # In one row: a city has more grids than rows are quickly read.
    columns = select(func.array_agg(counted.c.grid), func.array_agg(counted.c.workers))
    grids, workers = (await db.execute(columns)).one()
    return dict(zip(grids or (), workers or (), strict=True))


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
