"""The page of one case: what it is, whose and why, its clocks, and the steps that one may take."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.audit import Deed
from gridsvc.casework.looking import AtCase, Look
from gridsvc.casework.posting import Trouble, Typed, trouble_of
from gridsvc.casework.queue import following
from gridsvc.casework.reading import Sheet, read_sheet, sees
from gridsvc.casework.showing import content
from gridsvc.errors import Conflict, Invalid, StaleVersion
from gridsvc.http.content import FormBody
from gridsvc.http.deps import ReadDb, WriteDb
from gridsvc.http.noting import note_call
from gridsvc.http.requires import CanReveal
from gridsvc.http.values import Text
from gridsvc.incidents import reporters, transitions
from gridsvc.incidents.lifecycle import Action

router = APIRouter(include_in_schema=False)


@router.get("/cases/{incident_id}")
async def case_page(
    *,
    incident_id: UUID,
    look: AtCase,
    db: ReadDb,
    done: Annotated[Action | None, Query(description="the step that led here")] = None,
) -> HTMLResponse:
    """Show a case, and what the reader may do about it."""
    return await _page(db, incident_id, look, done=done)


@router.post("/cases/{incident_id}")
async def take_step(
    *,
    incident_id: UUID,
    look: AtCase,
    form: FormBody,
    db: WriteDb,
    version: Annotated[int, Form(ge=1, le=2**31)],
) -> Response:
    """Take a step; where it cannot be taken, say why and keep what was typed."""
    typed = Typed.of(version, form.multi_items())
    trouble = await _try(db, incident_id, typed, look)
    if trouble is not None:
        return await _page(db, incident_id, look, trouble=trouble)
    seen = await sees(db, incident_id, look.desk.who)
    there = f"/cases/{incident_id}" if seen else "/queue"
    return RedirectResponse(f"{there}?{look.asked.query(done=typed.action)}", 303)


@router.post("/cases/{incident_id}/reporter")
async def reveal_reporter(
    *,
    request: Request,
    incident_id: UUID,
    look: AtCase,
    _: CanReveal,
    db: ReadDb,
    purpose: Annotated[Text, Form(min_length=2, max_length=200)],
) -> HTMLResponse:
    """Show who reported a case. Who asked, and what for, is in the audit log by then."""
    contact = await reporters.reveal(db, incident_id, who=look.desk.who, box=look.box)
    await db.close()
    await note_call(request, Deed.REVEALED, request.url.path, purpose=purpose)
    return await _page(db, incident_id, look, revealed=contact.parts())


async def _page(
    db: AsyncSession,
    incident_id: UUID,
    look: Look,
    *,
    done: Action | None = None,
    trouble: Trouble | None = None,
    revealed: Mapping[str, str | None] | None = None,
) -> HTMLResponse:
    sheet = await read_sheet(db, incident_id, look)
    shown = content(sheet, look.desk, done=done, trouble=trouble)
    shown |= await _way(db, sheet, look)
    shown["revealed"] = revealed
    return look.desk.page("case.html", trouble.status if trouble else 200, **shown)


async def _way(db: AsyncSession, sheet: Sheet, look: Look) -> dict[str, str]:
    """Lead back to the queue that the reader came from, and on to its next case."""
    desk, asked = look.desk, look.asked
    tab, query = asked.tab_of(desk.who), asked.query()
    if tab is None:
        return {"query": query, "following": ""}
    looking = asked.looking(desk.who, look.now)
    found = await following(db, tab, looking, sheet.listed.incident)
    return {"query": query, "following": f"/cases/{found}?{query}" if found else ""}


async def _try(db: AsyncSession, incident_id: UUID, typed: Typed, look: Look) -> Trouble | None:
    """Take the step, or give back what is wrong with it; then nothing has changed."""
    desk, now = look.desk, look.now
    try:
        request = typed.request(desk.clock.zone)
        step = transitions.Step(request.action, request.said(), typed.version)
        async with db.begin_nested():
            await transitions.transition(
                db, incident_id, step, desk=look.cases, who=desk.who, now=now
            )
    except (Conflict, Invalid, StaleVersion, ValidationError) as error:
        return trouble_of(error, typed, desk.language)
    return None
