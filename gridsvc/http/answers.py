"""Answers: JSON made quickly, and the problem documents that OpenAPI must name."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from gridsvc.http.problems import MEDIA_TYPE


class FaultOut(BaseModel):
    field: str
    code: str
    en: str
    zh: str


class Problem(BaseModel):
    """RFC 9457. `code` is stable; `detail` is in the caller's language."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    detail_zh: str
    detail_en: str
    errors: list[FaultOut] = []


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe, for OpenAPI, the problems that an endpoint answers with."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"model": Problem, "content": content, "description": "Problem"}
        for status in statuses
    }


def json_answer(
    body: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with JSON that is already in its final form."""
    return Response(
        orjson.dumps(body),
        status,
        headers=dict(headers or {}),
        media_type=None if headers and "Content-Type" in headers else "application/json",
    )
