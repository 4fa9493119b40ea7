"""Pages between the password and the session: what an account owes before it is let in."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from gridsvc.auth import second_factor
from gridsvc.auth.entrance import Step
from gridsvc.auth.second_factor import PURPOSE
from gridsvc.errors import GridsvcError, Invalid, NotAuthenticated
from gridsvc.http.deps import Now, ServiceDb, StateDep
from gridsvc.http.language import Language, LanguageCode
from gridsvc.http.state import State
from gridsvc.signin.browsing import (
    BrowserVisit,
    OnTheWay,
    Partial,
    SentOnTheWay,
    led_on,
    let_in,
)
from gridsvc.signin.picture import drawn
from gridsvc.web.templates import render

router = APIRouter(prefix="/login", include_in_schema=False)

Typed = Annotated[str, Form(max_length=200)]


def _page(
    template: str,
    who: Partial,
    language: LanguageCode,
    *,
    error: GridsvcError | None = None,
    **content: object,
) -> HTMLResponse:
    trouble = "" if error is None else error.zh if language == "zh" else error.en
    page = render(
        template,
        language=language,
        csrf=who.csrf,
        following=who.following,
        trouble=trouble,
        **content,
    )
    return HTMLResponse(page, 422 if error else 200)


@router.get("/code")
async def code_page(who: OnTheWay, state: StateDep, language: Language, now: Now) -> HTMLResponse:
    """Ask for a code of the second factor."""
    await state.entrance.owing(who.secret, Step.CODE, now=now)
    return _page("login_code.html", who, language)


@router.post("/code")
async def give_code(
    *,
    who: SentOnTheWay,
    state: StateDep,
    language: Language,
    visit: BrowserVisit,
    code: Typed,
) -> Response:
    """Take the code, and go on."""
    try:
        entered = await state.entrance.give_code(who.secret, code, visit=visit)
    except NotAuthenticated as error:
        await state.entrance.owing(who.secret, Step.CODE, now=visit.now)
        return _page("login_code.html", who, language, error=error)
    return led_on(entered, visit, state, following=who.following)


@router.get("/enrolment")
async def enrolment_page(
    who: OnTheWay, state: StateDep, db: ServiceDb, language: Language, now: Now
) -> HTMLResponse:
    """Show the key of the second factor that an account has to have."""
    return await _enrolment(who, state, db, language, now=now)


@router.post("/enrolment")
async def enrol(
    *,
    who: SentOnTheWay,
    state: StateDep,
    db: ServiceDb,
    language: Language,
    visit: BrowserVisit,
    code: Typed,
) -> Response:
    """Take the first code, show the recovery codes, and let in."""
    try:
        entered, codes = await state.entrance.enrol(who.secret, code, visit=visit)
    except Invalid as error:
        return await _enrolment(who, state, db, language, now=visit.now, error=error)
    page = _page("recovery_codes.html", who, language, codes=codes)
    let_in(page, entered, visit, state)
    return page


async def _enrolment(
    who: Partial,
    state: State,
    db: ServiceDb,
    language: LanguageCode,
    *,
    now: datetime,
    error: GridsvcError | None = None,
) -> HTMLResponse:
    account = await state.entrance.owing(who.secret, Step.ENROLMENT, now=now)
    secret = await second_factor.begun(db, state.box(PURPOSE), account.id, now=now)
    shown = drawn(secret, account.login)
    return _page("login_enrolment.html", who, language, error=error, **shown)


@router.get("/password")
async def password_page(
    who: OnTheWay, state: StateDep, language: Language, now: Now
) -> HTMLResponse:
    """Ask for a new password."""
    account = await state.entrance.owing(who.secret, Step.PASSWORD, now=now)
    return _page("login_password.html", who, language, login=account.login)


@router.post("/password")
async def renew_password(
    *,
    who: SentOnTheWay,
    state: StateDep,
    language: Language,
    visit: BrowserVisit,
    password: Typed,
    again: Typed,
) -> Response:
    """Take the new password, typed twice alike, and go on."""
    try:
        if password != again:
            raise _typed_otherwise()
        entered = await state.entrance.renew_password(who.secret, password, visit=visit)
    except Invalid as error:
        account = await state.entrance.owing(who.secret, Step.PASSWORD, now=visit.now)
        return _page("login_password.html", who, language, error=error, login=account.login)
    return led_on(entered, visit, state, following=who.following)


def _typed_otherwise() -> Invalid:
    return Invalid(
        "password_typed_otherwise",
        en="The two new passwords differ.",
        zh="两次输入的新密码不一致。",
        field="again",
    )
