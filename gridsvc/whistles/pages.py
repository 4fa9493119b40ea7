"""The pages of whistles: the list, one with its forms, one to be blown, and the small map."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from gridsvc.auth.policy import Permission, demand, may
from gridsvc.errors import GridsvcError
from gridsvc.http.deps import Now, ReadDb, SettingsDep, StateDep
from gridsvc.http.language import Language
from gridsvc.http.query import CursorQuery
from gridsvc.planning.desk import Desk, seat
from gridsvc.web.page import IncidentViewer, answered, wrapping
from gridsvc.whistles import reading
from gridsvc.whistles.drawing import read_drawing
from gridsvc.whistles.form import WhereIn
from gridsvc.whistles.showing import (
    SYSTEMS,
    is_ours,
    shown,
    shown_calls,
    shown_events,
    shown_proposals,
)
from gridsvc.whistles.surveying import survey
from maps.whistle import render_whistle

router = APIRouter(include_in_schema=False)

A_PAGE = 50


AtWhistles = Annotated[Desk, Depends(seat(Permission.INCIDENTS_READ))]
"""Whoever sees cases, at a page of whistles."""


@router.get("/whistles")
async def whistles_page(
    *,
    desk: AtWhistles,
    db: ReadDb,
    now: Now,
    cursor: CursorQuery,
    incident: Annotated[UUID | None, Query(description="those for one case")] = None,
) -> HTMLResponse:
    """List the whistles that the caller may see, the newest first."""
    page = await reading.page(
        db, who=desk.who, state=None, incident_id=incident, limit=A_PAGE, after=cursor
    )
    return desk.page(
        "whistles.html",
        rows=[shown(row, desk, now=now) for row in page.rows],
        incident=incident,
        following=page.next.text() if page.next else None,
        may_call=may(desk.who, Permission.WHISTLES_CALL),
    )


@router.get("/whistles/new")
async def new_page(
    *, request: Request, desk: AtWhistles, db: ReadDb, now: Now, asked: Annotated[WhereIn, Query()]
) -> HTMLResponse:
    """Ask where to; once that is said, propose whom the place concerns."""
    demand(desk.who, Permission.WHISTLES_CALL)
    found, fault = None, ""
    if asked.says_where:
        try:
            matter = await asked.matter(db, who=desk.who)
            app = request.app.state
            surveyed = await survey(db, app.desk, matter, who=desk.who, now=now)
            found = shown_proposals(surveyed, asked, desk)
        except GridsvcError as error:
            fault = error.zh if desk.language == "zh" else error.en
    return desk.page(
        "whistle_new.html",
        asked=asked,
        found=found,
        fault=fault,
        systems=SYSTEMS,
        **await _choices(db, request, desk),
    )


async def _choices(db: ReadDb, request: Request, desk: Desk) -> dict[str, Any]:
    limits = request.app.state.whistle_limits
    return {
        "layers": await reading.layers(db, chinese=desk.language == "zh"),
        "organisations": await reading.organisations(db, chinese=desk.language == "zh"),
        "kinds": [
            (
                kind.value,
                desk.word(f"whistle_{kind}"),
                limit.zh if desk.language == "zh" else limit.en,
            )
            for kind, limit in limits.of_kind.items()
        ],
    }


@router.get("/whistles/{whistle_id}")
async def whistle_page(whistle_id: UUID, desk: AtWhistles, db: ReadDb, now: Now) -> HTMLResponse:
    """Show one whistle, with what the caller may do."""
    found = await reading.one(db, whistle_id, who=desk.who)
    events = await reading.events(db, found)
    calls = shown_calls(found, desk, now=now)
    told = shown(found, desk, now=now)
    return desk.page(
        "whistle.html",
        it={**told, "case": await reading.case_reference(db, found.whistle)},
        calls=calls,
        history=shown_events(found, events, desk),
        may_end=told["running"] and is_ours(found, desk),
        all_done=all(it["stage"] in {"signed_off", "released"} for it in calls),
        scored=[it for it in calls if it["stage"] == "signed_off"],
        systems=SYSTEMS,
    )


@router.get("/maps/whistles/{whistle_id}")
async def whistle_map(
    *,
    request: Request,
    whistle_id: UUID,
    who: IncidentViewer,
    state: StateDep,
    settings: SettingsDep,
    language: Language,
    db: ReadDb,
    framed: Annotated[bool, Query(description="inside another page, which has the links")] = False,
) -> HTMLResponse:
    """Draw where a whistle calls to, whose zones that touches, and where people reported in."""
    found = await reading.one(db, whistle_id, who=who)
    events = await reading.events(db, found)
    data = await read_drawing(db, found, events, chinese=language == "zh", zone=settings.zone)
    # The connection is another's while this one waits.
    await db.close()
    page = wrapping(request, language, title=("吹哨图", "Map of the whistle"))
    page = replace(page, links=(), tools=None) if framed else page
    async with state.heavy:
        html = await asyncio.to_thread(partial(render_whistle, data, page))
    return answered(html, page)
