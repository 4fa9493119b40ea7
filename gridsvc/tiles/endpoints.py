"""What there are tiles of: OGC API Tiles, and TileJSON beside it. Each signature says who may."""

from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from gridsvc.http.answers import json_answer, problems
from gridsvc.http.deps import Now, ReadDb, SettingsDep
from gridsvc.http.language import Language
from gridsvc.http.requires import CanViewMaps
from gridsvc.tiles import describing
from gridsvc.tiles.collections import Kind, listed, shown
from gridsvc.tiles.describing import Place
from gridsvc.tiles.matrix import NAME, tile_matrix_set
from gridsvc.tiles.service import Looking, View, look
from gridsvc.tiles.tile_endpoints import Name, TheWork

router = APIRouter(prefix="/v1", tags=["tiles"], responses=problems(401, 403))


class As(StrEnum):
    """How a tileset is described."""

    JSON = "json"
    TILEJSON = "tilejson"


async def _place(settings: SettingsDep, language: Language) -> Place:
    return Place(base=settings.public_url or "", chinese=language == "zh")


Here = Annotated[Place, Depends(_place)]


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


async def _viewed(
    *,
    collection: Name,
    who: CanViewMaps,
    now: Now,
    settings: SettingsDep,
    work: TheWork,
    db: ReadDb,
) -> View:
    return await look(db, collection, Looking(who=who, now=now, settings=settings, work=work))


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


def _query(view: View) -> str:
    """Write what the address of a tile says: the version, and which work."""
    work = view.looking.work.members() if view.collection.kind is Kind.WORKLOAD else {}
    return urlencode({**work, "v": view.version})
