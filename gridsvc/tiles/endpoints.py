"""Tiles over HTTP: OGC API Tiles, and TileJSON beside it. Each signature says who may call."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import Response

from gridsvc.http.answers import json_answer, problems
from gridsvc.http.deps import Now, ReadDb, SettingsDep
from gridsvc.http.language import Language
from gridsvc.http.requires import CanViewMaps
from gridsvc.http.values import Code, Text
from gridsvc.http.weights import by_weight
from gridsvc.tiles import describing
from gridsvc.tiles.collections import chosen, listed, shown
from gridsvc.tiles.describing import Place
from gridsvc.tiles.matrix import NAME, Tile, tile_matrix_set
from gridsvc.tiles.service import View, keeping, made, version_of
from gridsvc.tiles.shelf import Shelf

router = APIRouter(prefix="/v1", tags=["tiles"], responses=problems(401, 403))


class As(StrEnum):
    """How a tileset is described."""

    JSON = "json"
    TILEJSON = "tilejson"


async def _place(settings: SettingsDep, language: Language) -> Place:
    return Place(base=settings.public_url or "", chinese=language == "zh")


async def _shelf(request: Request) -> Shelf:
    found: Shelf = request.app.state.tiles
    return found


Here = Annotated[Place, Depends(_place)]
TheShelf = Annotated[Shelf, Depends(_shelf)]
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


async def _viewed(collection: Name, who: CanViewMaps, db: ReadDb, now: Now) -> View:
    found = await shown(db, at=now)
    return View(collection=chosen(found, collection, who), shown=found, who=who, now=now)


TheView = Annotated[View, Depends(_viewed, scope="function")]


@router.get("/collections/{collection}", response_model=None, responses=problems(404, 422))
async def get_collection(_: CanViewMaps, view: TheView, here: Here) -> Response:
    """Describe a collection."""
    return json_answer(describing.collection(view.collection, here))


@router.get("/collections/{collection}/tiles", response_model=None, responses=problems(404, 422))
async def list_tilesets(*, _: CanViewMaps, view: TheView, db: ReadDb, here: Here) -> Response:
    """List the tilesets of a collection."""
    version = await version_of(db, view)
    return json_answer(describing.tilesets(view.collection, here, version=version))


@router.get(
    f"/collections/{{collection}}/tiles/{NAME}", response_model=None, responses=problems(404, 422)
)
async def get_tileset(
    *,
    _: CanViewMaps,
    view: TheView,
    db: ReadDb,
    here: Here,
    f: Annotated[As, Query(description="`tilejson` for map libraries")] = As.JSON,
) -> Response:
    """Describe the tiles of a collection, with the address that holds for the data as they are."""
    version = await version_of(db, view)
    describe = describing.tilejson if f is As.TILEJSON else describing.tileset
    return json_answer(describe(view.collection, here, version=version))


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
    _: CanViewMaps,
    view: TheView,
    zoom: int,
    row: int,
    column: int,
    db: ReadDb,
    shelf: TheShelf,
    accepted: Annotated[str, Header(alias="Accept-Encoding")] = "",
    known: Annotated[str, Header(alias="If-None-Match")] = "",
    v: Annotated[Text | None, Query(description="version that a tileset named")] = None,
) -> Response:
    """Give a tile, within what the caller may see. The layer in it is named as the collection."""
    tile = Tile.at(zoom, row, column)
    version = await version_of(db, view)
    encoding = _encoding_of(accepted)
    found = await made(db, view, tile, version=version, encoding=encoding, shelf=shelf)
    headers = {
        "Cache-Control": keeping(view, version, asked=v),
        "ETag": found.etag,
        # Who asks decides what is in it: no cache may answer one with what another was given.
        "Vary": "Accept-Encoding, Authorization, Cookie",
    }
    if _is_known(found.etag, known):
        return Response(status_code=304, headers=headers)
    if found.encoding is not None:
        headers["Content-Encoding"] = found.encoding
    return Response(found.content, headers=headers, media_type=describing.MVT)


def _is_known(etag: str, known: str) -> bool:
    listed = {it.strip().removeprefix("W/") for it in known.split(",")}
    return "*" in listed or etag.removeprefix("W/") in listed


def _encoding_of(accepted: str) -> str | None:
    """Choose how to pack for a client: by what it likes best, Brotli among equals."""
    wanted = by_weight(accepted)
    known = [it for it in wanted if it in {"br", "gzip"}]
    return "br" if "br" in known else next(iter(known), None)
