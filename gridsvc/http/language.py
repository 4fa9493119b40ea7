"""Which of our two languages a caller reads: `?lang=`, then Accept-Language, then the setting."""

from typing import Annotated, Literal

from fastapi import Depends, Request

from gridsvc.http.state import state_of
from gridsvc.http.weights import by_weight

LanguageCode = Literal["zh", "en"]
COOKIE = "gridsvc_lang"


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
    return state_of(request).settings.language


async def language_of(request: Request) -> LanguageCode:
    """Choose a language, as a dependency."""
    return preferred_language(request)


Language = Annotated[LanguageCode, Depends(language_of)]
