"""Tiles over HTTP: OGC API Tiles, and TileJSON beside it. Each signature says who may call."""

from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import Response

from gridsvc.http.answers import json_answer, problems
from gridsvc.http.deps import Now, ReadDb, SettingsDep
from gridsvc.http.language import Language
from gridsvc.http.requires import CanViewMaps
from gridsvc.http.state import state_of
from gridsvc.http.values import Code, Moment, Text
from gridsvc.http.weights import by_weight
from gridsvc.incidents.search import Filters
from gridsvc.tiles import describing
from gridsvc.tiles.collections import Kind, listed, shown
from gridsvc.tiles.describing import Place
from gridsvc.tiles.matrix import NAME, Tile, tile_matrix_set
from gridsvc.tiles.service import Looking, Memory, View, keeping, look, look_again, made
from gridsvc.tiles.workload import Work

router = APIRouter(prefix="/v1", tags=["tiles"], responses=problems(401, 403))


class As(StrEnum):
    """How a tileset is described."""

    JSON = "json"
    TILEJSON = "tilejson"


async def _place(settings: SettingsDep, language: Language) -> Place:
    return Place(base=settings.public_url or "", chinese=language == "zh")


Here = Annotated[Place, Depends(_place)]
Name = Annotated[Code, Path(description="`id` of a collection")]


@router.get("", response_model=None)
async def landing(_: CanViewMaps, here: Here) -> Response:
    """Say where to begin."""
    return json_answer(describing.landing(here))


@router.get("/conformance", response_model=None)
async def conformance(_: CanViewMaps) -> Response:
    """List the parts of the standards that are kept to."""
    return json_answer({"conformsTo": describing.CONFORMS_TO})


@router.get("/tileMatrixSets", response_model=None)
async def list_tile_matrix_sets(_: CanViewMaps, here: Here) -> Response:
    """List how the world is cut into tiles."""
    return json_answer(describing.tile_matrix_sets(here))


@router.get(f"/tileMatrixSets/{NAME}", response_model=None)
async def get_tile_matrix_set(_: CanViewMaps) -> Response:
    """Describe how the world is cut into tiles."""
    return json_answer(tile_matrix_set())


@router.get("/collections", response_model=None)
async def list_collections(*, who: CanViewMaps, db: ReadDb, now: Now, here: Here) -> Response:
    """List what there are tiles of, for the caller."""
    return json_answer(describing.collections(listed(await shown(db, at=now), who), here))


async def _looking(
    *,
    who: CanViewMaps,
    now: Now,
    settings: SettingsDep,
    unit: Annotated[Code | None, Query(description="of the workload: level or zone layer")] = None,
    category: Annotated[Code | None, Query(description="of the workload")] = None,
    since: Annotated[Moment | None, Query(alias="from", description="of the workload")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="of the workload")] = None,
) -> Looking:
    filters = Filters(category=category, since=since, until=until)
    work = Work(unit=unit, filters=filters)
    return Looking(who=who, now=now, settings=settings, work=work)


IsLooking = Annotated[Looking, Depends(_looking)]


async def _viewed(collection: Name, looking: IsLooking, db: ReadDb) -> View:
    return await look(db, collection, looking)


TheView = Annotated[View, Depends(_viewed, scope="function")]


@router.get("/collections/{collection}", response_model=None, responses=problems(404, 422))
async def get_collection(_: CanViewMaps, view: TheView, here: Here) -> Response:
    """Describe a collection."""
    return json_answer(describing.collection(view.collection, here))


@router.get("/collections/{collection}/tiles", response_model=None, responses=problems(404, 422))
async def list_tilesets(_: CanViewMaps, view: TheView, here: Here) -> Response:
    """List the tilesets of a collection."""
    return json_answer(describing.tilesets(view.collection, here, query=_query(view)))


@router.get(
    f"/collections/{{collection}}/tiles/{NAME}", response_model=None, responses=problems(404, 422)
)
async def get_tileset(
    *,
    _: CanViewMaps,
    view: TheView,
    here: Here,
    f: Annotated[As, Query(description="`tilejson` for map libraries")] = As.JSON,
) -> Response:
    """Describe the tiles of a collection, with the address that holds for the data as they are."""
    describe = describing.tilejson if f is As.TILEJSON else describing.tileset
    return json_answer(describe(view.collection, here, query=_query(view)))


@router.get(
    f"/collections/{{collection}}/tiles/{NAME}/{{zoom}}/{{row}}/{{column}}",
    response_class=Response,
    responses={
        200: {"content": {describing.MVT: {}}},
        304: {"description": "As it was."},
        **problems(404, 422),
    },
)
async def get_tile(
    *,
    collection: Name,
    _: CanViewMaps,
    looking: IsLooking,
    zoom: int,
    row: int,
    column: int,
    request: Request,
    accepted: Annotated[str, Header(alias="Accept-Encoding")] = "",
    known: Annotated[str, Header(alias="If-None-Match")] = "",
    v: Annotated[Text | None, Query(description="version that a tileset named")] = None,
) -> Response:
    """Give a tile, within what the caller may see. The layer in it is named as the collection."""
    tile = Tile.at(zoom, row, column)
    database, memory = state_of(request).database, _memory_of(request)
    view = await look_again(database, collection, looking, asked=v, memory=memory)
    found = await made(database, view, tile, encoding=_encoding_of(accepted), memory=memory)
    headers = {
        "Cache-Control": keeping(view, v),
        "ETag": found.etag,
        # Who asks decides what is in it: no cache may answer one with what another was given.
        "Vary": "Accept-Encoding, Authorization, Cookie",
    }
    if _is_known(found.etag, known):
        return Response(status_code=304, headers=headers)
    if found.encoding is not None:
        headers["Content-Encoding"] = found.encoding
    return Response(found.content, headers=headers, media_type=describing.MVT)


def _memory_of(request: Request) -> Memory:
    found: Memory = request.app.state.tiles
    return found


def _query(view: View) -> str:
    """Write what the address of a tile says: the version, and which work."""
    work = view.looking.work.members() if view.collection.kind is Kind.WORKLOAD else {}
    return urlencode({**work, "v": view.version})


def _is_known(etag: str, known: str) -> bool:
    listed = {it.strip().removeprefix("W/") for it in known.split(",")}
    return "*" in listed or etag.removeprefix("W/") in listed


def _encoding_of(accepted: str) -> str | None:
    """Choose how to pack for a client: by what it likes best, Brotli among equals."""
    wanted = by_weight(accepted)
    known = [it for it in wanted if it in {"br", "gzip"}]
    return "br" if "br" in known else next(iter(known), None)
