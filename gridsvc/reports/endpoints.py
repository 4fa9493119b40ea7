"""The command centre's pages: coverage and workload. Query, frame, map; nothing is written."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.catalogue.repository import categories
from gridsvc.errors import Invalid
from gridsvc.http.deps import Now, ReadDb, SettingsDep
from gridsvc.http.language import Language
from gridsvc.incidents.search import Filters
from gridsvc.reports.coverage import coverage
from gridsvc.reports.frames import Chosen, outline_layers, units, workload_frame
from gridsvc.reports.page import Viewer, answered, wrapping
from gridsvc.reports.workload import Unit
from gridsvc.settings import Settings
from maps.coverage import render_coverage
from maps.layers import AreaLayer
from maps.measures import Basis, Measure
from maps.page import Choice
from maps.workload import WorkloadData, render_workload

router = APIRouter(prefix="/maps", include_in_schema=False)

DEFAULT_DAYS = 30
LONGEST_DAYS = 3_660


@router.get("/coverage")
async def coverage_page(
    *,
    request: Request,
    who: Viewer,
    db: ReadDb,
    now: Now,
    settings: SettingsDep,
    language: Language,
    at: date | None = None,
) -> HTMLResponse:
    """Show who is responsible where, and where nobody or several are."""
    moment = now if at is None else _end_of(at, settings)
    page = wrapping(request, settings, language, title=("覆盖图", "Coverage"))
    data = await coverage(
        db,
        at=moment,
        day=moment.astimezone(settings.zone),
        scope=who.scope,
        chinese=language == "zh",
    )
    return answered(await asyncio.to_thread(render_coverage, data, page), page)


def _end_of(day: date, settings: Settings) -> datetime:
    return datetime.combine(day, time.max, settings.zone)


@router.get("/workload")
async def workload_page(
    *,
    request: Request,
    who: Viewer,
    db: ReadDb,
    now: Now,
    settings: SettingsDep,
    language: Language,
    unit: Annotated[str, Query(max_length=64)] = "grid",
    measure: Measure = Measure.OPEN,
    basis: Basis = Basis.ABSOLUTE,
    since: Annotated[date | None, Query(alias="from")] = None,
    until: Annotated[date | None, Query(alias="to")] = None,
    category: Annotated[str, Query(max_length=64)] = "",
) -> HTMLResponse:
    """Show how much work lies where: per grid, street or zone, for a range of days."""
    chinese = language == "zh"
    known = await units(db, chinese=chinese)
    days = _days(since, until, today=now.astimezone(settings.zone).date())
    filters = _filters(days, settings, category=category)
    frame, unplaced = await workload_frame(db, _chosen(unit, known), filters, who=who, now=now)
    page = wrapping(request, settings, language, title=("负荷图", "Workload"))
    data = WorkloadData(
        areas=AreaLayer(key=unit, name=dict(known)[unit], frame=frame),
        units=tuple(Choice(value=value, label=label) for value, label in known),
        since=days[0],
        until=days[1],
        measure=measure,
        basis=basis,
        category=category,
        categories=await _majors(db, now, chinese=chinese),
        outlines=await outline_layers(db, now=now, scope=who.scope, chinese=chinese),
        unplaced=unplaced,
    )
    return answered(await asyncio.to_thread(render_workload, data, page), page)


def _days(since: date | None, until: date | None, *, today: date) -> tuple[date, date]:
    last = until or today
    first = since or last - timedelta(days=DEFAULT_DAYS - 1)
    if not 0 <= (last - first).days <= LONGEST_DAYS:
        raise Invalid(
            "invalid_interval",
            en=f"`from` must not be after `to`, nor more than {LONGEST_DAYS} days before it.",
            zh=f"from 不能晚于 to，且间隔不超过 {LONGEST_DAYS} 天。",
            field="from",
        )
    return first, last


def _filters(days: tuple[date, date], settings: Settings, *, category: str) -> Filters:
    first, last = days
    return Filters(
        since=datetime.combine(first, time.min, settings.zone),
        until=datetime.combine(last + timedelta(days=1), time.min, settings.zone),
        category=category or None,
    )


def _chosen(unit: str, known: Sequence[tuple[str, str]]) -> Chosen:
    if unit not in dict(known):
        names = ", ".join(value for value, _ in known)
        raise Invalid(
            "unknown_unit",
            en=f'There is no unit "{unit}" to count by; there are: {names}.',
            zh=f"没有统计单元“{unit}”；可选：{names}。",
            field="unit",
        )
    return Chosen(Unit(unit), None) if unit in set(Unit) else Chosen(Unit.ZONE, unit)


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
