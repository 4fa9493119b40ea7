"""Attachments over HTTP: each is shown to exactly those who see its incident.

A file is never shown inside a page of ours: it is saved, and what a browser opens all the same may
run nothing. Thumbnails were drawn by us.
"""

from typing import Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from gridsvc.attachments import service
from gridsvc.attachments.schemas import ToldOut, WithdrawalRequest
from gridsvc.attachments.service import Given, Named
from gridsvc.attachments.upload_endpoints import CabinetDep
from gridsvc.auth.audit import Deed
from gridsvc.auth.policy import Permission
from gridsvc.files.keys import Copy
from gridsvc.files.schemas import AttachmentOut, as_json
from gridsvc.files.storage import Storage
from gridsvc.http.answers import json_answer, problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import Now, ReadDb, WriteDb
from gridsvc.http.noting import note_call
from gridsvc.http.requires import CanInspect, CanReadIncidents

router = APIRouter(prefix="/v1/incidents/{incident_id}/attachments", tags=["attachments"])

INERT = "default-src 'none'; sandbox"


@router.get("", response_model=list[AttachmentOut], responses=problems(401, 403, 404, 422))
async def list_attachments(incident_id: UUID, who: CanReadIncidents, db: ReadDb) -> Response:
    """List the photos and files of an incident, the first one first."""
    return json_answer([as_json(it) for it in await service.listed(db, incident_id, who=who)])


@router.get(
    "/{attachment_id}", response_model=AttachmentOut, responses=problems(401, 403, 404, 422)
)
async def get_attachment(
    incident_id: UUID, attachment_id: UUID, who: CanReadIncidents, db: ReadDb
) -> Response:
    """Read one."""
    named = Named(incident_id, attachment_id)
    return json_answer(as_json(await service.one(db, named, who=who)))


@router.get(
    "/{attachment_id}/file",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {}}},
        **problems(401, 403, 404, 409, 422),
    },
)
async def get_file(
    *, incident_id: UUID, attachment_id: UUID, who: CanReadIncidents, db: ReadDb, files: CabinetDep
) -> Response:
    """Save a photo, without what it tells of its taking."""
    named = Named(incident_id, attachment_id)
    given = await service.given_out(db, named, Copy.PUBLIC, who=who)
    await db.close()
    return await _saved(files.storage, given)


@router.get(
    "/{attachment_id}/thumbnails/{size}",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}}, **problems(401, 403, 404, 409, 422)},
)
async def get_thumbnail(
    *,
    incident_id: UUID,
    attachment_id: UUID,
    size: Literal["small", "large"],
    who: CanReadIncidents,
    db: ReadDb,
    files: CabinetDep,
) -> Response:
    """See a photo small (320 pixels) or large (1280)."""
    named = Named(incident_id, attachment_id)
    given = await service.given_out(db, named, Copy(size), who=who)
    await db.close()
    chunks = await files.storage.stream(given.key)
    headers = {"Content-Security-Policy": INERT, "Content-Disposition": "inline"}
    return StreamingResponse(chunks, headers=headers, media_type=given.media_type)


@router.get(
    "/{attachment_id}/original",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {}}},
        **problems(401, 403, 404, 409, 422),
    },
)
async def get_original(
    *,
    request: Request,
    incident_id: UUID,
    attachment_id: UUID,
    who: CanInspect,
    db: ReadDb,
    files: CabinetDep,
) -> Response:
    """Save the file as it was sent, with all that it tells; who does is written down."""
    named = Named(incident_id, attachment_id)
    given = await service.given_out(db, named, Copy.ORIGINAL, who=who)
    await db.close()
    await note_call(request, Deed.INSPECTED, request.url.path)
    return await _saved(files.storage, given)


@router.get("/{attachment_id}/metadata", responses=problems(401, 403, 404, 422))
async def get_metadata(
    *, request: Request, incident_id: UUID, attachment_id: UUID, who: CanInspect, db: ReadDb
) -> ToldOut:
    """Read where, when and by which device a photo says that it was taken."""
    found = await service.one(
        db,
        Named(incident_id, attachment_id),
        who=who,
        permission=Permission.ATTACHMENTS_INSPECT,
    )
    await db.close()
    await note_call(request, Deed.INSPECTED, request.url.path)
    return ToldOut.model_validate(found.told)


@router.post(
    "/{attachment_id}/withdrawal",
    response_model=AttachmentOut,
    responses=problems(401, 403, 404, 413, 415, 422),
)
async def withdraw(
    *,
    incident_id: UUID,
    attachment_id: UUID,
    body: WithdrawalRequest,
    who: CanReadIncidents,
    _: JsonBody,
    db: WriteDb,
    now: Now,
) -> Response:
    """Take one back, that is one's own, or for which one checks incidents; repeated, nothing."""
    named = Named(incident_id, attachment_id)
    return json_answer(as_json(await service.withdraw(db, named, body.note, who=who, now=now)))


async def _saved(storage: Storage, given: Given) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(given.name, safe='')}",
        "Content-Security-Policy": INERT,
    }
    chunks = await storage.stream(given.key)
    return StreamingResponse(chunks, headers=headers, media_type=given.media_type)
