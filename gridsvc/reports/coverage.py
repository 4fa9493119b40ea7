"""What the coverage page draws: areas, zones, what no zone covers, what several do. Reads only."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

import geopandas
import pandas as pd
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.coverage import doubly_covered, uncovered
from gridsvc.areas.model import LEVELS, Layer
from gridsvc.areas.repository import layers
from gridsvc.auth.principal import Scope
from gridsvc.reports import shapes
from maps.coverage import CoverageData
from maps.layers import AreaLayer

GROUND_LEVELS = ("community", "street", "district")
"""What is to be covered: the first of these levels that there is names the gaps."""


async def coverage(
    db: AsyncSession, *, at: datetime, day: datetime, scope: Scope | None, chinese: bool
) -> CoverageData:
    """Read what was in force at a time inside a scope, and find its gaps and overlaps."""
    known = [layer for layer, _ in await layers(db)]
    administrative = await _administrative(db, known, at=at, scope=scope, chinese=chinese)
    zones = await _zones(db, known, at=at, scope=scope, chinese=chinese)
    tiling = {layer.name for layer in known if layer.tiles}
    declared = {layer.name for layer in known if layer.overlap_allowed}
    frames = {layer.key: layer.frame for layer in zones}
    gaps = {name: frame for name, frame in frames.items() if name in tiling}
    ground = _ground(administrative)
    return CoverageData(
        at=day,
        administrative=administrative,
        zones=zones,
        uncovered=await asyncio.to_thread(_uncovered, ground, gaps),
        partial=frozenset(frames) - frozenset(tiling),
        overlaps=await asyncio.to_thread(_overlaps, frames, declared),
    )


def title(layer: Layer, *, chinese: bool) -> str:
    """Name a layer in a language."""
    return layer.title if chinese else layer.title_en or layer.title


async def _administrative(
    db: AsyncSession, known: Sequence[Layer], *, at: datetime, scope: Scope | None, chinese: bool
) -> tuple[AreaLayer, ...]:
    workers = await shapes.workers_by_grid(db, at=at)
    found = []
    for layer in known:
        if layer.level is None:
            continue
        frame = await shapes.administrative(db, layer.level, at=at, scope=scope)
        if layer.level == "grid":
            frame["workers"] = [workers.get(code, 0) for code in frame["code"]]
        if len(frame):
            name = title(layer, chinese=chinese)
            found.append(AreaLayer(key=layer.level, name=name, frame=frame))
    return tuple(sorted(found, key=lambda layer: LEVELS.index(layer.key)))


async def _zones(
    db: AsyncSession, known: Sequence[Layer], *, at: datetime, scope: Scope | None, chinese: bool
) -> tuple[AreaLayer, ...]:
    leads = await shapes.leads(db, at=at)
    found = []
    for layer in known:
        if layer.level is not None:
            continue
        frame = await shapes.zones(db, at=at, scope=scope, layer=layer.name)
        whole = leads.get((layer.name, None))
        frame["organisation"] = [leads.get((layer.name, code), whole) for code in frame["code"]]
        if len(frame):
            name = title(layer, chinese=chinese)
            found.append(AreaLayer(key=layer.name, name=name, frame=frame))
    return tuple(found)


def _ground(administrative: Sequence[AreaLayer]) -> geopandas.GeoDataFrame | None:
    by_level = {layer.key: layer.frame for layer in administrative}
    return next((by_level[level] for level in GROUND_LEVELS if level in by_level), None)


def _uncovered(
    ground: geopandas.GeoDataFrame | None, frames: Mapping[str, geopandas.GeoDataFrame]
) -> geopandas.GeoDataFrame:
    if ground is None:
        frames = {}
    found = [uncovered(ground, frame).assign(layer=name) for name, frame in frames.items()]
    return _together(found, ("code", "area_m2", "layer"))


def _overlaps(
    frames: Mapping[str, geopandas.GeoDataFrame], declared: set[str]
) -> geopandas.GeoDataFrame:
    found = [
        doubly_covered(frame).assign(layer=name, declared=name in declared)
        for name, frame in frames.items()
    ]
    return _together(found, ("code", "other", "area_m2", "layer", "declared"))


def _together(
    frames: Sequence[geopandas.GeoDataFrame], columns: Sequence[str]
) -> geopandas.GeoDataFrame:
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        empty: dict[str, list[object]] = {name: [] for name in columns}
        return geopandas.GeoDataFrame(empty, geometry=[], crs="EPSG:4326")
    return geopandas.GeoDataFrame(pd.concat(filled, ignore_index=True), crs="EPSG:4326")
