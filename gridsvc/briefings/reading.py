"""Makes a briefing of what somebody sees, by the readings behind the API's own numbers. Reads only.

Open and overdue are told as they stand at that moment, what was filed and what ended of the day
before. What stood open a day or a week ago is known from the briefings that were kept then.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

import geopandas
from sqlalchemy import SQLColumnExpression, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.areas.repository import layers
from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Appointment, Principal, Sees
from gridsvc.briefings.content import Briefing, Figure, Line, Measure, Name, Spot, latest
from gridsvc.incidents.headline import headline
from gridsvc.incidents.hot_spots import Recurrence, hot_spots
from gridsvc.incidents.lifecycle import OPEN
from gridsvc.incidents.model import Incident
from gridsvc.incidents.search import Filters
from gridsvc.incidents.visibility import visible_to
from gridsvc.reports.counting import By, Way
from gridsvc.reports.places import Places
from gridsvc.reports.shapes import administrative
from gridsvc.reports.tally import Table
from gridsvc.reports.units import Kind, Unit
from gridsvc.reports.workload import read_workload, shown, workload_of
from gridsvc.settings import Settings
from maps.small import outlines_of

LEVELS: Final = ("district", "street", "community", "grid")
"""By which of these areas are told: the first of them of which somebody sees a few."""
FEW: Final = 2
SPOTS: Final = 8
DAY, WEEK = timedelta(days=1), timedelta(days=7)

CITY: Final = Principal(
    account_id=UUID(int=0),
    credential_id=UUID(int=0),
    login="",
    appointments=(
        Appointment(
            role="",
            name="",
            name_en="",
            permissions=frozenset({Permission.INCIDENTS_READ, Permission.MAPS_VIEW}),
            sees=Sees.AREA,
        ),
    ),
    language="zh",
)
"""For whom the job makes its briefing: nobody, who sees the whole city."""

Stock = Mapping[date, Mapping[Measure, int]]
"""What stood open and overdue on other mornings."""


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom a briefing is made, when, by which settings."""

    who: Principal
    now: datetime
    settings: Settings

    @property
    def day(self) -> date:
        """The civil day."""
        return self.now.astimezone(self.settings.zone).date()

    def midnight(self, day: date) -> datetime:
        """Give the time at which a day begins."""
        return datetime.combine(day, time.min, self.settings.zone)

    def on(self, day: date) -> Filters:
        """Take what was reported on a day."""
        return Filters(since=self.midnight(day), until=self.midnight(day + DAY))


async def read_briefing(db: AsyncSession, asked: Asked, stock: Stock) -> Briefing:
    """Read what the briefing of this moment says."""
    unit, name, frame = await _unit(db, asked)
    drawn = await asyncio.to_thread(outlines_of, frame)
    areas, elsewhere = await _lines(db, asked, unit, _names(frame))
    paths = dict(zip(frame["code"], drawn.paths, strict=True))
    return Briefing(
        day=asked.day,
        made_at=asked.now,
        figures=await _figures(db, asked, stock),
        unit=name,
        areas=tuple(_on_map(line, paths) for line in areas),
        unplaced_open=sum(elsewhere.open.tolist()),
        unplaced_overdue=sum(elsewhere.overdue.tolist()),
        height=drawn.height,
        owners=latest(await _owners(db, asked)),
        spots=await _spots(db, asked),
        spot_days=asked.settings.hot_spot_days,
    )


async def _unit(db: AsyncSession, asked: Asked) -> tuple[Unit, Name, geopandas.GeoDataFrame]:
    """Choose the level by which areas are told; the finest that there is, if all are few."""
    published = {layer.level: layer for layer, release in await layers(db) if release is not None}
    frame = geopandas.GeoDataFrame({"code": [], "name": [], "name_en": []}, geometry=[], crs=4326)
    chosen = Unit("street", "street", ""), Name("", None), frame
    for level in (level for level in LEVELS if level in published):
        layer = published[level]
        frame = await administrative(db, level, at=asked.now, ground=shown(asked.who))
        chosen = Unit(layer.name, level, layer.title), Name(layer.title, layer.title_en), frame
        if len(frame) >= FEW:
            break
    return chosen


def _names(frame: geopandas.GeoDataFrame) -> Mapping[str, Name]:
    named = zip(frame["code"], frame["name"], frame["name_en"], strict=True)
    return {code: Name(zh, en) for code, zh, en in named}


async def _lines(
    db: AsyncSession, asked: Asked, unit: Unit, names: Mapping[str, Name]
) -> tuple[Sequence[Line], Table]:
    """Count what was filed the day before and what is open now: by place, and in none of them."""
    way = Way(By.ROUTED, asked.now, asked.settings)
    still = Filters(status=tuple(OPEN))
    standing = await read_workload(db, unit, still, way, who=asked.who, now=asked.now)
    places = standing.places
    filed = await workload_of(
        db, unit, places, asked.on(asked.day - DAY), way, who=asked.who, now=asked.now
    )
    lines = _put_together(places, names, filed.by_place(), standing.by_place())
    return lines, standing.elsewhere()


def _put_together(
    places: Places, names: Mapping[str, Name], filed: Table, standing: Table
) -> Sequence[Line]:
    size = len(places.codes)
    now = standing.over(size)
    columns = (it.tolist() for it in (filed.over(size).filed, now.open, now.overdue))
    return [
        Line(code, names.get(code, Name(name, None)), came, still, late)
        for code, name, came, still, late in zip(places.codes, places.names, *columns, strict=True)
    ]


def _on_map(line: Line, paths: Mapping[str, str]) -> Line:
    return Line(line.code, line.name, line.filed, line.open, line.overdue, paths.get(line.code, ""))


async def _owners(db: AsyncSession, asked: Asked) -> Sequence[Line]:
    rows = await db.execute(select(Organisation.code, Organisation.name, Organisation.name_en))
    names = {code: Name(zh, en) for code, zh, en in rows}
    lines, _ = await _lines(db, asked, Unit(Kind.ORGANISATION, None, ""), names)
    return lines


async def _figures(db: AsyncSession, asked: Asked, stock: Stock) -> tuple[Figure, ...]:
    now = await headline(db, who=asked.who, now=asked.now)
    standing = {
        Measure.OPEN: now.open,
        Measure.OVERDUE: now.overdue,
        Measure.WAITING: now.waiting,
    }
    before = [stock.get(asked.day - past, {}) for past in (DAY, WEEK)]
    return (
        await _flow(db, asked, Measure.FILED, Incident.reported_at),
        await _flow(db, asked, Measure.CLOSED, Incident.closed_at),
        *(Figure(it, value, *(then.get(it) for then in before)) for it, value in standing.items()),
    )


async def _flow(
    db: AsyncSession, asked: Asked, measure: Measure, column: SQLColumnExpression[Any]
) -> Figure:
    """Count what happened the day before, a day and a week earlier."""
    yesterday = asked.day - DAY
    counts = [
        await _happened(db, asked, column, yesterday - past) for past in (timedelta(0), DAY, WEEK)
    ]
    return Figure(measure, *counts)


async def _happened(
    db: AsyncSession, asked: Asked, column: SQLColumnExpression[Any], day: date
) -> int:
    within = column >= asked.midnight(day), column < asked.midnight(day + DAY)
    counted = select(func.count()).select_from(Incident).where(*within, visible_to(asked.who))
    return int(await db.scalar(counted) or 0)


async def _spots(db: AsyncSession, asked: Asked) -> tuple[Spot, ...]:
    settings = asked.settings
    recurrence = Recurrence(settings.hot_spot_radius_m, settings.hot_spot_cases)
    filters = Filters(since=asked.now - timedelta(days=settings.hot_spot_days), until=asked.now)
    found = await hot_spots(db, filters, recurrence, who=asked.who, most=SPOTS)
    grids = _names(await administrative(db, "grid", at=asked.now, ground=None))
    return tuple(
        Spot(
            Name(it.matter.name, it.matter.name_en),
            len(it.incidents),
            tuple(
                grids.get(code, Name(code, None))
                for code in sorted({one.grid for one in it.incidents if one.grid})
            ),
        )
        for it in found
    )
