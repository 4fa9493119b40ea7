"""The page with the photos and files of an incident, where more can be added from a phone."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from gridsvc.attachments import service
from gridsvc.auth.policy import Permission, may
from gridsvc.auth.principal import Principal
from gridsvc.files.kinds import MEDIA_TYPES, PICTURES
from gridsvc.files.model import Attachment
from gridsvc.files.schemas import as_json
from gridsvc.http.deps import ReadDb, SettingsDep, StateDep
from gridsvc.http.language import Language
from gridsvc.http.requires import ATTACHING, PresentedSecret, csrf_token
from gridsvc.incidents import reading
from gridsvc.settings import Settings
from gridsvc.web.page import IncidentViewer
from gridsvc.web.templates import render
from gridsvc.web.words import WORDS

router = APIRouter(include_in_schema=False)

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@router.get("/incidents/{incident_id}/attachments")
async def attachments_page(
    *,
    incident_id: UUID,
    who: IncidentViewer,
    given: PresentedSecret,
    state: StateDep,
    settings: SettingsDep,
    language: Language,
    db: ReadDb,
) -> HTMLResponse:
    """Show what an incident has, and let who works on it add more."""
    row = await reading.one(db, incident_id, who=who)
    found = await service.listed(db, incident_id, who=who)
    page = render(
        "attachments.html",
        language=language,
        login=who.login,
        role=who.role_in(language),
        csrf=csrf_token(state, given.secret) if given else "",
        incident={
            "id": str(incident_id),
            "reference": row.incident.reference,
            "category": (language != "zh" and row.category_name_en) or row.category_name,
        },
        attachments=[_card(it, settings, language, who) for it in found],
        adds=any(may(who, permission) for permission in ATTACHING),
        kinds=",".join(MEDIA_TYPES.values()),
        most_bytes=settings.attachment_bytes,
    )
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "private, no-store"}
    return HTMLResponse(page, headers=headers)


def _card(
    row: Attachment, settings: Settings, language: Language, who: Principal
) -> dict[str, Any]:
    held, shown = row.reason or row.state, as_json(row)
    opens = row.kind in PICTURES or may(who, Permission.ATTACHMENTS_INSPECT)
    return {
        **shown,
        "file": shown["file"] if opens else None,
        "size": _size(row.length),
        "added": f"{row.added_at.astimezone(settings.zone):%m-%d %H:%M}",
        "held": WORDS[f"attachment_{held}"][language] if row.state != "ready" else None,
    }


def _size(length: int) -> str:
    return f"{length / 1_048_576:.1f} MB" if length >= 1_048_576 else f"{length / 1_024:.0f} kB"
