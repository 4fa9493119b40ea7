"""The workload page: what is asked, what is read for it, and the page that is made of that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.policy import Permission, ground
from gridsvc.auth.principal import Principal
from gridsvc.catalogue.model import Category, CategoryScheme
from gridsvc.catalogue.repository import scheme_holds
from gridsvc.errors import Invalid
from gridsvc.incidents.search import Filters
from gridsvc.reports import shapes
from gridsvc.reports.counting import By, Way
from gridsvc.reports.frames import Load, outline_layers, read_load, workload_frame
from gridsvc.reports.parts import Classes, Each, Steps
from gridsvc.reports.plates import Ground, stand_at
from gridsvc.reports.series import before, by_class, by_step, ended
from gridsvc.reports.units import Unit, chosen, units
from gridsvc.reports.workload import Workload, classes, workload_of
from gridsvc.settings import Settings
from maps.classes import Scheme
from maps.layers import AreaLayer
from maps.measures import Basis, Measure, on
from maps.page import Choice, Page
from maps.parts import side_by_side
from maps.words import Language, words
from maps.workload import Earlier, WorkloadData, render_workload

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

    def edges(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Give the midnights between which it lies."""
        since, until = (
            datetime.combine(day, time.min, zone)
            for day in (self.first, self.last + timedelta(days=1))
        )
        return since, until

    def moved_to(self, first: date) -> "Span":
        """Give a span of the same length that begins on another day."""
        return Span(first, first + (self.last - self.first))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the page is to show; without a unit, the finest that there is."""

    unit: str | None
    span: Span
    category: str
    measure: Measure
    basis: Basis
    scheme: Scheme = Scheme.QUANTILES
    against: date | None = None
    """The first day of a span of the same length to compare with."""
    split: bool = False
    """Whether each category has a map of its own."""
    by: By = By.ROUTED

    @property
    def earlier(self) -> Span | None:
        """The span to compare with."""
        return None if self.against is None else self.span.moved_to(self.against)

    def filters(self, zone: tzinfo, span: Span | None = None) -> Filters:
        """Say which incidents count, by days of a time zone."""
        since, until = (span or self.span).edges(zone)
        return Filters(since=since, until=until, category=self.category or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that was read for the page."""

    asked: Asked
    load: Load
    second: Workload | None
    """The work of the span to compare with."""
    known: Mapping[str, str]
    """Codes and names of the areas that there were then."""
    classes: Classes | None
    """The categories that are to have maps of their own."""
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
    offered = await units(db, chinese=chinese)
    unit = chosen(asked.unit, offered, chinese=chinese)
    seen = ground(who, Permission.MAPS_VIEW)
    way, filters = Way(asked.by, now, settings, classed=asked.split), asked.filters(settings.zone)
    stand = await stand_at(db, now)
    load = await read_load(db, unit, filters, way, who=who, now=now, stand=stand)
    second, known = None, dict[str, str]()
    if asked.earlier is not None:
        then = asked.filters(settings.zone, asked.earlier)
        places = load.workload.places
        second = await workload_of(db, unit, places, then, way, who=who, now=now)
        known = await _known(db, unit, at=asked.earlier.edges(settings.zone)[1], ground=seen)
    return Sheet(
        asked=asked,
        load=load,
        second=second,
        known=known,
        classes=await classes(db, chinese=chinese) if asked.split else None,
        source=stand.source(unit.layer, seen) if unit.layer in stand.releases else "",
        units=tuple(Choice(value=unit.layer, label=unit.title) for unit in offered),
        majors=await _majors(db, now, chinese=chinese),
        outlines=await outline_layers(db, unit, stand, now=now, within=seen, chinese=chinese),
    )


async def _known(db: AsyncSession, unit: Unit, *, at: datetime, ground: Ground) -> dict[str, str]:
    """Name the areas of a unit that there were at a time, by code."""
    if unit.level is None:
        then = await shapes.zones(db, at=at, ground=ground, layer=unit.layer)
    else:
        then = await shapes.administrative(db, unit.level, at=at, ground=ground)
    return dict(zip(then["code"], then["name"], strict=True))


async def _majors(db: AsyncSession, now: datetime, *, chinese: bool) -> tuple[Choice, ...]:
    """List the major classes in force as choices; of several schemes' names, the oldest one's."""
    english = func.coalesce(Category.major_name_en, Category.major_name)
    rows = await db.execute(
        select(Category.major_code, Category.major_name if chinese else english)
        .join(CategoryScheme, CategoryScheme.id == Category.scheme_id)
        .where(scheme_holds(now))
        .order_by(CategoryScheme.valid_from.desc(), CategoryScheme.code, Category.code)
    )
    majors: dict[str, str] = dict(rows.all())
    return tuple(Choice(value=code, label=label) for code, label in sorted(majors.items()))


def draw_sheet(sheet: Sheet, page: Page) -> str:
    """Work out the numbers and draw the page."""
    frame, unplaced = workload_frame(sheet.load)
    asked, unit, load = sheet.asked, sheet.load.unit, sheet.load.workload
    data = WorkloadData(
        areas=AreaLayer(key=unit.layer, name=unit.title, frame=frame, source=sheet.source),
        units=sheet.units,
        since=asked.span.first,
        until=asked.span.last,
        measure=asked.measure,
        basis=asked.basis,
        scheme=asked.scheme,
        ways=tuple(Choice(value=by.value, label=words(page.language)[by.value]) for by in By),
        way=asked.by.value,
        category=asked.category,
        categories=sheet.majors,
        outlines=sheet.outlines,
        unplaced=unplaced,
        median_minutes=next(iter(load.total().minutes.tolist()), None),
        earlier=_earlier(sheet, frame),
        parts=tuple(by_class(frame, load, sheet.classes)) if sheet.classes else None,
        steps_at="/maps/workload/steps",
        alone=False,
    )
    return render_workload(data, page)


def _earlier(sheet: Sheet, frame: pd.DataFrame) -> Earlier | None:
    span = sheet.asked.earlier
    if span is None or sheet.second is None:
        return None
    return Earlier(
        since=span.first,
        until=span.last,
        frame=before(frame, sheet.second, sheet.known),
        ended=tuple(ended(frame, sheet.known)),
    )


def steps_of(sheet: Sheet, each: Each, *, zone: tzinfo, language: Language) -> dict[str, object]:
    """Work out the numbers of each step, for a page that shows one after the other."""
    frame, _ = workload_frame(sheet.load)
    asked = sheet.asked
    steps = Steps.of(*asked.span.edges(zone), each, zone)
    parts = side_by_side(
        by_step(frame, sheet.load.workload, steps, zone),
        measure=asked.measure,
        basis=on(asked.measure, asked.basis),
        scheme=asked.scheme,
        language=language,
    )
    return parts.for_browser(values=True)
