"""Which body an endpoint takes: JSON, or a page's form, and said to be that."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from gridsvc.errors import WrongMediaType

_FORM = "application/x-www-form-urlencoded"


def is_form(request: Request) -> bool:
    """Tell whether a body is a page's form without files."""
    return _kind(request) == _FORM


def _kind(request: Request) -> str:
    return request.headers.get("Content-Type", "").partition(";")[0].strip().lower()


async def require_json(request: Request) -> None:
    """Refuse a body of any other type, whatever is in it."""
    if _kind(request) != "application/json":
        raise _other_than("application/json", request)


async def read_form(request: Request) -> FormData:
    """Read a page's form, or refuse a body of any other type."""
    if not is_form(request):
        raise _other_than(_FORM, request)
    return await request.form()


def _other_than(wanted: str, request: Request) -> WrongMediaType:
    given = request.headers.get("Content-Type", "")
    return WrongMediaType(
        en=f"Send the body as {wanted}; this one came as {given or 'nothing'}.",
        zh=f"请求内容须为 {wanted}；收到的是 {given or '未注明类型'}。",
        field="Content-Type",
    )


JsonBody = Annotated[None, Depends(require_json)]
FormBody = Annotated[FormData, Depends(read_form)]
"""Both stand after the caller's type in a signature: a stranger is told to sign in first."""
