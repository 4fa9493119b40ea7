"""The map pages: coverage, workload, one incident. Query, frame, map; nothing is written."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, time
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from gridsvc.auth.policy import Permission, ground
from gridsvc.errors import NotFound
from gridsvc.http.answers import json_answer
from gridsvc.http.deps import Now, ReadDb, SettingsDep, StateDep
from gridsvc.http.language import Language
from gridsvc.http.values import Code, Day, Moment
from gridsvc.reports import shapes
from gridsvc.reports.counting import By
from gridsvc.reports.coverage import read_coverage, render
from gridsvc.reports.drawing import drawn
from gridsvc.reports.incident import read_incident
from gridsvc.reports.overlays import overlays
from gridsvc.reports.parts import Each
from gridsvc.reports.plates import stand_at
from gridsvc.reports.sheet import Asked, Span, draw_sheet, read_sheet, steps_of
from gridsvc.reports.surroundings import Reader
from gridsvc.web.page import IncidentViewer, Viewer, answered, wrapping
from gridsvc.web.words import WORDS
from maps import words
from maps.classes import Scheme
from maps.incident import render_incident
from maps.measures import Basis, Measure
from maps.page import Link

router = APIRouter(include_in_schema=False)


@router.get("/maps/coverage")
async def coverage_page(
    *,
    request: Request,
    who: Viewer,
    db: ReadDb,
    now: Now,
    settings: SettingsDep,
    language: Language,
    at: Day | None = None,
) -> HTMLResponse:
    """Show who is responsible where, and where nobody or several are."""
    moment = now if at is None else datetime.combine(at, time.max, settings.zone)
    chinese = language == "zh"
    seen = ground(who, Permission.MAPS_VIEW)
    read = await read_coverage(db, at=moment, ground=seen, chinese=chinese)
    await db.close()
    page = replace(
        wrapping(request, language, title=("覆盖图", "Coverage")),
        overlays=overlays(who, language=language),
    )
    day, most = moment.astimezone(settings.zone), settings.workers_per_grid
    return answered(await drawn(partial(render, read, page, day=day, workers_most=most)), page)


@router.get("/maps/shapes/{layer}")
async def layer_shapes(
    *,
    layer: Annotated[Code, Path()],
    who: Viewer,
    db: ReadDb,
    language: Language,
    now: Now,
    at: Moment | None = None,
    v: Annotated[str, Query(description="the version that a page names")] = "",
) -> Response:
    """Give the shapes of a layer as pages draw them; what has a version is kept for ever."""
    moment, seen = at or now, ground(who, Permission.MAPS_VIEW)
    stand = await stand_at(db, moment)
    if layer not in stand.releases:
        raise NotFound(
            en=f'Nothing of a layer "{layer}" was in force then.',
            zh=f"当时没有生效的图层“{layer}”。",
        )
    plate = await shapes.plate(db, layer, stand, at=moment, ground=seen)
    await db.close()
    body = await drawn(partial(plate.packed, words.Language(language)))
    kept = "private, max-age=31536000, immutable" if v == plate.version else "private, no-store"
    headers = {"Cache-Control": kept, "Content-Encoding": "gzip"}
    return Response(body, media_type="application/json", headers=headers)


async def asked_for(
    *,
    now: Now,
    settings: SettingsDep,
    unit: Annotated[Code | None, Query()] = None,
    measure: Measure = Measure.OPEN,
    basis: Basis = Basis.ABSOLUTE,
    since: Annotated[Day | None, Query(alias="from")] = None,
    until: Annotated[Day | None, Query(alias="to")] = None,
    scheme: Scheme = Scheme.QUANTILES,
    against: Annotated[Day | Literal[""], Query()] = "",
    split: Annotated[Literal["category"] | None, Query()] = None,
    category: Code = "",
    by: Annotated[By, Query(alias="as")] = By.ROUTED,
) -> Asked:
    """Read what the workload page is asked to show."""
    today = now.astimezone(settings.zone).date()
    return Asked(
        unit=unit,
        span=Span.of(since, until, today=today),
        category=category,
        measure=measure,
        basis=basis,
        scheme=scheme,
        against=against or None,
        split=split is not None,
        by=by,
    )


@router.get("/maps/workload")
async def workload_page(
    *,
    request: Request,
    who: Viewer,
    asked: Annotated[Asked, Depends(asked_for)],
    state: StateDep,
    db: ReadDb,
    now: Now,
    settings: SettingsDep,
    language: Language,
) -> HTMLResponse:
    """Show how much work lies where: per grid, street or zone, for a range of days."""
    chinese = language == "zh"
    async with state.heavy if asked.by is By.REASSIGNED else nullcontext():
        sheet = await read_sheet(db, asked, who=who, now=now, settings=settings, chinese=chinese)
    await db.close()
    page = replace(
        wrapping(request, language, title=("负荷图", "Workload")),
        overlays=overlays(who, language=language),
    )
    return answered(await drawn(partial(draw_sheet, sheet, page)), page)


@router.get("/maps/workload/steps")
async def workload_steps(
    *,
    who: Viewer,
    asked: Annotated[Asked, Depends(asked_for)],
    state: StateDep,
    db: ReadDb,
    now: Now,
    settings: SettingsDep,
    language: Language,
    each: Each,
) -> Response:
    """Give the page the numbers of each day, week or month, with classes that hold for all."""
    bare = replace(asked, against=None, split=False)
    chinese = language == "zh"
    async with state.heavy if asked.by is By.REASSIGNED else nullcontext():
        sheet = await read_sheet(db, bare, who=who, now=now, settings=settings, chinese=chinese)
    await db.close()
    told = words.Language(language)
    steps = await drawn(partial(steps_of, sheet, each, zone=settings.zone, language=told))
    return json_answer(steps)


@router.get("/v1/incidents/{incident_id}/routing/map")
async def incident_page(
    *,
    request: Request,
    incident_id: UUID,
    who: IncidentViewer,
    db: ReadDb,
    now: Now,
    settings: SettingsDep,
    language: Language,
    framed: Annotated[bool, Query(description="inside another page, which has the links")] = False,
) -> HTMLResponse:
    """Show where an incident is and which zones its newest decision weighed."""
    data = await read_incident(db, incident_id, Reader(who, now, language, settings.zone))
    await db.close()
    page = wrapping(request, language, title=("判责图", "Routing map"))
    files = Link(label=WORDS["attachments"][language], href=f"/incidents/{incident_id}/attachments")
    around = {"links": (), "tools": None} if framed else {"links": (*page.links, files)}
    page = replace(page, **around)
    return answered(await drawn(partial(render_incident, data, page)), page)
