"""To an identity provider and back."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from gridsvc.auth.audit import Deed
from gridsvc.errors import NotAuthenticated, NotFound, SetupError
from gridsvc.http.deps import StateDep
from gridsvc.http.noting import note_call
from gridsvc.http.requires import same
from gridsvc.http.state import State
from gridsvc.signin.browsing import BrowserVisit, led_on, local_path, put_cookie
from gridsvc.signin.provider import Begun, Provider, begin

router = APIRouter(prefix="/login/with", include_in_schema=False)

COOKIE = "gridsvc_provider"
LIFE = timedelta(minutes=10)
Given = Annotated[str, Query(max_length=4_000)]


async def wanted_provider(request: Request, provider: str) -> Provider:
    """Find the provider that an address names."""
    found: Provider | None = request.app.state.providers.get(provider)
    if found is None:
        raise NotFound(en="There is no such provider.", zh="没有该身份提供方。")
    return found


Wanted = Annotated[Provider, Depends(wanted_provider)]


@dataclass(frozen=True, slots=True)
class Kept:
    """What the cookie keeps, sealed: of which provider, what was begun, where it leads."""

    provider: str
    begun: Begun
    following: str

    def sealed(self, state: State) -> str:
        return state.box("sign-ins").seal(json.dumps(asdict(self)).encode()).decode()

    @classmethod
    def read(cls, state: State, cookie: str) -> "Kept":
        told = json.loads(state.box("sign-ins").open(cookie.encode()))
        return cls(told["provider"], Begun(**told["begun"]), told["following"])


@router.get("/{provider}")
async def to_provider(provider: Wanted, state: StateDep, following: Given = "/") -> Response:
    """Send a browser to the provider."""
    kept = Kept(provider.code, begin(), local_path(following))
    address = await provider.address(kept.begun, redirect_uri=_back(state, provider))
    response = RedirectResponse(address, 303)
    put_cookie(response, state, COOKIE, kept.sealed(state), life=LIFE)
    return response


@router.get("/{provider}/back")
async def back(
    *,
    request: Request,
    provider: Wanted,
    state: StateDep,
    visit: BrowserVisit,
    returned: Annotated[str, Query(alias="state", max_length=200)] = "",
    code: Given = "",
) -> Response:
    """Let in whom the provider vouches for, if this browser began the sign-in."""
    kept = _kept(state, request.cookies.get(COOKIE, ""))
    if kept.provider != provider.code or not same(kept.begun.state, returned) or not code:
        raise _not_begun()
    try:
        person = await provider.person(
            code, kept.begun, redirect_uri=_back(state, provider), now=visit.now
        )
    except NotAuthenticated:
        await note_call(request, Deed.SIGN_IN_FAILED, f"provider {provider.code}")
        raise
    visit = replace(visit, name=f"browser, {provider.code}")
    entered = await state.entrance.vouched_for(
        person, visit=visit, make_accounts=provider.make_accounts
    )
    response = led_on(entered, visit, state, following=kept.following)
    response.delete_cookie(COOKIE)
    return response


def _kept(state: State, cookie: str) -> Kept:
    try:
        return Kept.read(state, cookie)
    except SetupError as error:
        raise _not_begun() from error


def _back(state: State, provider: Provider) -> str:
    return f"{state.settings.public_url}/login/with/{provider.code}/back"


def _not_begun() -> NotAuthenticated:
    return NotAuthenticated(
        "sign_in_again",
        en="This sign-in was not begun in this browser, or was given up: begin again.",
        zh="本次登录并非从此浏览器发起，或已被取消，请重新开始。",
    )
