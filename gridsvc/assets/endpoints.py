"""Components over HTTP. Each signature says who may call."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import Response

from geodata.crs import Crs, to_wgs84
from gridsvc.assets import reading, service
from gridsvc.assets.export import as_csv, as_feature, as_json
from gridsvc.assets.reading import Filters, Listed, Sought
from gridsvc.assets.schemas import AssetBody, AssetOut, AssetPage, NearAssetOut
from gridsvc.assets.shape import shape_of
from gridsvc.assets.state import State
from gridsvc.errors import Invalid
from gridsvc.http.answers import json_answer, problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import Now, ReadDb, SettingsDep, WriteDb
from gridsvc.http.formats import MEDIA_TYPES, Format, WantedFormat
from gridsvc.http.noting import note_export
from gridsvc.http.query import BboxQuery
from gridsvc.http.requires import CanActivate, CanReadAreas
from gridsvc.http.values import Code, Moment

router = APIRouter(prefix="/v1/assets", tags=["components"], responses=problems(401, 403, 422))

At = Annotated[Moment | None, Query(description="as it was then; now by default")]
Lon = Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)]
Radius = Annotated[float, Query(ge=0, le=1_000, allow_inf_nan=False, description="metres")]
Digits = Annotated[str, Query(pattern=r"^[0-9]{1,16}$", description="digits that codes begin with")]
After = Annotated[str, Query(pattern=r"^[0-9]{16}$", description="`next` of the page before")]
AssetCode = Annotated[Code, Path(description="sixteen digits")]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="ETag of the version that the change is made to"),
]


@router.get(
    "",
    response_model=AssetPage,
    responses={
        200: {"content": {"application/geo+json": {}, "text/csv": {}}},
        **problems(406),
    },
)
async def list_assets(
    *,
    request: Request,
    _: CanReadAreas,
    db: ReadDb,
    now: Now,
    wanted: WantedFormat,
    bbox: BboxQuery,
    scheme: Code | None = None,
    category: Annotated[Code | None, Query(description="minor class")] = None,
    code: Digits | None = None,
    owner: Annotated[Code | None, Query(description="code of an organisation")] = None,
    state: Annotated[list[State] | None, Query()] = None,
    at: At = None,
    limit: Annotated[int, Query(ge=1, le=2_000)] = 200,
    cursor: After | None = None,
) -> Response:
    """List components by code, page by page."""
    filters = Filters(
        at=at or now,
        bbox=bbox,
        scheme=scheme,
        category=category,
        code=code,
        owner=owner,
        state=tuple(state or ()),
        after=cursor,
    )
    rows = await reading.page(db, filters, limit=limit + 1)
    if wanted is not Format.JSON:
        # One connection at a time: with two, all could be held by those who wait for another.
        await db.close()
        await note_export(request, wanted.value, components=len(rows[:limit]))
    following = rows[limit - 1].asset.code if len(rows) > limit else None
    return _page(rows[:limit], following, wanted)


def _page(rows: Sequence[Listed], following: str | None, wanted: Format) -> Response:
    headers = {"Content-Type": MEDIA_TYPES[wanted], "Vary": "Accept"}
    if following:
        headers["X-Next-Cursor"] = following
    if wanted is Format.CSV:
        headers["Content-Disposition"] = 'attachment; filename="components.csv"'
        return Response(as_csv(rows), headers=headers)
    if wanted is Format.GEOJSON:
        features = [as_feature(row) for row in rows]
        body = {"type": "FeatureCollection", "features": features, "next": following}
        return json_answer(body, headers=headers)
    return json_answer(
        {"assets": [as_json(row) for row in rows], "next": following}, headers=headers
    )


@router.get("/near", response_model=list[NearAssetOut])
async def list_near(
    *,
    _: CanReadAreas,
    db: ReadDb,
    now: Now,
    lon: Lon,
    lat: Lat,
    crs: Crs,
    radius_m: Radius = 30.0,
    scheme: Code | None = None,
    category: Annotated[Code | None, Query(description="minor class")] = None,
    at: At = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Response:
    """List the components near a point, the nearest first."""
    x, y = to_wgs84(lon, lat, crs)
    sought = Sought(
        lon=x, lat=y, at=at or now, tolerance_m=radius_m, scheme=scheme, category=category
    )
    found = await reading.beside(db, sought, most=limit)
    return json_answer(
        [{**as_json(row), "distance_m": round(asset.distance_m, 2)} for row, asset in found]
    )


@router.get("/{code}", response_model=AssetOut, responses=problems(404))
async def get_asset(
    *, _: CanReadAreas, db: ReadDb, now: Now, code: AssetCode, at: At = None
) -> Response:
    """Read one component. Its ETag is what a change must be made to."""
    row = await reading.one(db, code, at=at or now)
    return json_answer(as_json(row), headers={"ETag": f'"{row.asset.id}"'})


@router.get("/{code}/versions", response_model=list[AssetOut], responses=problems(404))
async def list_versions(*, _: CanReadAreas, db: ReadDb, code: AssetCode) -> Response:
    """List everything that a component was, is and will be, the newest first."""
    return json_answer([as_json(row) for row in await reading.versions(db, code)])


def _version(if_match: str | None) -> UUID | None:
    if if_match is None:
        return None
    try:
        return UUID(if_match.strip().removeprefix("W/").strip('"'))
    except ValueError:
        raise Invalid(
            "invalid_etag",
            en=f"If-Match is not an ETag of ours: {if_match!r}.",
            zh=f"If-Match 不是本服务的 ETag：{if_match!r}。",
            field="If-Match",
        ) from None


@router.put(
    "/{code}",
    response_model=AssetOut,
    responses={
        201: {"model": AssetOut, "description": "There was no such component before."},
        **problems(412, 413, 415, 428),
    },
)
async def put_asset(
    *,
    code: AssetCode,
    body: AssetBody,
    who: CanActivate,
    _: JsonBody,
    db: WriteDb,
    now: Now,
    settings: SettingsDep,
    if_match: IfMatch = None,
) -> Response:
    """Make a component, or let it be otherwise from a time on; what it was stays on record."""
    since = await service.begins(db, body.valid_from, field="valid_from")
    content = service.Content(
        scheme=body.scheme,
        category=body.category,
        name=body.name,
        geometry=shape_of(body.geometry, body.crs),
        owner=body.owner,
        maintainer=body.maintainer,
        state=body.state,
        attributes=body.attributes,
        valid_from=since,
    )
    change = service.Change(code, _version(if_match), who, now)
    version, new = await service.put(db, change, content, margin_m=settings.outside_margin_m)
    row = await reading.one(db, code, at=since)
    return json_answer(
        as_json(row),
        status=201 if new else 200,
        headers={"Location": f"/v1/assets/{code}", "ETag": f'"{version}"'},
    )


@router.delete("/{code}", status_code=204, responses=problems(404, 412, 428))
async def end_asset(
    *,
    code: AssetCode,
    who: CanActivate,
    db: WriteDb,
    now: Now,
    at: Annotated[Moment | None, Query(description="when it ends; now by default")] = None,
    if_match: IfMatch = None,
) -> None:
    """End a component: it is in force no more, and stays on record."""
    change = service.Change(code, _version(if_match), who, now)
    await service.end(db, change, at=await service.begins(db, at, field="at"))
