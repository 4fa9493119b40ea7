"""The reporter of a case over HTTP: in the clear for a purpose, which is written down first."""

from uuid import UUID

from fastapi import APIRouter, Request

from gridsvc.auth.audit import Deed
from gridsvc.http.answers import problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import ReadDb
from gridsvc.http.noting import note_call
from gridsvc.http.requires import CanReveal
from gridsvc.http.sealing import box_for
from gridsvc.incidents import reporters
from gridsvc.personal.contact import PURPOSE
from gridsvc.personal.schemas import RevealedOut, RevealRequest

router = APIRouter(prefix="/v1/incidents/{incident_id}/reporter", tags=["incidents"])


@router.post("/reveal", responses=problems(401, 403, 404, 410, 413, 415, 422, 503))
async def reveal(
    *,
    request: Request,
    incident_id: UUID,
    body: RevealRequest,
    who: CanReveal,
    _: JsonBody,
    db: ReadDb,
) -> RevealedOut:
    """Give who reported the case. Who asked, and what for, is in the audit log by then."""
    box = box_for(request, PURPOSE)
    contact = await reporters.reveal(db, incident_id, who=who, box=box)
    await db.close()
    await note_call(request, Deed.REVEALED, request.url.path, purpose=body.purpose)
    return RevealedOut.model_validate(contact.parts())
