"""One tile over HTTP. Routes are tried in turn, and these are asked for most.

Work has a route of its own: what it is counted by would cost every other tile, too. For the same
reason nothing is a dependency here but who asks.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from gridsvc.auth.principal import Principal
from gridsvc.http.answers import problems
from gridsvc.http.process import moment_of
from gridsvc.http.requires import CanViewMaps
from gridsvc.http.state import state_of
from gridsvc.http.values import Code, Moment, Text
from gridsvc.http.weights import by_weight
from gridsvc.incidents.search import Filters
from gridsvc.tiles import workload
from gridsvc.tiles.describing import MVT
from gridsvc.tiles.matrix import NAME, Tile
from gridsvc.tiles.service import Looking, Memory, keeping, look_again, made
from gridsvc.tiles.workload import ALL_WORK, Work

router = APIRouter(prefix="/v1", tags=["tiles"], responses=problems(401, 403))

Name = Annotated[Code, Path(description="`id` of a collection")]


async def _work(
    unit: Annotated[Code | None, Query(description="of the workload: level or zone layer")] = None,
    category: Annotated[Code | None, Query(description="of the workload")] = None,
    since: Annotated[Moment | None, Query(alias="from", description="of the workload")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="of the workload")] = None,
) -> Work:
    return Work(unit=unit, filters=Filters(category=category, since=since, until=until))


TheWork = Annotated[Work, Depends(_work)]


TILE = f"/tiles/{NAME}/{{zoom}}/{{row}}/{{column}}"
VERSION = "version that a tileset named"
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {MVT: {}}},
    304: {"description": "As it was."},
    **problems(404, 422),
}


@router.get(f"/collections/workload{TILE}", response_class=Response, responses=ANSWERS)
async def get_workload_tile(
    *,
    who: CanViewMaps,
    work: TheWork,
    zoom: int,
    row: int,
    column: int,
    request: Request,
    v: Annotated[Text | None, Query(description=VERSION)] = None,
) -> Response:
    """Give a tile of the areas that have work, with its numbers, within what the caller may see."""
    looking = _looking(request, who, work)
    return await _answer(request, workload.NAME, Tile.at(zoom, row, column), looking, v)


@router.get(f"/collections/{{collection}}{TILE}", response_class=Response, responses=ANSWERS)
async def get_tile(
    *,
    collection: Name,
    who: CanViewMaps,
    zoom: int,
    row: int,
    column: int,
    request: Request,
    v: Annotated[Text | None, Query(description=VERSION)] = None,
) -> Response:
    """Give a tile, within what the caller may see. The layer in it is named as the collection."""
    looking = _looking(request, who)
    return await _answer(request, collection, Tile.at(zoom, row, column), looking, v)


def _looking(request: Request, who: Principal, work: Work = ALL_WORK) -> Looking:
    settings = state_of(request).settings
    return Looking(who=who, now=moment_of(request), settings=settings, work=work)


async def _answer(
    request: Request, collection: str, tile: Tile, looking: Looking, asked: str | None
) -> Response:
    database, memory = state_of(request).database, _memory_of(request)
    view = await look_again(database, collection, looking, asked=asked, memory=memory)
    found = await made(database, view, tile, encoding=_encoding(request), memory=memory)
    headers = {
        "Cache-Control": keeping(view, asked),
        "ETag": found.etag,
        # Who asks decides what is in it: no cache may answer one with what another was given.
        "Vary": "Accept-Encoding, Authorization, Cookie",
    }
    if _is_known(request, found.etag):
        return Response(status_code=304, headers=headers)
    if found.encoding is not None:
        headers["Content-Encoding"] = found.encoding
    return Response(found.content, headers=headers, media_type=MVT)


def _memory_of(request: Request) -> Memory:
    found: Memory = request.app.state.tiles
    return found


def _is_known(request: Request, etag: str) -> bool:
    known = request.headers.get("If-None-Match", "")
    listed = {it.strip().removeprefix("W/") for it in known.split(",")}
    return "*" in listed or etag.removeprefix("W/") in listed


def _encoding(request: Request) -> str | None:
    """Choose how to pack for a client: by what it likes best, Brotli among equals."""
    wanted = by_weight(request.headers.get("Accept-Encoding", ""))
    known = [it for it in wanted if it in {"br", "gzip"}]
    return "br" if "br" in known else next(iter(known), None)
