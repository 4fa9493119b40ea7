"""What the map pages share: who may open them, their links, their safe headers."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from gridsvc.auth.policy import Permission, demand, may
from gridsvc.auth.principal import Principal
from gridsvc.basemaps.reading import Basemaps
from gridsvc.errors import NotAllowed
from gridsvc.http.language import LanguageCode
from gridsvc.http.noting import CALLER
from gridsvc.http.requires import MaybeCaller
from maps.page import Link, Page, Tools
from maps.words import Language


class LoginNeededError(Exception):
    """Nobody is signed in; the page to come back to goes with it."""

    def __init__(self, following: str) -> None:
        super().__init__(following)
        self.following = following


def login_address(following: str) -> str:
    """Give the login page's address, which leads back afterwards."""
    return f"/login?following={quote(following, safe='')}"


async def signed_in(request: Request, caller: MaybeCaller) -> Principal:
    """Send who is not signed in to the login page, and back."""
    if caller is None:
        query = f"?{request.url.query}" if request.url.query else ""
        raise LoginNeededError(f"{request.url.path}{query}")
    refuse_programs(caller)
    return caller


def refuse_programs(caller: Principal) -> None:
    """Leave pages to people."""
    if caller.integration is not None:
        raise NotAllowed(
            "no_pages",
            en="Pages are for people; a program's account uses the API.",
            zh="页面仅供人员使用；服务账号请使用接口。",
        )


Visitor = Annotated[Principal, Depends(signed_in)]


def viewing(permission: Permission) -> Callable[..., Awaitable[Principal]]:
    """Make the dependency of a page for those with a permission."""

    async def viewer(caller: Visitor) -> Principal:
        demand(caller, permission)
        return caller

    return viewer


Viewer = Annotated[Principal, Depends(viewing(Permission.MAPS_VIEW))]
IncidentViewer = Annotated[Principal, Depends(viewing(Permission.INCIDENTS_READ))]
CategoryViewer = Annotated[Principal, Depends(viewing(Permission.AREAS_READ))]
IndicatorViewer = Annotated[Principal, Depends(viewing(Permission.INDICATORS_READ))]
PlanViewer = Annotated[Principal, Depends(viewing(Permission.MAP_PLAN))]


def wrapping(request: Request, language: LanguageCode, *, title: tuple[str, str]) -> Page:
    """Make the page's wrapping; `title` is Chinese, then English."""
    basemaps: Basemaps = request.app.state.basemaps
    other = Language.EN if language == "zh" else Language.ZH
    query = urlencode({**request.query_params, "lang": other.value})
    return Page(
        title=title[0] if language == "zh" else title[1],
        language=Language(language),
        basemaps=basemaps.by_language[Language(language)],
        base=basemaps.default,
        links=(
            Link(label="首页" if language == "zh" else "Start", href="/"),
            Link(label=_OTHER[other], href=f"?{query}", language=other),
        ),
        tools=_tools(getattr(request.state, CALLER)),
        nonce=secrets.token_urlsafe(16),
    )


def _tools(who: Principal) -> Tools:
    search = "/v1/search" if may(who, Permission.MAPS_VIEW) else None
    return Tools(reader=who.login, search=search)


_OTHER = {Language.ZH: "中文", Language.EN: "English"}


def _asked(page: Page, *, vector: bool) -> str:
    """List the servers of tiles that a browser may ask, each with a space before it."""
    found = [host for it in page.basemaps if it.vector is vector for host in it.origins]
    return "".join(f" {host}" for host in dict.fromkeys(found))


def answered(html: str, page: Page) -> HTMLResponse:
    """Answer with a page that may run its own scripts only, and ask nobody but us for anything."""
    pictures, vector = _asked(page, vector=False), _asked(page, vector=True)
    policy = (
        f"default-src 'none'; connect-src 'self'{vector}; font-src 'self'; frame-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'self'; "
        f"script-src 'self' 'nonce-{page.nonce}'; style-src 'self' 'nonce-{page.nonce}'; "
        f"img-src 'self' data:{pictures}"
    )
    headers = {"Content-Security-Policy": policy, "Cache-Control": "private, no-store"}
    return HTMLResponse(html, headers=headers)
