"""The workload of areas as a frame for the map: shapes, people, workers and counts. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import geopandas
import numpy as np
import shapely
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.repository import layers
from gridsvc.auth.principal import Principal, Scope
from gridsvc.incidents.search import Filters
from gridsvc.reports import shapes
from gridsvc.reports.coverage import title
from gridsvc.reports.workload import Count, Unit, counts
from maps.layers import AreaLayer

COUNTED = ("filed", "open", "overdue", "closed")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What areas the page counts by: an administrative unit, or a zone layer by its name."""

    unit: Unit
    layer: str | None


async def workload_frame(
    db: AsyncSession, chosen: Chosen, filters: Filters, *, who: Principal, now: datetime
) -> tuple[geopandas.GeoDataFrame, int]:
    """Make the frame of the map, and count the incidents that lie in none of its areas."""
    found = await counts(db, chosen.unit, filters, who=who, now=now)
    workers = await shapes.workers_by_grid(db, at=now)
    grids = await shapes.administrative(db, "grid", at=now, scope=who.scope)
    grids["workers"] = [workers.get(code, 0) for code in grids["code"]]
    if chosen.unit is Unit.ZONE:
        frame = await shapes.zones(db, at=now, scope=who.scope, layer=chosen.layer)
    else:
        frame = await shapes.administrative(db, chosen.unit.value, at=now, scope=who.scope)
    _add_people(frame, grids)
    return frame, _add_counts(frame, found, by_id=chosen.unit is Unit.ZONE)


def _add_counts(frame: geopandas.GeoDataFrame, found: Sequence[Count], *, by_id: bool) -> int:
    """Add the counted columns; give how many incidents belong to no area of the frame."""
    by_key = {count.key: count for count in found}
    keys = list(frame["id"] if by_id else frame["code"])
    for name in COUNTED:
        frame[name] = [getattr(by_key[key], name) if key in by_key else 0 for key in keys]
    shown = set(keys)
    return sum(count.filed for count in found if count.key not in shown)


def _add_people(areas: geopandas.GeoDataFrame, grids: geopandas.GeoDataFrame) -> None:
    """Give each area the residents and workers of the grids whose inner point it covers."""
    if grids.empty:
        return
    inner = shapely.point_on_surface(grids.geometry.to_numpy())
    pairs = shapely.STRtree(areas.geometry.to_numpy()).query(inner, predicate="covered_by")
    for name in ("population", "workers"):
        values = grids[name].fillna(0).to_numpy(dtype=float)
        areas[name] = np.bincount(pairs[1], values[pairs[0]], minlength=len(areas))


async def units(db: AsyncSession, *, chinese: bool) -> list[tuple[str, str]]:
    """List what the page can count by: value of the control and its label."""
    known = [layer for layer, release in await layers(db) if release is not None]
    names = {layer.level: layer for layer in known if layer.level in set(Unit)}
    administrative = [names[unit.value] for unit in Unit if unit.value in names]
    zones = [layer for layer in known if layer.kind == "zone"]
    return [(layer.name, title(layer, chinese=chinese)) for layer in (*administrative, *zones)]


async def outline_layers(
    db: AsyncSession, *, now: datetime, scope: Scope | None, chinese: bool
) -> tuple[AreaLayer, ...]:
    """Read the larger areas whose borders help to find one's way."""
    known = {layer.level: layer for layer, _ in await layers(db)}
    found = []
    for level in ("district", "street"):
        frame = await shapes.administrative(db, level, at=now, scope=scope)
        if len(frame):
            name = title(known[level], chinese=chinese)
            found.append(AreaLayer(key=level, name=name, frame=frame))
    return tuple(found)
