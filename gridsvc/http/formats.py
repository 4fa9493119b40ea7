"""In which format a list is answered: `f=`, then the Accept header, then JSON."""

from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query, Request

from gridsvc.errors import NotAcceptable
from gridsvc.http.weights import by_weight


class Format(StrEnum):
    """What a list can be answered as."""

    JSON = "json"
    GEOJSON = "geojson"
    CSV = "csv"


MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.GEOJSON: "application/geo+json",
    Format.CSV: "text/csv; charset=utf-8",
}

_ACCEPTED = {
    "application/json": Format.JSON,
    "application/geo+json": Format.GEOJSON,
    "text/csv": Format.CSV,
    "application/*": Format.JSON,
    "text/*": Format.CSV,
    "*/*": Format.JSON,
}


async def wanted_format(
    request: Request, f: Annotated[Format | None, Query(description="instead of Accept")] = None
) -> Format:
    """Choose the format: the first of the Accept header's types, by weight, that we have."""
    if f is not None:
        return f
    accept = request.headers.get("Accept", "*/*")
    for media_type in by_weight(accept):
        if media_type in _ACCEPTED:
            return _ACCEPTED[media_type]
    known = ", ".join(sorted({str(MEDIA_TYPES[f]).partition(";")[0] for f in Format}))
    raise NotAcceptable(
        en=f"None of {accept!r} can be given; there are {known}.",
        zh=f"无法提供 {accept!r}；可选：{known}。",
    )


WantedFormat = Annotated[Format, Depends(wanted_format)]
