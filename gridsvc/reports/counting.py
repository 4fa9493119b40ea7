"""Incidents counted by the map that they were routed by, or assigned anew to another one."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import numpy as np
import shapely
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.index import AreaIndex
from gridsvc.auth.principal import Principal
from gridsvc.bulk.chart import Chart, take
from gridsvc.bulk.engine import Engine
from gridsvc.bulk.names import Name
from gridsvc.bulk.points import NONE, Flags, Ints, Points
from gridsvc.incidents import past
from gridsvc.incidents.headline import is_open, is_overdue
from gridsvc.incidents.model import Incident
from gridsvc.incidents.past import Page
from gridsvc.incidents.search import Filters, conditions
from gridsvc.incidents.visibility import visible_to
from gridsvc.reports.workload import Count, Unit, counts_as_routed
from gridsvc.routing.lasting import lasting
from gridsvc.settings import Settings


class By(StrEnum):
    """By which map incidents are counted, where it has changed since they came in."""

    ROUTED = "routed"
    """As they were routed then."""
    REASSIGNED = "reassigned"
    """By where they lie, and whose they would be, on another map; without a place, as routed."""


@dataclass(frozen=True, slots=True)
class Way:
    """How to count, and by the map of which time where they are assigned anew."""

    by: By
    at: datetime
    settings: Settings


Place = Callable[[Points], tuple[Ints, Sequence[str]]]
"""Gives each point the number of its code, and the codes."""


async def counts(
    db: AsyncSession,
    unit: Unit | None,
    filters: Filters,
    way: Way,
    *,
    who: Principal,
    now: datetime,
) -> Sequence[Count]:
    """Count the incidents that the caller may see, by area of a unit or, without one, by owner."""
    matching = (await conditions(db, filters)) & visible_to(who)
    if way.by is By.ROUTED:
        return await counts_as_routed(db, unit, matching, now=now)
    return await _reassigned(db, unit, matching, way, now=now)


async def _reassigned(
    db: AsyncSession, unit: Unit | None, matching: ColumnElement[bool], way: Way, *, now: datetime
) -> Sequence[Count]:
    """Decide each anew by a map as if it had always held; page by page, however many there are."""
    chart = await take(db, way.settings, at=way.at)
    chart = replace(chart, edition=lasting(chart.edition, way.at))
    tally, placed = _Tally(), Incident.location.is_not(None)
    for count in await counts_as_routed(db, unit, matching & ~placed, now=now):
        tally.keep(count)
    place_in = await asyncio.to_thread(_placing, chart, unit)
    for scheme in await past.schemes(db):
        place = await asyncio.to_thread(place_in, scheme)
        pages = past.flagged_pages(
            db,
            matching & placed,
            scheme=scheme,
            near_limit_m=way.settings.near_limit_m,
            flags={"open": is_open(), "overdue": is_overdue(now)},
        )
        async with aclosing(pages):
            async for page in pages:
                await asyncio.to_thread(tally.add, page, place)
    in_other_layers = unit is not None and unit.level is None
    return [one for one in tally.counts() if not (in_other_layers and one.code is None)]


class _Tally:
    """The sums so far."""

    def __init__(self) -> None:
        self._filed, self._open, self._overdue = (Counter[str | None]() for _ in range(3))

    def add(self, page: Page, place: Place) -> None:
        numbers, codes = place(page.points)
        every: Flags = np.ones(len(numbers), dtype=np.bool_)
        self._filed.update(_counted(numbers, codes, every))
        self._open.update(_counted(numbers, codes, page.flags["open"]))
        self._overdue.update(_counted(numbers, codes, page.flags["overdue"]))

    def keep(self, count: Count) -> None:
        """Add what is counted already."""
        self._filed[count.code] += count.filed
        self._open[count.code] += count.open
        self._overdue[count.code] += count.overdue

    def counts(self) -> Sequence[Count]:
        return [
            Count(code, filed, self._open[code], self._overdue[code], filed - self._open[code])
            for code, filed in sorted(self._filed.items(), key=lambda item: item[0] or "")
        ]


def _counted(numbers: Ints, codes: Sequence[str], flags: Flags) -> Mapping[str | None, int]:
    found = np.bincount(numbers[flags] + 1, minlength=len(codes) + 1).tolist()
    summed = Counter[str | None]()
    for code, count in zip([None, *codes], found, strict=True):
        if count:
            summed[code] += count
    return summed


def _placing(chart: Chart, unit: Unit | None) -> Callable[[str], Place]:
    """Make what places the points of a scheme; what they all have in common is made once."""
    if unit is not None and unit.level is not None:
        by_ground = _by_ground(chart, unit.level)
        return lambda _: by_ground
    if unit is None:
        return lambda scheme: _by_lead(Engine(chart, scheme=scheme))
    return lambda scheme: _by_zone(Engine(chart, scheme=scheme), unit.layer)


def _by_lead(engine: Engine) -> Place:
    def by_lead(points: Points) -> tuple[Ints, Sequence[str]]:
        lead = engine.decide(points).lead
        return lead, [name[0] for name in _names(engine)]

    return by_lead


def _by_zone(engine: Engine, layer: str) -> Place:
    def by_zone(points: Points) -> tuple[Ints, Sequence[str]]:
        zone = engine.decide(points).zone
        names = _names(engine)
        # The last is for the number of no zone.
        ours = np.array([name[:-1] == (layer,) for name in names] + [False])
        return np.where(ours[zone], zone, NONE), [name[-1] for name in names]

    return by_zone


def _names(engine: Engine) -> Sequence[Name]:
    return [engine.names[number] for number in range(len(engine.names))]


def _by_ground(chart: Chart, level: str) -> Place:
    """Assign points to the areas of a level; on a border the lowest code counts."""
    sheets = [
        chart.sheets[release.id]
        for release in chart.edition.releases
        if release.layer.level == level
    ]
    areas = sorted(
        (area.code, shape)
        for sheet in sheets
        for area, shape in zip(sheet.areas, sheet.shapes, strict=True)
    )
    index = AreaIndex(shapely.from_wkb([shape for _, shape in areas]))

    def by_ground(points: Points) -> tuple[Ints, Sequence[str]]:
        owner = index.owner(points.lon, points.lat).astype(np.int64)
        return owner, [code for code, _ in areas]

    return by_ground
