"""Drafts over HTTP: who plans makes and changes them, who may activate puts them in force."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gridsvc.http.answers import json_answer, problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import Now, ReadDb, StateDep, WriteDb
from gridsvc.http.query import CursorQuery
from gridsvc.http.requires import CanActivate, CanPlan
from gridsvc.http.uploads import UNPACKED, SentForm, form_body
from gridsvc.http.values import Moment
from gridsvc.http.versions import VersionRead
from gridsvc.planning import (
    activation,
    drafts,
    editing,
    reading,
    rebasing,
    rerouting,
    service,
    telling,
    uploading,
)
from gridsvc.planning.drafts import Actor
from gridsvc.planning.schemas import (
    AcceptanceIn,
    ActivationIn,
    CasesOut,
    CheckOut,
    CodesIn,
    DiffOut,
    DraftIn,
    DraftOut,
    DraftPage,
    EditIn,
    EditOut,
    RebaseIn,
    ReroutingIn,
    ReroutingOut,
    RollbackIn,
    RowsIn,
    UploadIn,
    WorkloadOut,
)
from gridsvc.routing.service import Router

router = APIRouter(prefix="/v1", tags=["planning"], responses=problems(401, 403, 422))

CHANGED = problems(404, 409, 412, 413, 415, 428)
At = Annotated[Moment | None, Query(description="when it would come into force; now by default")]


async def draft_answer(db: ReadDb, draft_id: UUID, *, status: int = 200) -> Response:
    """Answer with a draft as it stands, its version for the next change."""
    described = await reading.one(db, draft_id)
    headers = {"ETag": f'"{described["version"]}"'}
    if status == 201:
        headers["Location"] = f"/v1/drafts/{draft_id}"
    return json_answer(described, status=status, headers=headers)


@router.post("/drafts", status_code=201, response_model=DraftOut, responses=problems(404, 413, 415))
async def make_draft(body: DraftIn, who: CanPlan, _: JsonBody, db: WriteDb, now: Now) -> Response:
    """Make a draft of a layer or of a table; it starts from what is in force."""
    made = await drafts.start(db, body.wanted(), Actor(who.account_id, now))
    return await draft_answer(db, made.id, status=201)


@router.get("/drafts")
async def list_drafts(
    _: CanPlan,
    db: ReadDb,
    cursor: CursorQuery,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> DraftPage:
    """List drafts, the newest first."""
    found, following = await reading.page(db, limit=limit, after=cursor)
    listed = [DraftOut.model_validate(one) for one in found]
    return DraftPage(drafts=listed, next=following.text() if following else None)


@router.get("/drafts/{draft_id}", response_model=DraftOut, responses=problems(404))
async def get_draft(draft_id: UUID, _: CanPlan, db: ReadDb) -> Response:
    """Read one draft. Its ETag is what a change must be made to."""
    return await draft_answer(db, draft_id)


@router.delete("/drafts/{draft_id}", response_model=DraftOut, responses=CHANGED)
async def discard_draft(
    draft_id: UUID, who: CanPlan, version: VersionRead, db: WriteDb, now: Now
) -> Response:
    """Lay a draft aside."""
    actor = Actor(who.account_id, now)
    await drafts.discard(db, draft_id, version=version, actor=actor)
    return await draft_answer(db, draft_id)


@router.get("/drafts/{draft_id}/log", responses=problems(404))
async def list_edits(draft_id: UUID, _: CanPlan, db: ReadDb) -> list[EditOut]:
    """List everything that was done to a draft, the first thing first."""
    return [EditOut.model_validate(one) for one in await reading.edits(db, draft_id)]


@router.get("/drafts/{draft_id}/areas", responses=problems(404))
async def list_draft_areas(draft_id: UUID, _: CanPlan, db: ReadDb) -> dict[str, Any]:
    """Read the areas of a draft as GeoJSON."""
    return await reading.features(db, draft_id)


@router.put("/drafts/{draft_id}/rows", response_model=DraftOut, responses=CHANGED)
async def put_draft_rows(
    *,
    draft_id: UUID,
    body: RowsIn,
    who: CanPlan,
    _: JsonBody,
    version: VersionRead,
    db: WriteDb,
    now: Now,
) -> Response:
    """Put other rows into a draft of a table, in the place of all its own."""
    actor = Actor(who.account_id, now)
    await drafts.replace_rows(db, draft_id, body.rows, version=version, actor=actor)
    return await draft_answer(db, draft_id)


@router.post("/drafts/{draft_id}/edits", response_model=DraftOut, responses=CHANGED)
async def edit_draft(
    *,
    draft_id: UUID,
    body: EditIn,
    who: CanPlan,
    _: JsonBody,
    version: VersionRead,
    db: WriteDb,
    now: Now,
) -> Response:
    """Make one edit of a draft of a layer: add, change, split, merge, recode or remove areas."""
    said = body.model_dump(mode="json", exclude_unset=True)
    actor = Actor(who.account_id, now)
    await editing.change(db, draft_id, body.edit(), version=version, said=said, actor=actor)
    return await draft_answer(db, draft_id)


@router.put(
    "/drafts/{draft_id}/areas",
    response_model=DraftOut,
    responses=CHANGED,
    openapi_extra=form_body(UploadIn),
)
async def put_draft_areas(
    *,
    draft_id: UUID,
    who: CanPlan,
    version: VersionRead,
    sent: SentForm,
    state: StateDep,
    db: WriteDb,
    now: Now,
) -> Response:
    """Put the areas of a file into a draft, in the place of all its own.

    GeoJSON, GeoPackage, GeoParquet, or a Shapefile in a ZIP, as `gridsvc load` takes them.
    """
    how = sent.read(UploadIn, lists=("repair",))
    upload = how.upload(sent.path, most_bytes=UNPACKED * state.settings.max_upload_bytes)
    actor = Actor(who.account_id, now)
    async with state.heavy:
        await uploading.replace_areas(db, draft_id, upload, version=version, actor=actor)
    return await draft_answer(db, draft_id)


@router.put("/drafts/{draft_id}/codes", response_model=DraftOut, responses=CHANGED)
async def put_draft_codes(
    *,
    draft_id: UUID,
    body: CodesIn,
    who: CanPlan,
    _: JsonBody,
    version: VersionRead,
    db: WriteDb,
    now: Now,
) -> Response:
    """Say which codes came of which, where a whole file was put in."""
    actor = Actor(who.account_id, now)
    await editing.map_codes(db, draft_id, body.codes, version=version, actor=actor)
    return await draft_answer(db, draft_id)


@router.get("/drafts/{draft_id}/checks", response_model=list[CheckOut], responses=problems(404))
async def check_draft(
    *, draft_id: UUID, _: CanPlan, state: StateDep, db: ReadDb, now: Now, at: At = None
) -> Response:
    """Check a draft: errors keep it from activation, warnings must be accepted in writing."""
    async with state.heavy:
        found = await service.checks(db, draft_id, at=at or now)
    return json_answer([reading.as_check(one) for one in found])


@router.get("/drafts/{draft_id}/diff", response_model=DiffOut, responses=problems(404))
async def compare_draft(
    *, draft_id: UUID, _: CanPlan, state: StateDep, db: ReadDb, now: Now, at: At = None
) -> Response:
    """Compare a draft with what is in force: areas, moved land, gaps and overlaps, or rows."""
    async with state.heavy:
        return json_answer(telling.diff_body(await service.diff(db, draft_id, at=at or now)))


@router.get("/drafts/{draft_id}/cases", response_model=CasesOut, responses=problems(404))
async def list_cases(
    *,
    draft_id: UUID,
    who: CanPlan,
    state: StateDep,
    request: Request,
    db: ReadDb,
    now: Now,
    at: At = None,
) -> Response:
    """List the open cases that would change owner, of those that the caller may see."""
    asked: Router = request.app.state.desk.router
    async with state.heavy:
        body = await service.cases(db, asked, draft_id, at=at or now, who=who, now=now)
    return json_answer(body)


@router.get("/drafts/{draft_id}/workload", response_model=WorkloadOut, responses=problems(404))
async def compare_workload(
    *,
    draft_id: UUID,
    who: CanPlan,
    state: StateDep,
    db: ReadDb,
    now: Now,
    at: At = None,
    days: Annotated[int, Query(ge=1, le=3_660)] = 90,
) -> Response:
    """Say who would have had how much to do in the past days, without and with the draft."""
    async with state.heavy:
        body = await service.workload(
            db, state.settings, draft_id, at=at or now, days=days, who=who, now=now
        )
    return json_answer(body)


@router.post("/drafts/{draft_id}/acceptances", response_model=DraftOut, responses=CHANGED)
async def accept_findings(
    *,
    draft_id: UUID,
    body: AcceptanceIn,
    who: CanPlan,
    _: JsonBody,
    version: VersionRead,
    state: StateDep,
    db: WriteDb,
    now: Now,
) -> Response:
    """Take responsibility for findings of a draft, with the reason in writing."""
    async with state.heavy:
        await activation.accept(
            db,
            draft_id,
            keys=body.findings,
            codes=body.codes,
            reason=body.reason,
            version=version,
            actor=Actor(who.account_id, now),
        )
    return await draft_answer(db, draft_id)


@router.post("/drafts/{draft_id}/rebase", response_model=DraftOut, responses=CHANGED)
async def rebase_draft(
    *,
    draft_id: UUID,
    body: RebaseIn,
    who: CanPlan,
    _: JsonBody,
    version: VersionRead,
    db: WriteDb,
    now: Now,
) -> Response:
    """Carry a draft over to what is in force now, or is planned to be, where that has changed."""
    actor = Actor(who.account_id, now)
    await rebasing.rebase(
        db, draft_id, prefer=body.prefer, at=body.at, version=version, actor=actor
    )
    return await draft_answer(db, draft_id)


@router.post("/drafts/{draft_id}/activation", response_model=DraftOut, responses=CHANGED)
async def activate_draft(
    *,
    draft_id: UUID,
    body: ActivationIn,
    who: CanActivate,
    _: JsonBody,
    version: VersionRead,
    state: StateDep,
    db: WriteDb,
    now: Now,
) -> Response:
    """Put a draft in force, now or from a later time on."""
    actor = Actor(who.account_id, now)
    async with state.heavy:
        await activation.activate(db, draft_id, at=body.at, version=version, actor=actor)
    return await draft_answer(db, draft_id)


@router.delete("/drafts/{draft_id}/activation", response_model=DraftOut, responses=CHANGED)
async def cancel_activation(draft_id: UUID, who: CanActivate, db: WriteDb, now: Now) -> Response:
    """Take back an activation before its time; the draft is open again."""
    await activation.cancel(db, draft_id, actor=Actor(who.account_id, now))
    return await draft_answer(db, draft_id)


@router.post("/rollbacks", status_code=201, response_model=DraftOut, responses=CHANGED)
async def roll_back(
    *, body: RollbackIn, who: CanActivate, _: JsonBody, state: StateDep, db: WriteDb, now: Now
) -> Response:
    """Restore exactly what once was: an earlier release, or a table as of a time."""
    actor = Actor(who.account_id, now)
    async with state.heavy:
        made = await activation.roll_back(
            db, body.wanted(), at=body.at, reason=body.reason, actor=actor
        )
    return await draft_answer(db, made.id, status=201)


@router.post(
    "/reroutings", status_code=202, response_model=ReroutingOut, responses=problems(409, 413, 415)
)
async def begin_rerouting(
    body: ReroutingIn, who: CanActivate, _: JsonBody, db: WriteDb, now: Now
) -> Response:
    """Have the open cases decided anew by the map in force; a job goes through them."""
    run = await rerouting.begin(db, body.reason, who=who.account_id, now=now)
    return json_answer(reading.as_rerouting(run), status=202)


@router.get("/reroutings", response_model=list[ReroutingOut])
async def list_reroutings(
    _: CanPlan, db: ReadDb, limit: Annotated[int, Query(ge=1, le=200)] = 20
) -> Response:
    """List the runs over the open cases, the newest first."""
    found = await rerouting.runs(db, limit=limit)
    return json_answer([reading.as_rerouting(run) for run in found])


@router.get("/reroutings/{rerouting_id}", response_model=ReroutingOut, responses=problems(404))
async def get_rerouting(rerouting_id: UUID, _: CanPlan, db: ReadDb) -> Response:
    """Read how far a run over the open cases has come."""
    return json_answer(reading.as_rerouting(await rerouting.get(db, rerouting_id)))


@router.delete("/reroutings/{rerouting_id}", response_model=ReroutingOut, responses=problems(404))
async def cancel_rerouting(rerouting_id: UUID, who: CanActivate, db: WriteDb, now: Now) -> Response:
    """End a run where it is; what it has changed stays."""
    run = await rerouting.cancel(db, rerouting_id, Actor(who.account_id, now))
    return json_answer(reading.as_rerouting(run))
