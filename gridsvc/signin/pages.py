"""The login page: a session cookie that scripts cannot read and other sites cannot send."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gridsvc.auth import service
from gridsvc.errors import NotAllowed, NotAuthenticated
from gridsvc.http.deps import Now, ServiceDb, StateDep
from gridsvc.http.language import Language, LanguageCode
from gridsvc.http.requires import COOKIE, MaybeCaller, PresentedSecret, csrf_token, same
from gridsvc.http.state import state_of
from gridsvc.http.values import Text
from gridsvc.signin.browsing import (
    LOGIN_COOKIE,
    BrowserVisit,
    check_form,
    led_on,
    local_path,
    put_cookie,
)
from gridsvc.signin.provider import Provider
from gridsvc.web.templates import render

router = APIRouter(include_in_schema=False)

FORM_LIFE = timedelta(hours=1)


def _form(
    request: Request, language: LanguageCode, *, following: str, failed: bool = False
) -> HTMLResponse:
    nonce = secrets.token_urlsafe(16)
    providers: Mapping[str, Provider] = request.app.state.providers
    page = render(
        "login.html",
        language=language,
        nonce=nonce,
        following=following,
        failed=failed,
        providers=[(it.code, it.labels[language]) for it in providers.values()],
    )
    response = HTMLResponse(page, status_code=401 if failed else 200)
    put_cookie(response, state_of(request), LOGIN_COOKIE, nonce, life=FORM_LIFE)
    return response


@router.get("/login")
async def login_page(
    request: Request, language: Language, caller: MaybeCaller, following: str = "/"
) -> Response:
    """Show the form to anyone; who is signed in already goes on."""
    if caller is not None:
        return RedirectResponse(local_path(following), 303)
    return _form(request, language, following=local_path(following))


@router.post("/login")
async def login(
    *,
    request: Request,
    state: StateDep,
    language: Language,
    visit: BrowserVisit,
    login: Annotated[Text, Form(max_length=100)],
    password: Annotated[str, Form(max_length=200)],
    nonce: Annotated[str, Form(max_length=100)],
    following: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    """Sign a browser in, or lead it to what its account owes first."""
    if not same(request.cookies.get(LOGIN_COOKIE, ""), nonce) or not nonce:
        raise NotAllowed(
            "csrf",
            en="The login form is too old; open the page again.",
            zh="登录页面已过期，请重新打开。",
        )
    try:
        entered = await state.entrance.sign_in(login, password, visit=visit)
    except NotAuthenticated:
        return _form(request, language, following=local_path(following), failed=True)
    return led_on(entered, visit, state, following=following)


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
    check_form(csrf_token(state, given.secret), csrf)
    who = await service.caller_of(db, given.secret, kind=given.kind, now=now)
    if who is not None:
        await service.sign_out(db, who, now=now)
        state.callers.forget(who.credential_id)
    return response
