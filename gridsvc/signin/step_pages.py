"""Pages between the password and the session: what an account owes before it is let in."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from gridsvc.auth.entrance import Step
from gridsvc.errors import GridsvcError, Invalid
from gridsvc.http.deps import Now, StateDep
from gridsvc.http.language import Language, LanguageCode
from gridsvc.signin.browsing import BrowserVisit, OnTheWay, Partial, SentOnTheWay, led_on
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
