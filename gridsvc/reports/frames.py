"""The workload of areas for the map: what is read of it, and the frame that is made of that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import geopandas
import numpy as np
import shapely
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.levels import levels_above
from gridsvc.areas.repository import layers
from gridsvc.auth.policy import Permission, ground
from gridsvc.auth.principal import Principal
from gridsvc.incidents.search import Filters
from gridsvc.reports import shapes
from gridsvc.reports.counting import Way, counts
from gridsvc.reports.coverage import title
from gridsvc.reports.plates import Ground, stand_at
from gridsvc.reports.workload import Count, Unit
from maps.layers import AreaLayer

OUTLINED = ("district", "street")
"""The largest first."""
COUNTED = ("filed", "open", "overdue", "closed")


@dataclass(frozen=True, slots=True)
class Load:
    """What was read of the workload of some areas; nothing is worked out yet."""

    unit: Unit
    areas: geopandas.GeoDataFrame
    grids: geopandas.GeoDataFrame
    workers: dict[str, int]
    counts: Sequence[Count]


async def read_load(
    db: AsyncSession, unit: Unit, filters: Filters, way: Way, *, who: Principal, now: datetime
) -> Load:
    """Read the areas of a unit, their incidents, and the grids that tell of people."""
    seen = ground(who, Permission.MAPS_VIEW)
    if unit.level is None:
        areas = await shapes.zones(db, at=now, ground=seen, layer=unit.layer)
    else:
        areas = await shapes.administrative(db, unit.level, at=now, ground=seen)
    return Load(
        unit=unit,
        areas=areas,
        grids=await shapes.administrative(db, "grid", at=now, ground=seen),
        workers=await shapes.workers_by_grid(db, at=now),
        counts=await counts(db, unit, filters, way, who=who, now=now),
    )


def workload_frame(load: Load) -> tuple[geopandas.GeoDataFrame, int]:
    """Make the frame of the map, and count the incidents that belong to none of its areas."""
    frame = load.areas.copy()
    _add_people(frame, load)
    by_code = {count.code: count for count in load.counts}
    for name in COUNTED:
        frame[name] = [
            getattr(by_code[code], name) if code in by_code else 0 for code in frame["code"]
        ]
    shown = set(frame["code"])
    return frame, sum(count.filed for count in load.counts if count.code not in shown)


def _add_people(areas: geopandas.GeoDataFrame, load: Load) -> None:
    """Give each area the residents and workers of the grids whose inner point it covers."""
    if load.grids.empty:
        return
    workers = [load.workers.get(code, 0) for code in load.grids["code"]]
    inner = shapely.point_on_surface(load.grids.geometry.to_numpy())
    pairs = shapely.STRtree(areas.geometry.to_numpy()).query(inner, predicate="covered_by")
    for name, column in (("population", load.grids["population"].fillna(0)), ("workers", workers)):
        values = np.asarray(column, dtype=float)
        areas[name] = np.bincount(pairs[1], values[pairs[0]], minlength=len(areas))


async def outline_layers(
    db: AsyncSession, unit: Unit, *, now: datetime, within: Ground, chinese: bool
) -> tuple[AreaLayer, ...]:
    """Read the areas above those of a unit, whose borders help to find one's way."""
    known = {layer.level: layer for layer, _ in await layers(db)}
    stand = await stand_at(db, now)
    above = levels_above(unit.level) if unit.level else OUTLINED
    found = []
    for level in (level for level in OUTLINED if level in above):
        frame = await shapes.administrative(db, level, at=now, ground=within)
        if len(frame):
            name = title(known[level], chinese=chinese)
            source = stand.source(stand.levels[level], within)
            found.append(AreaLayer(key=level, name=name, frame=frame, source=source))
    return tuple(found)
