"""The tiles of local files, for the maps of whoever is signed in."""

import gzip
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from gridsvc.basemaps.reading import Basemaps, Served
from gridsvc.basemaps.tile_file import GZIP_MAGIC
from gridsvc.errors import NotFound
from gridsvc.http.requires import Caller
from gridsvc.http.weights import by_weight

router = APIRouter(include_in_schema=False)

Zoom = Annotated[int, Path(ge=0, le=30)]
Number = Annotated[int, Path(ge=0)]
KEPT = "private, max-age=31536000, immutable"
ASKED_AGAIN = "private, no-cache"


@router.get("/basemap/{name}/{z}/{x}/{y}")
def basemap_tile(  # in a thread: files are read from a disk
    *,
    request: Request,
    _: Caller,
    name: str,
    z: Zoom,
    x: Number,
    y: Number,
    v: Annotated[str, Query(description="the version that a page names")] = "",
) -> Response:
    """Give a tile; what is asked for by its version is kept for ever."""
    served = _find(request, name)
    tag = f'"{served.version}"'
    headers = {
        "Cache-Control": KEPT if v == served.version else ASKED_AGAIN,
        "ETag": tag,
        "Vary": "Accept-Encoding",
    }
    if tag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    inside = max(x, y) < 2**z
    data = served.file.tile(z, x, y) if inside else None
    if data is None:
        # Beyond the map there is nothing, which is no fault of who asks.
        return Response(status_code=204, headers=headers)
    if data.startswith(GZIP_MAGIC):
        data = _as_taken(request, data, headers)
    return Response(data, media_type=served.file.about.media_type, headers=headers)


def _find(request: Request, name: str) -> Served:
    basemaps: Basemaps = request.app.state.basemaps
    if name not in basemaps.served:
        raise NotFound(
            en=f'No file of tiles is called "{name}".', zh=f"没有名为“{name}”的瓦片文件。"
        )
    return basemaps.served[name]


def _as_taken(request: Request, data: bytes, headers: dict[str, str]) -> bytes:
    """Leave a tile compressed for who takes it so."""
    taken = by_weight(request.headers.get("Accept-Encoding", ""))
    if not {"gzip", "*"} & set(taken):
        return gzip.decompress(data)
    headers["Content-Encoding"] = "gzip"
    return data
