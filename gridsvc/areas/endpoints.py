"""The map over HTTP: layers, releases, areas, zones, organisations and who answers for what."""

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from geodata.crs import Crs, to_wgs84
from gridsvc.areas import reading
from gridsvc.areas.reading import AreaFilter, AreaRow
from gridsvc.areas.schemas import (
    AreaOut,
    AreaPage,
    LayerOut,
    Located,
    OrganisationOut,
    ReleaseOut,
    ResponsibilityOut,
    VersionOut,
)
from gridsvc.db.selection import not_ours
from gridsvc.http.answers import problems
from gridsvc.http.deps import Now, ReadDb
from gridsvc.http.requires import CanReadAreas
from gridsvc.http.values import Code, Moment, Text

router = APIRouter(prefix="/v1", tags=["map"], responses=problems(401, 403, 422))

At = Annotated[Moment | None, Query(description="as it was then; now by default")]
Geometry = Annotated[bool, Query(description="with the shape as GeoJSON")]
Limit = Annotated[int, Query(ge=1, le=2_000)]
After = Annotated[Text | None, Query(max_length=200, description="`next` of the page before")]
PartOfName = Annotated[Text | None, Query(max_length=100, description="part of a name")]
Lon = Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)]
LevelName = Literal["district", "street", "community", "grid", "sub_estate"]


def _out(row: AreaRow) -> AreaOut:
    return AreaOut.model_validate(asdict(row))


def _place(cursor: str | None) -> tuple[str, str] | None:
    """Read `layer/code`; no layer's name has a slash, a code may."""
    if cursor is None:
        return None
    layer, slash, code = cursor.partition("/")
    if not slash:
        raise not_ours()
    return layer, code


async def _listed(db: ReadDb, wanted: AreaFilter, *, geometry: bool, limit: int) -> AreaPage:
    rows = await reading.areas(db, wanted, geometry=geometry, limit=limit + 1)
    following = f"{rows[limit - 1].layer}/{rows[limit - 1].code}" if len(rows) > limit else None
    return AreaPage(areas=[_out(row) for row in rows[:limit]], next=following)


@router.get("/layers")
async def list_layers(_: CanReadAreas, db: ReadDb) -> list[LayerOut]:
    """List the layers of the map with their newest releases."""
    return [
        LayerOut(
            name=layer.name,
            kind=layer.kind,
            level=layer.level,
            title=layer.title,
            title_en=layer.title_en,
            basis=layer.basis,
            tiles=layer.tiles,
            overlap_allowed=layer.overlap_allowed,
            release=ReleaseOut.model_validate(release, from_attributes=True) if release else None,
        )
        for layer, release in await reading.layers(db)
    ]


@router.get("/layers/{layer}/releases", responses=problems(404))
async def list_releases(_: CanReadAreas, db: ReadDb, layer: Code) -> list[ReleaseOut]:
    """List a layer's releases, the newest first."""
    found = await reading.releases(db, layer)
    return [ReleaseOut.model_validate(release, from_attributes=True) for release in found]


@router.get("/areas/locate", responses=problems(404))
async def locate(
    *, _: CanReadAreas, db: ReadDb, now: Now, lon: Lon, lat: Lat, crs: Crs, at: At = None
) -> Located:
    """Name every area at a point, as PostGIS sees it; a point on a border is in all it touches."""
    x, y = to_wgs84(lon, lat, crs)
    rows = await reading.covering(db, x, y, at=at or now)
    return Located(
        chain=[_out(row) for row in rows if row.kind == "administrative"],
        zones=[_out(row) for row in rows if row.kind == "zone"],
    )


@router.get("/areas")
async def list_areas(
    *,
    _: CanReadAreas,
    db: ReadDb,
    now: Now,
    level: LevelName | None = None,
    parent: Code | None = None,
    q: PartOfName = None,
    at: At = None,
    geometry: Geometry = False,
    limit: Limit = 200,
    cursor: After = None,
) -> AreaPage:
    """List administrative areas by level and code."""
    wanted = AreaFilter(
        kind="administrative",
        at=at or now,
        level=level,
        parent=parent,
        text=q,
        after=_place(cursor),
    )
    return await _listed(db, wanted, geometry=geometry, limit=limit)


@router.get("/areas/{code}", responses=problems(404, 409))
async def get_area(
    *,
    _: CanReadAreas,
    db: ReadDb,
    now: Now,
    code: Code,
    level: LevelName | None = None,
    at: At = None,
    geometry: Geometry = False,
) -> AreaOut:
    """Read one administrative area; `level` where several levels use its code."""
    wanted = AreaFilter(kind="administrative", at=at or now, code=code, level=level)
    return _out(await reading.only(db, wanted, geometry=geometry, tell_by="level"))


@router.get("/areas/{code}/history", responses=problems(404))
async def get_history(
    _: CanReadAreas, db: ReadDb, code: Code, layer: Code | None = None
) -> list[VersionOut]:
    """List every version of a code, of areas and zones alike, the first one first."""
    found = await reading.history(db, code, layer=layer)
    return [VersionOut.model_validate(asdict(one)) for one in found]


@router.get("/zones")
async def list_zones(
    *,
    _: CanReadAreas,
    db: ReadDb,
    now: Now,
    layer: Code | None = None,
    q: PartOfName = None,
    at: At = None,
    geometry: Geometry = False,
    limit: Limit = 200,
    cursor: After = None,
) -> AreaPage:
    """List responsibility zones by layer and code."""
    wanted = AreaFilter(kind="zone", at=at or now, layer=layer, text=q, after=_place(cursor))
    return await _listed(db, wanted, geometry=geometry, limit=limit)


@router.get("/zones/{code}", responses=problems(404, 409))
async def get_zone(
    *,
    _: CanReadAreas,
    db: ReadDb,
    now: Now,
    code: Code,
    layer: Code | None = None,
    at: At = None,
    geometry: Geometry = False,
) -> AreaOut:
    """Read one zone; `layer` where several layers use its code."""
    wanted = AreaFilter(kind="zone", at=at or now, code=code, layer=layer)
    return _out(await reading.only(db, wanted, geometry=geometry, tell_by="layer"))


@router.get("/organisations")
async def list_organisations(_: CanReadAreas, db: ReadDb) -> list[OrganisationOut]:
    """List the organisations."""
    found = await reading.organisations(db)
    codes = {organisation.id: organisation.code for organisation in found}
    return [
        OrganisationOut(
            code=organisation.code,
            name=organisation.name,
            name_en=organisation.name_en,
            kind=organisation.kind,
            parent=codes[organisation.parent_id] if organisation.parent_id else None,
        )
        for organisation in found
    ]


@router.get("/responsibilities")
async def list_responsibilities(
    *, _: CanReadAreas, db: ReadDb, now: Now, organisation: Code | None = None, at: At = None
) -> list[ResponsibilityOut]:
    """List who answers for which areas and categories."""
    found = await reading.responsibilities(db, at=at or now, organisation=organisation)
    return [
        ResponsibilityOut(
            id=row.id,
            organisation=code,
            layer=layer,
            area=row.area_code,
            scheme=row.scheme,
            category=row.category_code,
            role=row.role,
            priority=row.priority,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row, code, layer in found
    ]
