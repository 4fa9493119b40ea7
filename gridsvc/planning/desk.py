"""What the planner's pages share: their frame, the form's token, times and names as people read."""

from datetime import datetime
from typing import Any

from fastapi.responses import HTMLResponse

from gridsvc.auth.policy import Permission, may
from gridsvc.auth.principal import Principal
from gridsvc.http.deps import SettingsDep, StateDep
from gridsvc.http.language import LanguageCode
from gridsvc.http.requires import PresentedSecret, csrf_token
from gridsvc.web.templates import render
from gridsvc.web.words import WORDS

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def desk_page(
    template: str, who: Principal, language: LanguageCode, **content: object
) -> HTMLResponse:
    """Fill a template for who is signed in."""
    page = render(
        template,
        language=language,
        login=who.login,
        role=WORDS[f"role_{who.role}"][language],
        may_activate=may(who, Permission.MAP_ACTIVATE),
        **content,
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})


def form_token(state: StateDep, given: PresentedSecret) -> str:
    """Give what a form must send back; a bearer of a token needs none."""
    return csrf_token(state, given.secret) if given else ""


def civil(moment: datetime | None, settings: SettingsDep) -> str:
    """Write a time as the city's clocks show it."""
    return f"{moment.astimezone(settings.zone):%Y-%m-%d %H:%M}" if moment else ""


def called(organisation: dict[str, Any] | None, language: LanguageCode) -> str:
    """Name an organisation in a language."""
    if organisation is None:
        return "–"
    english = None if language == "zh" else organisation["name_en"]
    return str(english or organisation["name"])
