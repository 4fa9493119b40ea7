"""The start page and the API's own description."""

from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from gridsvc.auth.policy import Permission, may
from gridsvc.auth.principal import Principal
from gridsvc.http.answers import problems
from gridsvc.http.deps import Now, ReadDb, StateDep
from gridsvc.http.description import described
from gridsvc.http.language import Language
from gridsvc.http.requires import Caller, MaybeCaller, PresentedSecret, csrf_token
from gridsvc.http.state import State
from gridsvc.incidents import reading
from gridsvc.incidents.headline import headline
from gridsvc.incidents.lifecycle import UNHANDLED
from gridsvc.incidents.search import Filters
from gridsvc.web.page import refuse_programs
from gridsvc.web.templates import render
from gridsvc.web.words import WORDS

router = APIRouter()

ICON = Path(__file__).parent / "assets" / "icon.svg"

TILES = (
    (Permission.INCIDENTS_READ, "queue", "/queue"),
    (Permission.MAPS_VIEW, "board", "/board"),
    (Permission.MAPS_VIEW, "coverage", "/maps/coverage"),
    (Permission.MAPS_VIEW, "workload", "/maps/workload"),
    (Permission.INDICATORS_READ, "briefings", "/briefings"),
    (Permission.INDICATORS_READ, "indicators", "/indicators"),
    (Permission.INCIDENTS_READ, "whistles", "/whistles"),
    (Permission.MAP_PLAN, "planning", "/planning"),
    (Permission.AREAS_READ, "categories", "/categories"),
    (Permission.INCIDENTS_READ, "incidents", "/v1/incidents?f=csv&limit=1000"),
    (Permission.AREAS_READ, "api", "/v1/openapi.json"),
)
"""What the start page links, and the permission without which it does not."""


def _tiles(who: Principal, language: Language) -> list[dict[str, str]]:
    return [
        {
            "href": href,
            "title": WORDS[name][language],
            "about": WORDS[f"{name}_about"][language],
        }
        for permission, name, href in TILES
        if may(who, permission)
    ]


NEWEST = 10
"""How many incidents the start page lists."""


@router.get("/favicon.ico", include_in_schema=False)
async def icon() -> FileResponse:
    """Give browsers, which ask for it on their own, the icon."""
    return FileResponse(
        ICON, media_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"}
    )


@router.get("/", include_in_schema=False)
async def home(
    *,
    caller: MaybeCaller,
    given: PresentedSecret,
    state: StateDep,
    language: Language,
    db: ReadDb,
    now: Now,
) -> Response:
    """Link what the caller's role may see; who is not signed in goes to the login page."""
    if caller is None or given is None:
        return RedirectResponse("/login", 303)
    refuse_programs(caller)
    page = render(
        "home.html",
        language=language,
        login=caller.login,
        role=caller.role_in(language),
        csrf=csrf_token(state, given.secret),
        tiles=_tiles(caller, language),
        incidents=await _incidents(db, caller, state, now, language=language),
    )
    return HTMLResponse(page)


async def _incidents(
    db: ReadDb, who: Principal, state: State, now: datetime, *, language: Language
) -> dict[str, Any] | None:
    """Read the headline and the newest incidents, for those who may read any."""
    if not may(who, Permission.INCIDENTS_READ):
        return None
    newest = await reading.page(db, Filters(), who=who, limit=NEWEST, after=None)
    zone = state.settings.zone
    rows = [
        {
            "reference": row.incident.reference,
            "href": f"/cases/{row.incident.id}",
            "category": (language != "zh" and row.category_name_en) or row.category_name,
            "status": WORDS[f"status_{row.incident.status}"][language],
            "lead": row.lead_name or "–",
            "reported": f"{row.incident.reported_at.astimezone(zone):%m-%d %H:%M}",
            "due": f"{row.incident.due_at.astimezone(zone):%m-%d %H:%M}",
            "overdue": row.incident.status in UNHANDLED and row.incident.due_at < now,
        }
        for row in newest.rows
    ]
    return {"headline": await headline(db, who=who, now=now), "rows": rows}


@router.get("/v1/openapi.json", tags=["system"], responses=problems(401))
async def openapi(_: Caller, request: Request) -> dict[str, Any]:
    """Describe the API (OpenAPI 3.1)."""
    return described(request.app)
