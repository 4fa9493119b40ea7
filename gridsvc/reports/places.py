"""What work is counted for: areas, organisations, posts; who lives and works there. Reads only.

A grid's residents and workers count for the areas above it by their codes, for a zone that covers
a point inside the grid, and for each worker who looks after it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

import geopandas
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.levels import levels_above
from gridsvc.areas.model import Assignment, Organisation, Worker
from gridsvc.areas.repository import in_force
from gridsvc.bulk.points import Floats, Ints
from gridsvc.reports import shapes
from gridsvc.reports.plates import Ground, Stand, stand_at
from gridsvc.reports.units import Kind, Unit
from maps.measures import numbers

KM2 = 1e6


@dataclass(frozen=True, slots=True)
class Parts:
    """Which grids belong to which places: pairs of their numbers."""

    grid: Ints
    place: Ints


@dataclass(frozen=True, slots=True)
class Places:
    """What is counted for, in the order of its codes."""

    codes: Sequence[str]
    names: Sequence[str]
    people: pd.DataFrame
    """`population`, `workers` and `area_km2` of each; NaN where it is not known."""
    grids: Sequence[str] = ()
    parts: Parts | None = None
    """Of what has no cases but those in its grids: which they are."""


async def places_of(db: AsyncSession, unit: Unit, *, at: datetime, ground: Ground) -> Places:
    """Read what a unit counts for, as it was at a time, inside a ground."""
    if unit.kind is Kind.ORGANISATION:
        return await _organisations(db)
    stand = await stand_at(db, at)
    grids = await shapes.administrative(db, "grid", at=at, ground=ground, stand=stand)
    staff = await shapes.workers_by_grid(db, at=at)
    grids["workers"] = [staff.get(code, 0) for code in grids["code"].tolist()]
    if unit.kind is Kind.WORKER:
        return await _posts(db, grids, at=at)
    if unit.kind is Kind.ZONE:
        areas = await shapes.zones(db, at=at, ground=ground, layer=unit.layer, stand=stand)
        parts = await asyncio.to_thread(_covering, areas, grids)
    else:
        areas = grids
        if unit.level != "grid":
            level = unit.level or ""
            areas = await shapes.administrative(db, level, at=at, ground=ground, stand=stand)
        parts = await _above(db, areas, grids, unit, stand, at=at, ground=ground)
    people = _people(grids, parts, len(areas))
    if unit.level == "sub_estate":
        # Beside the grids: it has residents of its own, and nobody is assigned to it.
        people["population"], people["workers"] = numbers(areas, "population"), np.nan
    people["area_km2"] = numbers(areas, "area_m2") / KM2
    return Places(areas["code"].tolist(), areas["name"].tolist(), people)


def _people(grids: pd.DataFrame, parts: Parts, count: int) -> pd.DataFrame:
    """Add up the grids of each place, as far as is known."""
    living = numbers(grids, "population")[parts.grid]
    known = np.bincount(parts.place, ~np.isnan(living), minlength=count) > 0

    def total(values: Floats) -> Floats:
        return np.bincount(parts.place, np.nan_to_num(values), minlength=count).astype(float)

    return pd.DataFrame(
        {
            "population": np.where(known, total(living), np.nan),
            "workers": total(numbers(grids, "workers")[parts.grid]),
            "area_km2": total(numbers(grids, "area_m2")[parts.grid]) / KM2,
        }
    )


def _covering(areas: geopandas.GeoDataFrame, grids: geopandas.GeoDataFrame) -> Parts:
    inner = shapely.point_on_surface(grids.geometry.to_numpy())
    grid, place = shapely.STRtree(areas.geometry.to_numpy()).query(inner, predicate="covered_by")
    return Parts(grid, place)


async def _above(
    db: AsyncSession,
    areas: pd.DataFrame,
    grids: pd.DataFrame,
    unit: Unit,
    stand: Stand,
    *,
    at: datetime,
    ground: Ground,
) -> Parts:
    """Follow the codes from each grid up to a unit's level."""
    if unit.level == "grid":
        return Parts(np.arange(len(grids)), np.arange(len(grids)))
    over = grids["code"]
    for below in takewhile(lambda it: it != unit.level, ("grid", *levels_above("grid"))):
        frame = await shapes.administrative(db, below, at=at, ground=ground, stand=stand)
        over = over.map(frame.set_index("code")["parent"])
    place = pd.Index(areas["code"]).get_indexer(over)
    return Parts(np.flatnonzero(place >= 0), place[place >= 0])


async def _organisations(db: AsyncSession) -> Places:
    """Give all of them: they have neither ground nor residents."""
    rows = await db.execute(
        select(Organisation.code, Organisation.name).order_by(Organisation.code)
    )
    every = pd.DataFrame(rows.all(), columns=["code", "name"])
    people = pd.DataFrame(np.nan, index=every.index, columns=["population", "workers", "area_km2"])
    return Places(every["code"].tolist(), every["name"].tolist(), people)


async def _posts(db: AsyncSession, grids: pd.DataFrame, *, at: datetime) -> Places:
    """Give the posts that look after grids; each is one worker, and known by its code."""
    rows = await db.execute(
        select(Worker.code, Assignment.grid_code)
        .join(Worker, Worker.id == Assignment.worker_id)
        .where(in_force(Assignment, at))
    )
    held = pd.DataFrame(rows.all(), columns=["code", "grid"])
    held = held[held["grid"].isin(grids["code"])]
    codes = sorted(held["code"].unique())
    parts = Parts(
        pd.Index(grids["code"]).get_indexer(held["grid"]), pd.Index(codes).get_indexer(held["code"])
    )
    people = _people(grids, parts, len(codes))
    people["workers"] = 1.0
    return Places(codes, codes, people, grids["code"].tolist(), parts)
