"""Which version a change is made to: the caller repeats the ETag that they read."""

from typing import Annotated

from fastapi import Depends, Header

from gridsvc.errors import Invalid, VersionRequired


async def version_read(
    if_match: Annotated[
        str | None,
        Header(alias="If-Match", description="ETag of the version that the change is made to"),
    ] = None,
) -> int:
    """Read the version out of If-Match; without it a change could undo somebody else's."""
    if if_match is None:
        raise VersionRequired(
            en="Send If-Match with the ETag of the version that you read.",
            zh="请在 If-Match 中带上所读版本的 ETag。",
            field="If-Match",
        )
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit():
        raise Invalid(
            "invalid_etag",
            en=f"If-Match is not an ETag of ours: {if_match!r}.",
            zh=f"If-Match 不是本服务的 ETag：{if_match!r}。",
            field="If-Match",
        )
    return int(text[:18])


VersionRead = Annotated[int, Depends(version_read)]
"""Stands after the caller's type in a signature, as the body's does."""
