"""The start page and the API's own description."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gridsvc.auth.policy import Permission, may
from gridsvc.auth.principal import Principal
from gridsvc.http.answers import problems
from gridsvc.http.deps import StateDep
from gridsvc.http.language import COOKIE as LANGUAGE_COOKIE
from gridsvc.http.language import Language
from gridsvc.http.requires import Caller, MaybeCaller, PresentedSecret, csrf_token
from gridsvc.web.templates import render
from gridsvc.web.words import WORDS

router = APIRouter()

TILES = (
    (Permission.MAPS_VIEW, "coverage", "/maps/coverage"),
    (Permission.MAPS_VIEW, "workload", "/maps/workload"),
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


@router.get("/", include_in_schema=False)
async def home(
    caller: MaybeCaller,
    given: PresentedSecret,
    state: StateDep,
    language: Language,
    request: Request,
) -> Response:
    """Link what the caller's role may see; who is not signed in goes to the login page."""
    if caller is None or given is None:
        return RedirectResponse("/login", 303)
    page = render(
        "home.html",
        language=language,
        login=caller.login,
        role=WORDS[f"role_{caller.role}"][language],
        csrf=csrf_token(state, given.secret),
        tiles=_tiles(caller, language),
    )
    response = HTMLResponse(page)
    if request.query_params.get("lang") in {"zh", "en"}:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="lax")
    return response


@router.get("/v1/openapi.json", tags=["system"], responses=problems(401))
async def openapi(_: Caller, request: Request) -> dict[str, Any]:
    """Describe the API (OpenAPI 3.1)."""
    description: dict[str, Any] = request.app.openapi()
    return description
