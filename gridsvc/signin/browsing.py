"""What the sign-in pages share: their cookies, and where they lead."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from gridsvc.auth import service
from gridsvc.auth.entrance import PARTIAL_LIFE, Entered, Visit
from gridsvc.auth.principal import Principal
from gridsvc.errors import NotAllowed
from gridsvc.http.deps import ClientAddress, Now, ServiceDb, StateDep
from gridsvc.http.requires import COOKIE, PresentedSecret, csrf_token, same, signer
from gridsvc.http.state import State
from gridsvc.web.page import LoginNeededError, Visitor

LOGIN_COOKIE = "gridsvc_login"
"""A random value that the login form must repeat: another site can neither read nor set it."""
PARTIAL_COOKIE = "gridsvc_partial"
"""Of who has given a password and has something else to do before they are in."""


def local_path(wanted: str) -> str:
    """Keep a redirect on this service: anything that is not a plain path becomes the start page."""
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if plain and "\n" not in wanted and "\r" not in wanted else "/"


async def browser_visit(state: StateDep, now: Now, address: ClientAddress) -> Visit:
    """Describe a browser that wants a session."""
    life = timedelta(hours=state.settings.session_hours)
    return Visit(kind="session", name="browser", life=life, address=address, now=now)


BrowserVisit = Annotated[Visit, Depends(browser_visit)]


def put_cookie(response: Response, state: State, name: str, value: str, *, life: timedelta) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send."""
    response.set_cookie(
        name,
        value,
        max_age=int(life.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=state.settings.secure_cookies,
        path="/",
    )


def led_on(entered: Entered, visit: Visit, state: State, *, following: str) -> Response:
    """Lead who has signed in to where they wanted to go, or to what they owe first."""
    if entered.step is not None:
        response = RedirectResponse(
            f"/login/{entered.step}?following={quote(local_path(following), safe='')}", 303
        )
        put_cookie(response, state, PARTIAL_COOKIE, entered.secret, life=PARTIAL_LIFE)
        return response
    response = RedirectResponse(local_path(following), 303)
    let_in(response, entered, visit, state)
    return response


def let_in(response: Response, entered: Entered, visit: Visit, state: State) -> None:
    """Give the browser its session."""
    put_session(response, state, entered.secret, life=visit.life)
    response.delete_cookie(LOGIN_COOKIE)
    response.delete_cookie(PARTIAL_COOKIE)


def put_session(
    response: Response, state: State, secret: str, *, kind: str = "session", life: timedelta
) -> None:
    """Set the cookie by which a browser is signed in."""
    put_cookie(response, state, COOKIE, signer(state, kind).sign(secret).decode(), life=life)


@dataclass(frozen=True, slots=True)
class Partial:
    """Who has a step to take: the secret of their partial credential, and where they go then."""

    secret: str
    csrf: str
    following: str


async def partial(request: Request, state: StateDep, following: str = "/") -> Partial:
    """Read the cookie of who has a step to take; who has none signs in first."""
    secret = request.cookies.get(PARTIAL_COOKIE)
    if not secret:
        raise LoginNeededError(local_path(following))
    return Partial(secret, csrf_token(state, secret), local_path(following))


OnTheWay = Annotated[Partial, Depends(partial)]


async def sent_by_form(who: OnTheWay, csrf: Annotated[str, Form(max_length=100)] = "") -> Partial:
    """Refuse a form of a step that is not our own page's."""
    check_form(who.csrf, csrf)
    return who


SentOnTheWay = Annotated[Partial, Depends(sent_by_form)]


async def own_session(who: Visitor, given: PresentedSecret) -> Principal:
    """Show one's own account to who signed in with a browser.

    A token, which may be for one use only, must not tell a second factor's key.
    """
    if given is None or given.kind != "session":
        raise NotAllowed(
            "no_pages",
            en="The pages of one's own account are for who signs in with a browser.",
            zh="账号页面仅供通过浏览器登录的人员使用。",
        )
    return who


OwnSession = Annotated[Principal, Depends(own_session)]


async def sent_by_visitor(
    *,
    request: Request,
    state: StateDep,
    db: ServiceDb,
    given: PresentedSecret,
    now: Now,
    csrf: Annotated[str, Form(max_length=100)] = "",
) -> Principal:
    """Find who sent a form of their own account; who is not signed in is led to the login."""
    who = None
    if given is not None and given.kind == "session":
        who = await service.caller_of(db, given.secret, kind=given.kind, now=now)
    if given is None or who is None:
        raise LoginNeededError(request.url.path)
    check_form(csrf_token(state, given.secret), csrf)
    return who


SentByVisitor = Annotated[Principal, Depends(sent_by_visitor)]


def check_form(ours: str, given: str) -> None:
    """Refuse a form that is not our own page's."""
    if not same(ours, given):
        raise NotAllowed("csrf", en="Use the page's own button.", zh="请使用页面上的按钮。")
