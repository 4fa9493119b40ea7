"""The login page: a session cookie that scripts cannot read and other sites cannot send."""

import secrets
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gridsvc.auth import service
from gridsvc.errors import NotAllowed, NotAuthenticated
from gridsvc.http.deps import ClientAddress, Now, ServiceDb, StateDep
from gridsvc.http.language import Language
from gridsvc.http.requires import COOKIE, MaybeCaller, PresentedSecret, csrf_token, same, signer
from gridsvc.http.state import State
from gridsvc.http.values import Text
from gridsvc.web.templates import render

router = APIRouter(include_in_schema=False)

LOGIN_COOKIE = "gridsvc_login"
"""A random value that the login form must repeat: another site can neither read nor set it."""


def local_path(wanted: str) -> str:
    """Keep a redirect on this service: anything that is not a plain path becomes the start page."""
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if plain and "\n" not in wanted and "\r" not in wanted else "/"


def _cookie(response: Response, state: State, name: str, value: str, *, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=state.settings.secure_cookies,
        path="/",
    )


def _form(
    state: State, language: Language, *, following: str, failed: bool = False
) -> HTMLResponse:
    nonce = secrets.token_urlsafe(16)
    page = render("login.html", language=language, nonce=nonce, following=following, failed=failed)
    response = HTMLResponse(page, status_code=401 if failed else 200)
    _cookie(response, state, LOGIN_COOKIE, nonce, seconds=3600)
    return response


@router.get("/login")
async def login_page(
    state: StateDep, language: Language, caller: MaybeCaller, following: str = "/"
) -> Response:
    """Show the form to anyone; who is signed in already goes on."""
    if caller is not None:
        return RedirectResponse(local_path(following), 303)
    return _form(state, language, following=local_path(following))


@router.post("/login")
async def login(
    *,
    request: Request,
    state: StateDep,
    now: Now,
    language: Language,
    address: ClientAddress,
    login: Annotated[Text, Form(max_length=100)],
    password: Annotated[str, Form(max_length=200)],
    nonce: Annotated[str, Form(max_length=100)],
    following: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    """Sign a browser in."""
    if not same(request.cookies.get(LOGIN_COOKIE, ""), nonce) or not nonce:
        raise NotAllowed(
            "csrf",
            en="The login form is too old; open the page again.",
            zh="登录页面已过期，请重新打开。",
        )
    life = timedelta(hours=state.settings.session_hours)
    attempt = service.Attempt(
        login=login,
        password=password,
        kind="session",
        name="browser",
        life=life,
        address=address,
        now=now,
    )
    try:
        secret = await service.sign_in(state.database, state.passwords, attempt)
    except NotAuthenticated:
        return _form(state, language, following=local_path(following), failed=True)
    response = RedirectResponse(local_path(following), 303)
    signed = signer(state).sign(secret).decode()
    _cookie(response, state, COOKIE, signed, seconds=int(life.total_seconds()))
    response.delete_cookie(LOGIN_COOKIE)
    return response


@router.post("/logout")
async def logout(
    *,
    state: StateDep,
    db: ServiceDb,
    now: Now,
    given: PresentedSecret,
    csrf: Annotated[str, Form(max_length=100)],
) -> Response:
    """Sign a browser out; the page's token shows that its own button was pressed."""
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE)
    if given is None:
        return response
    if not same(csrf_token(state, given.secret), csrf):
        raise NotAllowed("csrf", en="Use the page's own button.", zh="请使用页面上的按钮。")
    who = await service.caller_of(db, given.secret, kind=given.kind, now=now)
    if who is not None:
        await service.sign_out(db, who, now=now)
        state.callers.forget(who.credential_id)
    return response
