"""Uploads over HTTP, by tus 1.0.0: phones have libraries for it."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import Response
from starlette.requests import ClientDisconnect

from gridsvc.attachments import receiving, tus
from gridsvc.attachments.cabinet import Cabinet
from gridsvc.attachments.schemas import UploadOut, as_json
from gridsvc.errors import WrongMediaType
from gridsvc.files.model import Upload
from gridsvc.http.answers import json_answer, problems
from gridsvc.http.deps import Now, ServiceDb, SettingsDep
from gridsvc.http.middleware import allow_body
from gridsvc.http.requires import ATTACHING, CanAttach

router = APIRouter(prefix="/v1/uploads", tags=["attachments"])

PIECE_TYPE = "application/offset+octet-stream"


async def speaks_tus(
    tus_resumable: Annotated[str | None, Header(alias="Tus-Resumable")] = None,
) -> None:
    """Refuse a client of another version."""
    tus.check_version(tus_resumable)


async def cabinet_of(request: Request) -> Cabinet:
    """Give the files of the process."""
    cabinet: Cabinet = request.app.state.cabinet
    return cabinet


Tus = Annotated[None, Depends(speaks_tus)]
"""Stands after the caller's type in a signature, as the body's does."""
CabinetDep = Annotated[Cabinet, Depends(cabinet_of)]


def _standing(upload: Upload) -> dict[str, str]:
    return {
        "Upload-Offset": str(upload.received),
        "Upload-Length": str(upload.length),
        "Upload-Expires": tus.http_date(upload.expires_at),
        "Cache-Control": "no-store",
    }


@router.options("", status_code=204, responses=problems(401, 403))
async def describe_uploads(_: CanAttach, settings: SettingsDep) -> Response:
    """Say what of the protocol is spoken here."""
    headers = {
        "Tus-Version": tus.VERSION,
        "Tus-Extension": tus.EXTENSIONS,
        "Tus-Max-Size": str(settings.attachment_bytes),
    }
    return Response(status_code=204, headers=headers)


@router.post("", status_code=201, responses=problems(401, 403, 409, 412, 413, 422, 429))
async def begin_upload(
    *,
    who: CanAttach,
    _: Tus,
    settings: SettingsDep,
    db: ServiceDb,
    now: Now,
    upload_length: Annotated[str | None, Header(alias="Upload-Length")] = None,
    upload_metadata: Annotated[str | None, Header(alias="Upload-Metadata")] = None,
) -> Response:
    """Begin an upload for an incident, which may be reported later: its id is the phone's.

    Upload-Metadata gives `incident`, and may give `filename`, and `id`: the same id again begins
    nothing anew.
    """
    sent = tus.announced(upload_length, upload_metadata, most_bytes=settings.attachment_bytes)
    adding = receiving.Adding(who, ATTACHING, now)
    upload = await receiving.begin(db, sent, adding, settings=settings)
    headers = {**_standing(upload), "Location": f"/v1/uploads/{upload.id}"}
    return Response(status_code=201, headers=headers)


@router.head("/{upload_id}", responses=problems(401, 403, 404, 410, 412, 422))
async def ask_offset(
    upload_id: UUID, who: CanAttach, _: Tus, db: ServiceDb, *, now: Now
) -> Response:
    """Say how many bytes are kept: go on from there."""
    upload = await receiving.mine(db, upload_id, who=who, now=now)
    return Response(headers={**_standing(upload), "Upload-Metadata": upload.said})


@router.get("/{upload_id}", response_model=UploadOut, responses=problems(401, 403, 404, 410, 422))
async def get_upload(upload_id: UUID, who: CanAttach, db: ServiceDb, *, now: Now) -> Response:
    """Read where an upload stands, and why it was refused."""
    upload = await receiving.mine(db, upload_id, who=who, now=now)
    return json_answer(as_json(upload))


@router.patch(
    "/{upload_id}",
    status_code=204,
    responses=problems(401, 403, 404, 409, 410, 412, 413, 415, 422),
)
async def continue_upload(
    *,
    request: Request,
    upload_id: UUID,
    who: CanAttach,
    _: Tus,
    cabinet: CabinetDep,
    now: Now,
    upload_offset: Annotated[str | None, Header(alias="Upload-Offset")] = None,
) -> Response:
    """Send bytes from an offset on. What has come when the line breaks is kept."""
    _require_piece(request)
    offset = tus.number(upload_offset, "Upload-Offset")
    sending = receiving.Sending(upload_id, offset, who, now)
    allow_body(request, cabinet.settings.attachment_bytes)
    upload = await receiving.continue_(cabinet, sending, _sent(request))
    return Response(status_code=204, headers=_standing(upload))


def _require_piece(request: Request) -> None:
    given = request.headers.get("Content-Type", "")
    if given.partition(";")[0].strip().lower() != PIECE_TYPE:
        raise WrongMediaType(
            en=f"Send bytes of a file as {PIECE_TYPE}; these came as {given or 'nothing'}.",
            zh=f"文件内容须以 {PIECE_TYPE} 发送；收到的是 {given or '未注明类型'}。",
            field="Content-Type",
        )


async def _sent(request: Request) -> AsyncIterator[bytes]:
    """Give the bytes that come, until they end or the line breaks."""
    try:
        async for chunk in request.stream():
            yield chunk
    except ClientDisconnect:
        return


@router.delete(
    "/{upload_id}", status_code=204, responses=problems(401, 403, 404, 409, 410, 412, 422)
)
async def end_upload(
    *, upload_id: UUID, who: CanAttach, _: Tus, cabinet: CabinetDep, now: Now
) -> Response:
    """Give an upload up: what came of it is removed."""
    await receiving.end(cabinet, upload_id, who=who, now=now)
    return Response(status_code=204)
