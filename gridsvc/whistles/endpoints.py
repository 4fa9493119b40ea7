"""Whistles over HTTP. Each signature says who may call."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gridsvc.http.answers import json_answer, problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import Now, ReadDb, ServiceDb, WriteDb
from gridsvc.http.idempotency import IdempotencyKey
from gridsvc.http.query import CursorQuery
from gridsvc.http.requires import CanAnswerWhistles, CanCall, CanReadIncidents
from gridsvc.http.values import Code
from gridsvc.http.versions import VersionRead
from gridsvc.whistles import acting, ending, reading, service
from gridsvc.whistles.holding import Step
from gridsvc.whistles.lifecycle import State
from gridsvc.whistles.schemas import (
    EndIn,
    MatterIn,
    NoteIn,
    PartIn,
    ProposalsOut,
    ReportInRequest,
    WhistleIn,
    WhistleOut,
    WhistlePage,
    WhistleSummary,
)
from gridsvc.whistles.surveying import survey
from gridsvc.whistles.telling import as_proposals, as_whistle, with_events

router = APIRouter(prefix="/v1/whistles", tags=["whistles"])

CHANGING = problems(401, 403, 404, 409, 412, 413, 415, 422, 428)


@router.post(
    "/proposals", response_model=ProposalsOut, responses=problems(401, 403, 404, 409, 413, 415, 422)
)
async def propose(
    *, request: Request, body: MatterIn, who: CanCall, _: JsonBody, db: ReadDb, now: Now
) -> Response:
    """Ask whom a place concerns, across every border. Nothing is kept, nobody is told."""
    found = await survey(db, request.app.state.desk, body.matter(), who=who, now=now)
    return json_answer(as_proposals(found))


@router.post(
    "",
    status_code=201,
    response_model=WhistleSummary,
    responses={
        200: {"model": WhistleSummary, "description": "The same whistle was blown before."},
        **problems(401, 403, 404, 409, 413, 415, 422),
    },
)
async def blow(
    *,
    request: Request,
    body: WhistleIn,
    who: CanCall,
    _: JsonBody,
    db: ServiceDb,
    now: Now,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Blow a whistle: call organisations to a place. Repeated, the whistle as it stands."""
    state = request.app.state
    blown = body.blown(idempotency_key)
    receipt = await service.blow(db, state.desk, state.whistle_limits, blown, who=who, now=now)
    found = await reading.changed(db, receipt.whistle_id)
    return json_answer(
        as_whistle(found),
        status=201 if receipt.created else 200,
        headers={
            "Location": f"/v1/whistles/{receipt.whistle_id}",
            "ETag": f'"{found.whistle.version}"',
        },
    )


@router.get("", response_model=WhistlePage, responses=problems(401, 403, 422))
async def list_whistles(
    *,
    who: CanReadIncidents,
    db: ReadDb,
    cursor: CursorQuery,
    state: State | None = None,
    incident: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """List the whistles that the caller may see, the newest first, page by page."""
    page = await reading.page(
        db, who=who, state=state, incident_id=incident, limit=limit, after=cursor
    )
    following = page.next.text() if page.next else None
    return json_answer({"whistles": [as_whistle(it) for it in page.rows], "next": following})


@router.get("/{whistle_id}", response_model=WhistleOut, responses=problems(401, 403, 404, 422))
async def get_whistle(whistle_id: UUID, who: CanReadIncidents, db: ReadDb) -> Response:
    """Read a whistle with all that happened. Its ETag is what a change must be made to."""
    found = await reading.one(db, whistle_id, who=who)
    body = with_events(found, await reading.events(db, found))
    return json_answer(body, headers={"ETag": f'"{found.whistle.version}"'})


async def _changed(db: WriteDb, step: Step) -> Response:
    found = await reading.changed(db, step.whistle_id)
    return json_answer(as_whistle(found), headers={"ETag": f'"{found.whistle.version}"'})


@router.post(
    "/{whistle_id}/calls/{organisation}/report-in",
    response_model=WhistleSummary,
    responses=CHANGING,
)
async def report_in(
    *,
    whistle_id: UUID,
    organisation: Code,
    body: ReportInRequest,
    who: CanAnswerWhistles,
    _: JsonBody,
    version: VersionRead,
    db: WriteDb,
    now: Now,
) -> Response:
    """Report in (报到) for who is called; late or from elsewhere, it is kept and flagged."""
    step = Step(whistle_id, version, who, now)
    await acting.report_in(db, step, organisation, body.at(), note=body.note)
    return await _changed(db, step)


@router.post(
    "/{whistle_id}/calls/{organisation}/part", response_model=WhistleSummary, responses=CHANGING
)
async def give_part(
    *,
    whistle_id: UUID,
    organisation: Code,
    body: PartIn,
    who: CanAnswerWhistles,
    _: JsonBody,
    version: VersionRead,
    db: WriteDb,
    now: Now,
) -> Response:
    """Say what a called organisation has done; until it signs off, it may say so anew."""
    step = Step(whistle_id, version, who, now)
    await acting.give_part(db, step, organisation, text=body.kept, documents=body.documents)
    return await _changed(db, step)


@router.post(
    "/{whistle_id}/calls/{organisation}/sign-off", response_model=WhistleSummary, responses=CHANGING
)
async def sign_off(
    *,
    whistle_id: UUID,
    organisation: Code,
    who: CanAnswerWhistles,
    version: VersionRead,
    db: WriteDb,
    now: Now,
) -> Response:
    """Sign off (签退) for a called organisation: not before it has given its part."""
    step = Step(whistle_id, version, who, now)
    await acting.sign_off(db, step, organisation)
    return await _changed(db, step)


@router.post(
    "/{whistle_id}/calls/{organisation}/release", response_model=WhistleSummary, responses=CHANGING
)
async def release(
    *,
    whistle_id: UUID,
    organisation: Code,
    body: NoteIn,
    who: CanCall,
    _: JsonBody,
    version: VersionRead,
    db: WriteDb,
    now: Now,
) -> Response:
    """Let a called organisation go without its part, and say why."""
    step = Step(whistle_id, version, who, now)
    await ending.release(db, step, organisation, note=body.note)
    return await _changed(db, step)


@router.post("/{whistle_id}/end", response_model=WhistleSummary, responses=CHANGING)
async def end(
    *,
    whistle_id: UUID,
    body: EndIn,
    who: CanCall,
    _: JsonBody,
    version: VersionRead,
    db: WriteDb,
    now: Now,
) -> Response:
    """Confirm that it is done and score each part: not before all have signed off."""
    step = Step(whistle_id, version, who, now)
    await ending.end(db, step, body.by_code(), note=body.note)
    return await _changed(db, step)


@router.post("/{whistle_id}/cancel", response_model=WhistleSummary, responses=CHANGING)
async def cancel(
    *,
    whistle_id: UUID,
    body: NoteIn,
    who: CanCall,
    _: JsonBody,
    version: VersionRead,
    db: WriteDb,
    now: Now,
) -> Response:
    """Call everybody off, and say why."""
    step = Step(whistle_id, version, who, now)
    await ending.cancel(db, step, note=body.note)
    return await _changed(db, step)
