"""The workload of areas for the map: what is read of it, and the frame that is made of that."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import geopandas
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.levels import levels_above
from gridsvc.auth.principal import Principal
from gridsvc.bulk.points import Floats, Ints
from gridsvc.incidents.search import Filters
from gridsvc.reports import shapes
from gridsvc.reports.counting import Way
from gridsvc.reports.places import Places
from gridsvc.reports.plates import Ground, Stand, stand_at
from gridsvc.reports.units import Kind, Unit
from gridsvc.reports.workload import Workload, read_workload, shown
from maps.layers import AreaLayer

OUTLINED = ("district", "street")
"""The largest first."""


@dataclass(frozen=True, slots=True)
class Load:
    """What was read of the workload of some areas; nothing is worked out yet."""

    areas: geopandas.GeoDataFrame
    workload: Workload

    @property
    def unit(self) -> Unit:
        """What is counted by."""
        return self.workload.unit


async def read_load(
    db: AsyncSession,
    unit: Unit,
    filters: Filters,
    way: Way,
    *,
    who: Principal,
    now: datetime,
    stand: Stand | None = None,
) -> Load:
    """Read the areas of a unit and their incidents, by the map of now.

    How it stands may be known already.
    """
    stand, seen = stand or await stand_at(db, now), shown(who)
    workload = await read_workload(db, unit, filters, way, who=who, now=now)
    match unit.kind:
        case Kind.LEVEL:
            level = unit.level or ""
            areas = await shapes.administrative(db, level, at=now, ground=seen, stand=stand)
        case Kind.ZONE:
            areas = await shapes.zones(db, at=now, ground=seen, layer=unit.layer, stand=stand)
        case Kind.WORKER:
            grids = await shapes.administrative(db, "grid", at=now, ground=seen, stand=stand)
            areas = await asyncio.to_thread(_beats, workload.places, grids)
        case Kind.ORGANISATION:
            areas = _drawn(workload.places, [None] * len(workload.places.codes))
    return Load(areas, workload)


def _beats(places: Places, grids: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Draw each post as its grids together."""
    parts: dict[int, list[BaseGeometry]] = {place: [] for place in range(len(places.codes))}
    number = dict(zip(places.grids, grids.geometry, strict=True))
    if places.parts is not None:
        for grid, place in zip(places.parts.grid, places.parts.place, strict=True):
            parts[place].append(number[places.grids[grid]])
    return _drawn(places, [shapely.union_all(them) for them in parts.values()])


def _drawn(places: Places, geometry: Sequence[BaseGeometry | None]) -> geopandas.GeoDataFrame:
    """Make the frame of places that are in no layer; without a shape they stand in tables only."""
    columns = {"code": places.codes, "name": places.names, "parent": None}
    return geopandas.GeoDataFrame(columns, geometry=list(geometry), crs="EPSG:4326")


def workload_frame(load: Load) -> tuple[geopandas.GeoDataFrame, int]:
    """Make the frame of the map, and count the incidents that belong to none of its areas."""
    plain = load.areas.drop(columns=["population", "area_m2"], errors="ignore")
    # The areas are the places, in their order: both are read from one plate.
    frame = plain.assign(**_numbers(load.workload))
    return frame, int(load.workload.elsewhere().filed.sum())


def _numbers(load: Workload) -> Mapping[str, Ints | Floats]:
    """Give for each place what is counted, and who lives and works there."""
    counted = load.by_place().over(len(load.places.codes)).columns()
    people = load.places.people
    return {**counted, **{str(name): people[name].to_numpy() for name in people}}


async def outline_layers(
    db: AsyncSession, unit: Unit, stand: Stand, *, now: datetime, within: Ground, chinese: bool
) -> tuple[AreaLayer, ...]:
    """Read the areas above those of a unit, whose borders help to find one's way."""
    above = levels_above(unit.level) if unit.level else OUTLINED
    found = []
    for level in (level for level in OUTLINED if level in above):
        frame = await shapes.administrative(db, level, at=now, ground=within, stand=stand)
        if len(frame):
            layer = stand.levels[level]
            name, source = stand.titles[layer][0 if chinese else 1], stand.source(layer, within)
            found.append(AreaLayer(key=level, name=name, frame=frame, source=source))
    return tuple(found)
