"""Category schemes over HTTP: listed, taken away as a workbook, and brought back."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from gridsvc.areas.beginning import to_come
from gridsvc.auth.policy import Permission, may
from gridsvc.catalogue import reading
from gridsvc.catalogue.printing import printed
from gridsvc.clock.typed import parse_time
from gridsvc.http.answers import json_answer, problems
from gridsvc.http.deps import Now, ReadDb, SettingsDep, StateDep, WriteDb
from gridsvc.http.language import Language
from gridsvc.http.noting import note_export
from gridsvc.http.requires import CanActivate, CanReadAreas
from gridsvc.http.uploads import SentForm, form_body
from gridsvc.schemes import service
from gridsvc.schemes.consequences import concerns
from gridsvc.schemes.proposal import propose
from gridsvc.schemes.schemas import ProposalOut, SchemeOut, VersionIn
from gridsvc.sheets import merged_workbook

router = APIRouter(
    prefix="/v1/category-schemes", tags=["catalogue"], responses=problems(401, 403, 422)
)

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SchemeCode = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=64, examples=["demo-2026"])
]


@router.get("")
async def list_schemes(_: CanReadAreas, db: ReadDb) -> list[SchemeOut]:
    """List the versions of every scheme, past and to come, the newest of each first."""
    return [SchemeOut.model_validate(one) for one in await reading.versions(db)]


@router.get("/{code}/workbook", response_class=Response, responses=problems(404))
async def get_workbook(
    code: SchemeCode,
    _: CanReadAreas,
    *,
    request: Request,
    state: StateDep,
    db: ReadDb,
    language: Language,
    version: Annotated[int | None, Query(ge=1, le=2**31, description="newest if none")] = None,
) -> Response:
    """Give a version of a scheme as the workbook that it can be loaded from again."""
    entries = (await reading.version(db, code, version))[1]
    await db.close()
    await note_export(request, "xlsx")
    async with state.heavy:
        book = await asyncio.to_thread(lambda: merged_workbook(printed(entries, language)))
    headers = {"Content-Disposition": f'attachment; filename="{code}.xlsx"'}
    return Response(book, media_type=WORKBOOK, headers=headers)


@router.post(
    "/{code}/versions",
    status_code=201,
    response_model=ProposalOut,
    responses={
        200: {"model": ProposalOut, "description": "Only looked at."},
        **problems(409, 413, 415),
    },
    openapi_extra=form_body(VersionIn),
)
async def put_version(
    *,
    code: SchemeCode,
    who: CanActivate,
    sent: SentForm,
    state: StateDep,
    settings: SettingsDep,
    db: WriteDb,
    now: Now,
    dry_run: Annotated[bool, Query(description="compare; write nothing")] = False,
) -> Response:
    """Put the table in a workbook or CSV in force as a scheme's next version, or compare it."""
    said = sent.read(VersionIn)
    typed = parse_time(said.valid_from, settings.zone) if said.valid_from else None
    since = to_come(typed, now, field="valid_from")
    wanted, base, made = said.wanted(code, sent.path), said.base, None
    async with state.heavy:
        if dry_run:
            proposal = await propose(db, wanted)
        else:
            proposal, made = await service.put_in_force(db, wanted, valid_from=since, base=base)
    counting = may(who, Permission.INCIDENTS_READ)
    found = await concerns(db, proposal, at=since or now, counting=counting)
    body = ProposalOut.of(proposal, list(found), made)
    return json_answer(body.model_dump(mode="json"), status=200 if dry_run else 201)
