"""What work is counted for: areas, organisations, posts; who lives and works there. Reads only.

No shape is read. A grid's people and workers count for the areas above it by their codes, for a
zone that covers a point inside the grid, and for each worker who looks after it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from gridsvc.areas.levels import levels_above
from gridsvc.areas.model import Area, Assignment, Layer, Organisation, Worker
from gridsvc.areas.repository import in_force
from gridsvc.reports.plates import Ground
from gridsvc.reports.shapes import codes_inside, touching, workers_by_grid
from gridsvc.reports.units import Kind, Unit

KM2 = 1e6
Parts = Mapping[str, Sequence[str]]
"""Grids by the code that they are a part of."""


@dataclass(frozen=True, slots=True)
class People:
    """Who lives and works somewhere, and on how much ground; None where it is not known."""

    population: int | None = None
    workers: int | None = None
    area_km2: float | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """What is counted for, in the order of its codes."""

    codes: Sequence[str]
    names: Sequence[str]
    people: Sequence[People]
    parts: Parts | None = None
    """Of what has no cases but those in its grids."""


@dataclass(frozen=True, slots=True)
class _Area:
    """An area without its shape."""

    code: str
    name: str
    parent: str | None
    population: int | None
    km2: float


async def places_of(db: AsyncSession, unit: Unit, *, at: datetime, ground: Ground) -> Places:
    """Read what a unit counts for, as it was at a time, inside a ground."""
    if unit.kind is Kind.ORGANISATION:
        return await _organisations(db)
    inside = await codes_inside(db, ground, at=at)
    within = true() if inside is None else Area.code.in_(inside)
    if unit.level == "sub_estate":
        return _as_they_are(await _areas(db, Layer.level == unit.level, within, at=at))
    grids = await _areas(db, Layer.level == "grid", within, at=at)
    staff = await workers_by_grid(db, at=at)
    people = {it.code: People(it.population, staff.get(it.code, 0), it.km2) for it in grids}
    match unit.kind:
        case Kind.WORKER:
            parts = await _assigned(db, people, at=at)
            return _posts(parts, people)
        case Kind.ZONE:
            there = touching(ground, at) & (Layer.name == unit.layer)
            areas = await _areas(db, there, at=at)
            parts = await _covered(db, unit, at=at)
        case _:
            level = str(unit.level)
            areas = (
                grids if level == "grid" else await _areas(db, Layer.level == level, within, at=at)
            )
            parts = await _below(db, level, grids, at=at)
    return _with_people(areas, parts, people)


def _as_they_are(areas: Sequence[_Area]) -> Places:
    """Sub-estates have residents of their own, and no workers."""
    own = [People(it.population, None, it.km2) for it in areas]
    return Places([it.code for it in areas], [it.name for it in areas], own)


def _with_people(areas: Sequence[_Area], parts: Parts, people: Mapping[str, People]) -> Places:
    """Give each area the residents and workers of its grids."""
    found = []
    for area in areas:
        there = _together(people[code] for code in parts.get(area.code, ()) if code in people)
        found.append(replace(there, area_km2=area.km2))
    return Places([it.code for it in areas], [it.name for it in areas], found)


def _posts(parts: Parts, people: Mapping[str, People]) -> Places:
    """Give each post the ground of its grids; it is one worker, known by its code."""
    found = [
        replace(_together(people[code] for code in grids), workers=1) for grids in parts.values()
    ]
    return Places(list(parts), list(parts), found, parts)


def _together(parts: Iterable[People]) -> People:
    """Add up what is known of some grids."""
    some = list(parts)
    known = [it.population for it in some if it.population is not None]
    return People(
        sum(known) if known else None,
        sum(it.workers or 0 for it in some),
        sum(it.area_km2 or 0.0 for it in some),
    )


async def _areas(db: AsyncSession, *which: ColumnElement[bool], at: datetime) -> Sequence[_Area]:
    rows = await db.execute(
        select(Area.code, Area.name, Area.parent_code, Area.population, Area.area_m2 / KM2)
        .join(Layer, Layer.id == Area.layer_id)
        .where(*which, in_force(Area, at))
        .order_by(Area.code)
    )
    return [_Area(*row) for row in rows]


async def _organisations(db: AsyncSession) -> Places:
    every = (
        await db.execute(select(Organisation.code, Organisation.name).order_by(Organisation.code))
    ).all()
    codes, names = [row.code for row in every], [row.name for row in every]
    return Places(codes, names, [People()] * len(every))


async def _below(db: AsyncSession, level: str, grids: Sequence[_Area], *, at: datetime) -> Parts:
    """Follow the codes of the areas above, up to a level."""
    above = {it.code: it.code if level == "grid" else it.parent for it in grids}
    for between in takewhile(lambda it: it != level, levels_above("grid")):
        parents = {it.code: it.parent for it in await _areas(db, Layer.level == between, at=at)}
        above = {code: parents.get(over or "") for code, over in above.items()}
    return _grouped((over, code) for code, over in above.items() if over is not None)


async def _covered(db: AsyncSession, unit: Unit, *, at: datetime) -> Parts:
    """Ask which zones cover a point inside which grids."""
    grid, layer = aliased(Area), aliased(Layer)
    inner = (
        select(grid.code, func.ST_PointOnSurface(grid.geometry).label("point"))
        .join(layer, layer.id == grid.layer_id)
        .where(layer.level == "grid", grid.valid_from <= at)
        .where(or_(grid.valid_to.is_(None), grid.valid_to > at))
        .cte("inner_point")
        .prefix_with("MATERIALIZED")
    )
    pairs = await db.execute(
        select(Area.code, inner.c.code)
        .join(Layer, Layer.id == Area.layer_id)
        .join(inner, func.ST_Covers(Area.geometry, inner.c.point))
        .where(Layer.name == unit.layer, in_force(Area, at))
    )
    return _grouped(pairs.all())


async def _assigned(db: AsyncSession, grids: Collection[str], *, at: datetime) -> Parts:
    """Ask which posts look after which grids."""
    pairs = await db.execute(
        select(Worker.code, Assignment.grid_code)
        .join(Worker, Worker.id == Assignment.worker_id)
        .where(in_force(Assignment, at))
        .order_by(Worker.code, Assignment.grid_code)
    )
    return _grouped((code, grid) for code, grid in pairs if grid in grids)


def _grouped(pairs: Iterable[Sequence[str]]) -> Parts:
    parts: dict[str, list[str]] = defaultdict(list)
    for code, grid in pairs:
        parts[code].append(grid)
    return parts
