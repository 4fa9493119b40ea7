"""The description of the API (OpenAPI), as far as FastAPI does not write it by itself."""

from typing import Any

from fastapi import FastAPI

from gridsvc.http.problems import MEDIA_TYPE
from gridsvc.http.requires import BEARER, COOKIE

_COOKIE_NAME = "APIKeyCookie"
_BY_COOKIE = {
    "type": "apiKey",
    "in": "cookie",
    "name": COOKIE,
    "description": "Set by the login page.",
}


def described(app: FastAPI) -> dict[str, Any]:
    """Describe every operation, what guards it and how it refuses."""
    description = app.openapi()
    description["components"]["securitySchemes"][_COOKIE_NAME] = _BY_COOKIE
    for methods in description["paths"].values():
        for operation in methods.values():
            _complete(operation)
    return description


def _complete(operation: dict[str, Any]) -> None:
    """Say that a cookie does as well as a token, and leave of each problem what is sent.

    FastAPI adds JSON, or a page, beside each problem.
    """
    if operation.get("security"):
        operation["security"] = [{BEARER: []}, {_COOKIE_NAME: []}]
    for response in operation["responses"].values():
        if problem := response.get("content", {}).get(MEDIA_TYPE):
            response["content"] = {MEDIA_TYPE: problem}
