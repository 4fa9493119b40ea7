"""One's own account: its password, and where it is signed in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gridsvc.auth import second_factor, service
from gridsvc.auth.model import Credential
from gridsvc.auth.policy import Permission, may
from gridsvc.auth.principal import Principal
from gridsvc.http.deps import Now, ServiceDb, StateDep
from gridsvc.http.language import Language
from gridsvc.http.requires import PresentedSecret, csrf_token
from gridsvc.http.values import Text
from gridsvc.signin.browsing import OwnSession, SentByVisitor, put_session
from gridsvc.web.templates import render
from gridsvc.web.words import WORDS

router = APIRouter(include_in_schema=False)

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@router.get("/account")
async def account_page(
    *,
    who: OwnSession,
    given: PresentedSecret,
    state: StateDep,
    db: ServiceDb,
    language: Language,
    now: Now,
    done: Literal["", "password"] = "",
) -> HTMLResponse:
    """Show one's own account, with forms to change its password and to end sessions."""
    found = await service.credentials(db, who.account_id, now=now)
    page = render(
        "account.html",
        language=language,
        login=who.login,
        role=who.role_in(language),
        csrf=csrf_token(state, given.secret) if given else "",
        min_length=state.settings.password_min_length,
        credentials=_rows(found, state.settings.zone, language),
        current=who.credential_id,
        done=done,
        permissions=[it for it in Permission if may(who, it)],
        wall_days=state.settings.wall_days if may(who, Permission.INCIDENTS_READ) else None,
        has_password=await service.has_password(db, who.account_id),
        factor=await factor_words(db, who, zone=state.settings.zone, language=language),
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})


@router.post("/account")
async def make_own_token(
    *,
    who: SentByVisitor,
    db: ServiceDb,
    language: Language,
    now: Now,
    name: Annotated[Text, Form(min_length=1, max_length=100)],
    days: Annotated[int, Form(ge=1, le=365)],
    permissions: Annotated[list[Permission], Form()] = [],  # noqa: B006 - FastAPI copies it
) -> HTMLResponse:
    """Make a token, and show it this once: who came by a provider has no password to send."""
    life = timedelta(days=days)
    token = await service.add_own_token(
        db, who, name=name, permissions=permissions, life=life, now=now
    )
    return HTMLResponse(render("token.html", language=language, token=token))


@router.post("/account/wall")
async def become_a_wall(
    *, who: SentByVisitor, state: StateDep, db: ServiceDb, now: Now
) -> Response:
    """Leave this browser as a screen on a wall: signed in for weeks, and only to look."""
    life = timedelta(days=state.settings.wall_days)
    secret = await service.add_wall(db, who, life=life, now=now)
    await service.sign_out(db, who, now=now)
    state.callers.forget(who.credential_id)
    response = RedirectResponse("/board?wall=1", 303)
    put_session(response, state, secret, kind="wall", life=life)
    return response


async def factor_words(db: ServiceDb, who: Principal, *, zone: ZoneInfo, language: str) -> str:
    """Say how an account stands with its second factor."""
    stands = await second_factor.standing(db, who.account_id)
    if stands.since is None:
        return WORDS["factor_none"][language]
    since = civil(stands.since, zone)
    return WORDS["factor_set"][language].format(since=since, left=stands.codes_left)


def _rows(found: Sequence[Credential], zone: ZoneInfo, language: str) -> list[dict[str, object]]:
    return [
        {
            "id": one.id,
            "kind": WORDS[f"credential_{one.kind}"][language],
            "name": one.name,
            "created": civil(one.created_at, zone),
            "expires": civil(one.expires_at, zone),
            "permissions": ", ".join(one.permissions or ()),
        }
        for one in found
    ]


def civil(moment: datetime, zone: ZoneInfo) -> str:
    """Write a time as the city's clocks show it."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
