"""Which of our two languages a caller reads: what was chosen, then what is known, then the setting.

Chosen: `?lang=`, which pages keep in a cookie. Known: Accept-Language, then the caller's account.
"""

from typing import Annotated, Literal

from fastapi import Depends, Request
from starlette.datastructures import MutableHeaders, QueryParams
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gridsvc.http.state import state_of
from gridsvc.http.weights import by_weight

LanguageCode = Literal["zh", "en"]
COOKIE = "gridsvc_lang"
KEPT_S = 365 * 86_400
CALLERS = "callers_language"
"""Where in a request's state the language of the caller's account stands."""


def preferred_language(request: Request) -> LanguageCode:
    """Choose a language for the answer to a request."""
    for wish in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if wish in {"zh", "en"}:
            return "zh" if wish == "zh" else "en"
    for wish in by_weight(request.headers.get("Accept-Language", "")):
        if wish.startswith("zh"):
            return "zh"
        if wish.startswith("en"):
            return "en"
    known: LanguageCode | None = getattr(request.state, CALLERS, None)
    return known or state_of(request).settings.language


async def language_of(request: Request) -> LanguageCode:
    """Choose a language, as a dependency."""
    return preferred_language(request)


class KeepsLanguage:
    """Keeps a choice of language that was made on a page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        chosen = None
        if scope["type"] == "http" and b"lang=" in scope["query_string"]:
            chosen = QueryParams(scope["query_string"]).get("lang")
        if chosen not in {"zh", "en"}:
            await self.app(scope, receive, send)
            return

        async def send_with_choice(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("Content-Type", "").startswith("text/html"):
                    headers.append("Set-Cookie", _cookie(chosen))
            await send(message)

        await self.app(scope, receive, send_with_choice)


def _cookie(chosen: str) -> str:
    made = Response()
    made.set_cookie(COOKIE, chosen, max_age=KEPT_S, httponly=True, samesite="lax")
    return made.headers["Set-Cookie"]


Language = Annotated[LanguageCode, Depends(language_of)]
