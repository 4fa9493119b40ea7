"""What the coverage page draws: areas, zones, what no zone covers, what several do. Reads only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import geopandas
import pandas as pd
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.coverage import doubly_covered, uncovered
from gridsvc.areas.model import LEVELS, Layer
from gridsvc.areas.repository import layers
from gridsvc.reports import shapes
from gridsvc.reports.shapes import Ground
from maps.coverage import CoverageData, render_coverage
from maps.layers import AreaLayer
from maps.page import Page

GROUND_LEVELS = ("community", "street", "district")
"""What is to be covered: the first of these levels that there is names the gaps."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What was read of who is responsible where; nothing is worked out yet."""

    administrative: tuple[AreaLayer, ...]
    zones: tuple[AreaLayer, ...]
    tiling: frozenset[str]
    """The zone layers that are to leave no gap."""
    overlapping: frozenset[str]
    """The zone layers whose zones may overlap."""


async def read_coverage(db: AsyncSession, *, at: datetime, ground: Ground, chinese: bool) -> Extent:
    """Read what was in force at a time inside a ground."""
    known = [layer for layer, _ in await layers(db)]
    return Extent(
        administrative=await _administrative(db, known, at=at, ground=ground, chinese=chinese),
        zones=await _zones(db, known, at=at, ground=ground, chinese=chinese),
        tiling=frozenset(layer.name for layer in known if layer.tiles),
        overlapping=frozenset(layer.name for layer in known if layer.overlap_allowed),
    )


def render(extent: Extent, page: Page, *, day: datetime) -> str:
    """Find the gaps and overlaps, and draw the page."""
    frames = {layer.key: layer.frame for layer in extent.zones}
    gaps = {name: frame for name, frame in frames.items() if name in extent.tiling}
    data = CoverageData(
        at=day,
        administrative=extent.administrative,
        zones=extent.zones,
        uncovered=_uncovered(_ground(extent.administrative), gaps),
        partial=frozenset(frames) - extent.tiling,
        overlaps=_overlaps(frames, extent.overlapping),
    )
    return render_coverage(data, page)


def title(layer: Layer, *, chinese: bool) -> str:
    """Name a layer in a language."""
    return layer.title if chinese else layer.title_en or layer.title


async def _administrative(
    db: AsyncSession, known: Sequence[Layer], *, at: datetime, ground: Ground, chinese: bool
) -> tuple[AreaLayer, ...]:
    workers = await shapes.workers_by_grid(db, at=at)
    found = []
    for layer in known:
        if layer.level is None:
            continue
        frame = await shapes.administrative(db, layer.level, at=at, ground=ground)
        if layer.level == "grid":
            frame["workers"] = [workers.get(code, 0) for code in frame["code"]]
        if len(frame):
            name = title(layer, chinese=chinese)
            found.append(AreaLayer(key=layer.level, name=name, frame=frame))
    return tuple(sorted(found, key=lambda layer: LEVELS.index(layer.key)))


async def _zones(
    db: AsyncSession, known: Sequence[Layer], *, at: datetime, ground: Ground, chinese: bool
) -> tuple[AreaLayer, ...]:
    leads = await shapes.leads(db, at=at, chinese=chinese)
    found = []
    for layer in known:
        if layer.level is not None:
            continue
        frame = await shapes.zones(db, at=at, ground=ground, layer=layer.name)
        frame["organisation"] = [
            _joined(leads, layer.name, code, chinese=chinese) for code in frame["code"]
        ]
        if len(frame):
            name = title(layer, chinese=chinese)
            found.append(AreaLayer(key=layer.name, name=name, frame=frame))
    return tuple(found)


def _joined(
    leads: Mapping[tuple[str, str | None], Sequence[str]], layer: str, code: str, *, chinese: bool
) -> str | None:
    """Name all who lead on an area, in whatever category: for itself first, then with the layer."""
    names = dict.fromkeys([*leads.get((layer, code), ()), *leads.get((layer, None), ())])
    return ("、" if chinese else "; ").join(names) or None


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
    frames: Mapping[str, geopandas.GeoDataFrame], declared: Collection[str]
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
