"""Around every request: an id, a limit on the body, one line in the log, safe headers."""

import logging
import re
import string
import time
from collections.abc import Mapping
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gridsvc.db.base import new_id

log = logging.getLogger("gridsvc.access")

_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")

SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    # Whatever tells of a case or of a caller stays in no cache; what may be kept says so itself.
    "Cache-Control": "private, no-store",
    # A page that needs more says so itself.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}


class RequestLine:
    """Gives each request an id, logs method, path and status (never the query), sets headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = _request_id(Headers(scope=scope).get("X-Request-ID"))
        scope.setdefault("state", {})["request_id"] = request_id
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in safe_headers(scope["path"]).items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            milliseconds = (time.perf_counter() - began) * 1000
            log.info(
                "%s %s %s %.1f ms %s",
                scope["method"],
                _path(scope),
                status,
                milliseconds,
                request_id,
            )


_OF_UPLOADS = {**SAFE_HEADERS, "Tus-Resumable": "1.0.0"}
"""The protocol of uploads wants its version on every answer, those to errors too."""


def safe_headers(path: str) -> Mapping[str, str]:
    """List the headers of every answer; assets are the same for all, and may be kept."""
    if path.startswith("/v1/uploads"):
        return _OF_UPLOADS
    if not path.startswith("/assets/"):
        return SAFE_HEADERS
    return {name: value for name, value in SAFE_HEADERS.items() if name != "Cache-Control"}


def _path(scope: Scope) -> str:
    """Give the path as it was sent, still quoted: nobody can write a line of the log but we."""
    sent: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    return quote(sent, safe=string.punctuation)


def _request_id(given: str | None) -> str:
    return given if given and _REQUEST_ID.fullmatch(given) else str(new_id())


_ALLOWED = "most_body_bytes"


def allow_body(request: Request, most_bytes: int) -> None:
    """Let the body of one request be of another size; said before it is read."""
    setattr(request.state, _ALLOWED, most_bytes)


class BodyLimit:
    """Refuses a body above the limit while it is read, however its length was announced.

    FastAPI's own limit would answer in plain text, before our problem documents have a say.
    """

    def __init__(self, app: ASGIApp, *, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})
        announced = Headers(scope=scope).get("Content-Length", "0")
        taken = int(announced) if announced.isdecimal() else 0
        counted = 0

        async def receive_counted() -> Message:
            nonlocal counted
            limit = scope["state"].get(_ALLOWED, self.limit)
            if taken > limit:
                raise HTTPException(413)
            message = await receive()
            counted += len(message.get("body", b""))
            if counted > limit:
                raise HTTPException(413)
            return message

        await self.app(scope, receive_counted, send)
