"""The page of one case: what it is, whose and why, its clocks, and the steps that one may take."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.casework.asking import Asked, AskedQueue
from gridsvc.casework.posting import Trouble, Typed, trouble_of
from gridsvc.casework.queue import following
from gridsvc.casework.reading import Sheet, read_sheet, sees
from gridsvc.casework.seat import AtCases
from gridsvc.casework.showing import content
from gridsvc.errors import Conflict, Invalid, StaleVersion
from gridsvc.http.content import FormBody
from gridsvc.http.deps import Now, ReadDb, WriteDb
from gridsvc.incidents import transitions
from gridsvc.incidents.lifecycle import Action
from gridsvc.incidents.service import Desk as CaseDesk
from gridsvc.planning.desk import Desk

router = APIRouter(include_in_schema=False)


@router.get("/cases/{incident_id}")
async def case_page(
    *,
    request: Request,
    incident_id: UUID,
    desk: AtCases,
    db: ReadDb,
    now: Now,
    asked: AskedQueue,
    done: Annotated[Action | None, Query(description="the step that led here")] = None,
) -> HTMLResponse:
    """Show a case, and what the reader may do about it."""
    sheet = await read_sheet(db, incident_id, request.app.state.desk, who=desk.who, now=now)
    way = await _way(db, sheet, desk, asked, now=now)
    return desk.page("case.html", **way, **content(sheet, desk, done=done))


@router.post("/cases/{incident_id}")
async def take_step(
    *,
    request: Request,
    incident_id: UUID,
    desk: AtCases,
    form: FormBody,
    db: WriteDb,
    now: Now,
    asked: AskedQueue,
    version: Annotated[int, Form(ge=1, le=2**31)],
) -> Response:
    """Take a step; where it cannot be taken, say why and keep what was typed."""
    cases: CaseDesk = request.app.state.desk
    typed = Typed.of(version, form.multi_items())
    trouble = await _try(db, incident_id, typed, cases, desk=desk, now=now)
    if trouble is None:
        seen = await sees(db, incident_id, desk.who)
        there = f"/cases/{incident_id}" if seen else "/queue"
        return RedirectResponse(f"{there}?{asked.query(done=typed.action)}", 303)
    sheet = await read_sheet(db, incident_id, cases, who=desk.who, now=now)
    way = await _way(db, sheet, desk, asked, now=now)
    shown = content(sheet, desk, trouble=trouble)
    return desk.page("case.html", trouble.status, **way, **shown)


async def _way(
    db: AsyncSession, sheet: Sheet, desk: Desk, asked: Asked, *, now: Now
) -> dict[str, str]:
    """Lead back to the queue that the reader came from, and on to its next case."""
    tab, query = asked.tab_of(desk.who), asked.query()
    if tab is None:
        return {"query": query, "following": ""}
    looking = asked.looking(desk.who, now)
    found = await following(db, tab, looking, sheet.listed.incident)
    return {"query": query, "following": f"/cases/{found}?{query}" if found else ""}


async def _try(
    db: AsyncSession, incident_id: UUID, typed: Typed, cases: CaseDesk, *, desk: Desk, now: Now
) -> Trouble | None:
    """Take the step, or give back what is wrong with it; then nothing has changed."""
    try:
        request = typed.request(desk.clock.zone)
        step = transitions.Step(request.action, request.said(), typed.version)
        async with db.begin_nested():
            await transitions.transition(db, incident_id, step, desk=cases, who=desk.who, now=now)
    except (Conflict, Invalid, StaleVersion, ValidationError) as error:
        return trouble_of(error, typed, desk.language)
    return None
