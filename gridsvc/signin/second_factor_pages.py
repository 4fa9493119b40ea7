"""One's own second factor: set up, removed, its recovery codes made anew."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth import second_factor
from gridsvc.auth.entrance import Visit
from gridsvc.auth.principal import Principal
from gridsvc.auth.second_factor import PURPOSE
from gridsvc.errors import GridsvcError, Invalid, NotAuthenticated
from gridsvc.http.deps import Now, ServiceDb, StateDep
from gridsvc.http.language import Language, LanguageCode
from gridsvc.http.requires import Presented, PresentedSecret, csrf_token
from gridsvc.http.state import State
from gridsvc.signin.account_pages import factor_words
from gridsvc.signin.browsing import BrowserVisit, OwnSession, SentByVisitor
from gridsvc.signin.picture import drawn
from gridsvc.web.templates import render

router = APIRouter(include_in_schema=False)

PATH = "/account/second-factor"


@router.get(PATH)
async def second_factor_page(
    *,
    who: OwnSession,
    given: PresentedSecret,
    state: StateDep,
    db: ServiceDb,
    language: Language,
    now: Now,
) -> HTMLResponse:
    """Show the key to be set up, or what can be done with the one that is."""
    return await _page(who, given, state=state, db=db, language=language, now=now)


@router.post(PATH)
async def change_second_factor(
    *,
    who: SentByVisitor,
    given: PresentedSecret,
    state: StateDep,
    db: ServiceDb,
    language: Language,
    visit: BrowserVisit,
    code: Annotated[str, Form(max_length=64)] = "",
    what: Annotated[Literal["confirm", "remove", "renew"], Form()] = "confirm",
) -> Response:
    """Do what the page's forms ask for; each takes a code."""
    try:
        if what == "confirm":
            codes = await second_factor.confirm_own(
                db, state.box(PURPOSE), who.account_id, code, now=visit.now
            )
        else:
            codes = await _changed(state, db, who, code, visit=visit, remove=what == "remove")
    except (Invalid, NotAuthenticated) as error:
        return await _page(
            who, given, state=state, db=db, language=language, now=visit.now, error=error
        )
    if what == "remove":
        return RedirectResponse("/account", 303)
    page = render("recovery_codes.html", language=language, codes=codes, following="/account")
    return HTMLResponse(page)


async def _changed(
    state: State, db: AsyncSession, who: Principal, code: str, *, visit: Visit, remove: bool
) -> list[str]:
    """Remove a second factor, or give new recovery codes; a wrong code counts as at the login."""
    await state.entrance.take_code(who.account_id, code, visit=visit)
    if not remove:
        return await second_factor.renew_recovery_codes(db, who.account_id)
    await second_factor.remove_own(db, who, now=visit.now)
    return []


async def _page(
    who: Principal,
    given: Presented | None,
    *,
    state: State,
    db: AsyncSession,
    language: LanguageCode,
    now: datetime,
    error: GridsvcError | None = None,
) -> HTMLResponse:
    is_set = await second_factor.is_set(db, who.account_id)
    shown = {"picture": "", "typed": ""}
    if not is_set:
        secret = await second_factor.begun(db, state.box(PURPOSE), who.account_id, now=now)
        shown = drawn(secret, who.login)
    page = render(
        "second_factor.html",
        language=language,
        login=who.login,
        role=who.role_in(language),
        csrf=csrf_token(state, given.secret) if given else "",
        trouble="" if error is None else error.zh if language == "zh" else error.en,
        is_set=is_set,
        factor=await factor_words(db, who, zone=state.settings.zone, language=language),
        **shown,
    )
    return HTMLResponse(page, 422 if error else 200)
