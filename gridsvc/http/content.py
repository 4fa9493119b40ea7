"""Which body an endpoint takes: JSON, and said to be JSON."""

from typing import Annotated

from fastapi import Depends, Request

from gridsvc.errors import WrongMediaType


async def require_json(request: Request) -> None:
    """Refuse a body of any other type, whatever is in it."""
    given = request.headers.get("Content-Type", "")
    if given.partition(";")[0].strip().lower() != "application/json":
        raise WrongMediaType(
            en=f"Send the body as application/json; this one came as {given or 'nothing'}.",
            zh=f"请求内容须为 application/json；收到的是 {given or '未注明类型'}。",
            field="Content-Type",
        )


JsonBody = Annotated[None, Depends(require_json)]
"""Stands after the caller's type in a signature: a stranger is told to sign in first."""
