"""Errors as RFC 9457 problem documents, or as a page for a person with a browser.

The one table from error to status stands here.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from geodata.errors import GeodataError
from gridsvc import errors
from gridsvc.auth.audit import Deed
from gridsvc.db.words import first_line
from gridsvc.http.language import LanguageCode, preferred_language
from gridsvc.http.middleware import safe_headers
from gridsvc.http.noting import note_call
from gridsvc.http.outages import outage
from gridsvc.http.weights import by_weight
from gridsvc.http.wording import in_chinese

log = logging.getLogger("gridsvc.problems")

MEDIA_TYPE = "application/problem+json"
_READABLE = frozenset({"text/html", MEDIA_TYPE, "application/json", "application/*", "*/*"})

ProblemPage = Callable[[LanguageCode, Mapping[str, object]], str]
"""Makes a page of a problem's members."""

STATUS: Sequence[tuple[type[errors.GridsvcError], int, str]] = (
    (errors.NotAuthenticated, 401, "Not signed in"),
    (errors.NotAllowed, 403, "Not allowed"),
    (errors.NotFound, 404, "Not found"),
    (errors.NotAcceptable, 406, "Not acceptable"),
    (errors.Conflict, 409, "Conflict"),
    (errors.Gone, 410, "Gone"),
    (errors.StaleVersion, 412, "Changed meanwhile"),
    (errors.UnknownProtocol, 412, "Unknown protocol"),
    (errors.TooLarge, 413, "Too large"),
    (errors.WrongMediaType, 415, "Wrong content type"),
    (errors.Invalid, 422, "Cannot be accepted"),
    (errors.VersionRequired, 428, "Version required"),
    (errors.TooManyRequests, 429, "Too many requests"),
    (errors.DatabaseAway, 503, "Not ready"),
    (errors.StorageAway, 503, "Not ready"),
    (errors.PaperAway, 503, "Not ready"),
    (errors.ProviderAway, 503, "Not ready"),
    (errors.SetupError, 503, "Not ready"),
)
"""Error, status, title. The first line whose class fits is taken."""

RETRY_AFTER_S = {429: 3, 503: 10}
"""After how many seconds it is worth to ask again, where the error does not say."""

_HTTP_WORDS = {
    400: ("unreadable", "The body cannot be read.", "请求内容无法读取。"),
    404: ("not_found", "There is nothing at this address.", "此地址不存在。"),
    405: ("method_not_allowed", "This address does not take this method.", "此地址不支持该方法。"),
    413: ("too_large", "The body is larger than this service takes.", "请求内容超过允许的大小。"),
    415: (
        "wrong_media_type",
        "The content type is not one this address takes.",
        "内容类型不受支持。",
    ),
}


def problem(
    request: Request, status: int, title: str, *, code: str, en: str, zh: str, **more: object
) -> Response:
    """Make a problem document, its `detail` in the caller's language."""
    language = preferred_language(request)
    body: dict[str, object] = {
        "type": f"urn:gridsvc:problem:{code}",
        "title": title,
        "status": status,
        "detail": zh if language == "zh" else en,
        "instance": request.url.path,
        "code": code,
        "detail_zh": zh,
        "detail_en": en,
        **more,
    }
    headers: dict[str, str] = {"Content-Language": language}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status in RETRY_AFTER_S:
        headers["Retry-After"] = str(more.get("retry_after_s", RETRY_AFTER_S[status]))
    page: ProblemPage = request.app.state.problem_page
    if _reads_html(request):
        return HTMLResponse(page(language, body), status, headers=headers)
    return JSONResponse(body, status, headers=headers, media_type=MEDIA_TYPE)


def _reads_html(request: Request) -> bool:
    wanted = (kind for kind in by_weight(request.headers.get("Accept", "")) if kind in _READABLE)
    return next(wanted, None) == "text/html"


def _request_id(request: Request) -> str:
    return str(getattr(request.state, "request_id", ""))


def status_of(error: errors.GridsvcError) -> tuple[int, str]:
    """Give the status and the title by which an error is answered."""
    return next((status, title) for kind, status, title in STATUS if isinstance(error, kind))


async def own_error(request: Request, error: Exception) -> Response:
    """Answer for an error of ours."""
    assert isinstance(error, errors.GridsvcError)  # noqa: S101 - registered for this class only
    status, title = status_of(error)
    if status >= 500:
        log.warning("%s %s: %s", _request_id(request), error.code, _cause(error))
    if isinstance(error, errors.NotAllowed):
        # Encoded again: a path may hold what no text of the database can.
        path = quote(request.url.path, errors="replace")
        await note_call(request, Deed.REFUSED, f"{request.method} {path}", code=error.code)
    more = dict(error.detail)
    if error.field is not None:
        more["errors"] = [
            {"field": error.field, "code": error.code, "en": error.en, "zh": error.zh}
        ]
    return problem(request, status, title, code=error.code, en=error.en, zh=error.zh, **more)


def _cause(error: Exception) -> str:
    cause = error.__cause__
    return first_line(cause if isinstance(cause, Exception) else error)


async def _database_error(request: Request, error: Exception) -> Response:
    """Answer for an outage of the database; any other error of it is a defect of ours."""
    found = outage(error)
    if found is None:
        raise error
    found.__cause__ = error
    return await own_error(request, found)


async def _data_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, GeodataError)  # noqa: S101 - registered for this class only
    return problem(request, 422, "Cannot be accepted", code=error.code, en=error.en, zh=error.zh)


def _field(location: Sequence[Any]) -> str:
    """Name the field as a client wrote it: `location.lon`, without FastAPI's `body` or `query`."""
    parts = [str(part) for part in location if part not in {"body", "query", "path", "header"}]
    return ".".join(parts) or str(location[0] if location else "body")


async def _input_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    faults = [
        {
            "field": _field(fault["loc"]),
            "code": fault["type"],
            "en": fault["msg"],
            "zh": in_chinese(fault),
        }
        for fault in error.errors()
    ]
    return problem(
        request,
        422,
        "Cannot be accepted",
        code="invalid",
        en="; ".join(f"{fault['field']}: {fault['en']}" for fault in faults),
        zh="；".join(f"{fault['field']}：{fault['zh']}" for fault in faults),
        errors=faults,
    )


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    words = (f"http_{error.status_code}", str(error.detail), str(error.detail))
    code, en, zh = _HTTP_WORDS.get(error.status_code, words)
    answer = problem(request, error.status_code, str(error.detail), code=code, en=en, zh=zh)
    answer.headers.update(error.headers or {})
    return answer


async def _defect(request: Request, error: Exception) -> Response:
    """Answer for a defect of ours: the log has the traceback under the request's id."""
    request_id = _request_id(request)
    log.error("%s failed by a fault of ours", request_id, exc_info=error)
    answer = problem(
        request,
        500,
        "Our fault",
        code="internal",
        en="Something failed on our side. Please report the request id.",
        zh="服务内部出错，请将请求编号告知管理员。",
        request_id=request_id,
    )
    # This answer is made outside of our middleware.
    answer.headers.update({**safe_headers(request.url.path), "X-Request-ID": request_id})
    return answer


def install(app: FastAPI, *, page: ProblemPage) -> None:
    """Answer every error of this application with a problem document, or with a page of it."""
    app.state.problem_page = page
    app.add_exception_handler(errors.GridsvcError, own_error)
    app.add_exception_handler(GeodataError, _data_error)
    app.add_exception_handler(RequestValidationError, _input_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(SQLAlchemyError, _database_error)
    app.add_exception_handler(ConnectionError, _database_error)
    app.add_exception_handler(Exception, _defect)
