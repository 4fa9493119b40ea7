"""The workload page: what is asked, what is read for it, and the page that is made of that."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.policy import Permission, ground
from gridsvc.auth.principal import Principal
from gridsvc.catalogue.repository import categories
from gridsvc.errors import Invalid
from gridsvc.incidents.search import Filters
from gridsvc.reports.counting import By, Way
from gridsvc.reports.frames import Load, outline_layers, read_load, workload_frame
from gridsvc.reports.plates import stand_at
from gridsvc.reports.units import chosen, units
from gridsvc.settings import Settings
from maps.layers import AreaLayer
from maps.measures import Basis, Measure
from maps.page import Choice, Page
from maps.words import words
from maps.workload import WorkloadData, render_workload

DEFAULT_DAYS = 30
LONGEST_DAYS = 3_660


@dataclass(frozen=True, slots=True)
class Span:
    """Days, the last one included."""

    first: date
    last: date

    @classmethod
    def of(cls, since: date | None, until: date | None, *, today: date) -> "Span":
        """Complete what was asked: without an end until today, without a beginning a month."""
        last = until or today
        first = since or last - timedelta(days=DEFAULT_DAYS - 1)
        if not 0 <= (last - first).days <= LONGEST_DAYS:
            raise Invalid(
                "invalid_interval",
                en=f"`from` must not be after `to`, nor more than {LONGEST_DAYS} days before it.",
                zh=f"from 不能晚于 to，且间隔不超过 {LONGEST_DAYS} 天。",
                field="from",
            )
        return cls(first, last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the page is to show; without a unit, the finest that there is."""

    unit: str | None
    span: Span
    category: str
    measure: Measure
    basis: Basis
    by: By = By.ROUTED

    def filters(self, zone: tzinfo) -> Filters:
        """Say which incidents count, by days of a time zone."""
        return Filters(
            since=datetime.combine(self.span.first, time.min, zone),
            until=datetime.combine(self.span.last + timedelta(days=1), time.min, zone),
            category=self.category or None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that was read for the page."""

    asked: Asked
    load: Load
    source: str
    """Where browsers read the shapes of the areas; empty where there is none."""
    units: tuple[Choice, ...]
    majors: tuple[Choice, ...]
    outlines: tuple[AreaLayer, ...]


async def read_sheet(
    db: AsyncSession,
    asked: Asked,
    *,
    who: Principal,
    now: datetime,
    settings: Settings,
    chinese: bool,
) -> Sheet:
    """Read what the page shows of what the caller may see."""
    known = await units(db, chinese=chinese)
    unit = chosen(asked.unit, known, chinese=chinese)
    seen = ground(who, Permission.MAPS_VIEW)
    way, filters = Way(asked.by, now, settings), asked.filters(settings.zone)
    stand = await stand_at(db, now)
    return Sheet(
        asked=asked,
        load=await read_load(db, unit, filters, way, who=who, now=now),
        source=stand.source(unit.layer, seen) if unit.layer in stand.releases else "",
        units=tuple(Choice(value=unit.layer, label=unit.title) for unit in known),
        majors=await _majors(db, now, chinese=chinese),
        outlines=await outline_layers(db, unit, now=now, within=seen, chinese=chinese),
    )


async def _majors(db: AsyncSession, now: datetime, *, chinese: bool) -> tuple[Choice, ...]:
    """List the major classes in force as choices."""
    majors = {
        record.major_code: record.major_name
        if chinese
        else record.major_name_en or record.major_name
        for record in await categories(db)
        if record.holds(now)
    }
    return tuple(Choice(value=code, label=label) for code, label in sorted(majors.items()))


def draw_sheet(sheet: Sheet, page: Page) -> str:
    """Work out the numbers and draw the page."""
    frame, unplaced = workload_frame(sheet.load)
    asked, unit = sheet.asked, sheet.load.unit
    data = WorkloadData(
        areas=AreaLayer(key=unit.layer, name=unit.title, frame=frame, source=sheet.source),
        units=sheet.units,
        since=asked.span.first,
        until=asked.span.last,
        measure=asked.measure,
        basis=asked.basis,
        ways=tuple(Choice(value=by.value, label=words(page.language)[by.value]) for by in By),
        way=asked.by.value,
        category=asked.category,
        categories=sheet.majors,
        outlines=sheet.outlines,
        unplaced=unplaced,
    )
    return render_workload(data, page)
