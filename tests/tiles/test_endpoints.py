"""What tiles say over HTTP: descriptions, what may be kept, how it is packed, what is refused."""

import gzip

import brotli
import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Role
from gridsvc.db.clock import utc_now
from gridsvc.errors import NotAllowed
from gridsvc.tiles.collections import chosen, listed, shown
from tests.factories import appointment, at, make_account, somebody
from tests.fixtures.web import ClientOf
from tests.incidents.population import Register, incident
from tests.tiles.reading import MATRIX, address, around, features

TILE = next(around(*at(0, 0), *at(1, 1), 13))
GRIDS = address("grid", TILE)


async def test_one_finds_the_way_from_the_landing_page_to_a_tile(client_of: ClientOf) -> None:
    client = await client_of(Role.COMMAND_CENTRE)

    async def follow(found: httpx.Response, rel: str) -> httpx.Response:
        links = found.json()["links"]
        [href] = [it["href"] for it in links if it["rel"].endswith(rel)]
        answer = await client.get(href)
        assert answer.status_code == 200, href
        return answer

    landing = await client.get("/v1")
    assert (await follow(landing, "conformance")).json()["conformsTo"]
    sets = (await follow(landing, "tiling-schemes")).json()["tileMatrixSets"]
    matrix = (await client.get(sets[0]["links"][0]["href"])).json()
    assert matrix["tileMatrices"][10]["matrixWidth"] == 1024
    assert matrix["tileMatrices"][0]["scaleDenominator"] == pytest.approx(559082264.028717)
    listed = (await follow(landing, "data")).json()["collections"]
    names = [one["id"] for one in listed]
    assert names == [
        *("district", "street", "community", "grid", "cleaning", "power"),
        *("incidents", "components", "coverage", "workload"),
    ]
    street = await client.get(listed[1]["links"][0]["href"])
    tilesets = await follow(street, "tilesets-vector")
    [tileset] = tilesets.json()["tilesets"]
    [template] = [it["href"] for it in tileset["links"] if it.get("templated")]
    place = template.format(tileMatrix=TILE.zoom, tileRow=TILE.row, tileCol=TILE.column)
    tile = await client.get(place)
    assert tile.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert features(tile.content, "street")


async def test_what_is_known_is_not_sent_again(client_of: ClientOf) -> None:
    client = await client_of(Role.COMMAND_CENTRE)
    first = await client.get(GRIDS)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in first.headers["Vary"]
    known = {"If-None-Match": f'"other", {first.headers["ETag"]}'}
    again = await client.get(GRIDS, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = await client.get(GRIDS, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


async def test_a_changed_case_changes_its_tile(db: AsyncSession, client_of: ClientOf) -> None:
    client, here = await client_of(Role.COMMAND_CENTRE), address("incidents", TILE)
    empty = await client.get(here)
    account = await make_account(db, "reporter", Role.GRID_WORKER)
    db.add(incident(await Register.read(db), account))
    await db.commit()
    described = await client.get(f"/v1/collections/incidents/tiles/{MATRIX}?f=tilejson")
    version = described.json()["tiles"][0].partition("v=")[2]
    told = await client.get(
        here, params={"v": version}, headers={"If-None-Match": empty.headers["ETag"]}
    )
    assert told.status_code == 200
    assert told.headers["Cache-Control"] == "private, max-age=15"
    [one] = features(told.content, "incidents")
    assert one.said == {"count": 1, "open": 1, "overdue": 1}


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", None),
    ],
)
async def test_a_tile_is_packed_as_its_reader_likes(
    client_of: ClientOf, accepted: str, encoding: str | None
) -> None:
    client = await client_of(Role.COMMAND_CENTRE)
    async with client.stream("GET", GRIDS, headers={"Accept-Encoding": accepted}) as answer:
        sent = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers.get("Content-Encoding") == encoding
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(encoding or "", bytes)
    assert len(features(unpack(sent), "grid")) == 4


@pytest.mark.parametrize(
    ("place", "status", "code"),
    [
        ("grid/tiles/WebMercatorQuad/2/4/0", 404, "no_such_tile"),
        ("grid/tiles/WebMercatorQuad/2/0/4", 404, "no_such_tile"),
        ("grid/tiles/WebMercatorQuad/-1/0/0", 404, "no_such_tile"),
        ("grid/tiles/WebMercatorQuad/23/0/0", 404, "no_such_tile"),
        (f"grid/tiles/WebMercatorQuad/5/{10**30}/0", 404, "no_such_tile"),
        ("grid/tiles/WebMercatorQuad/2/1.5/0", 422, "invalid"),
        ("grid/tiles/WebMercatorQuad/x/0/0", 422, "invalid"),
        ("grid/tiles/WebMercatorQuad/2/0/0?v=%00", 422, "invalid"),
        ("grid/tiles/WebMercatorQuad?f=xml", 422, "invalid"),
        ("grid/tiles/WorldCRS84Quad/2/0/0", 404, "not_found"),
        ("nothing/tiles/WebMercatorQuad/2/0/0", 404, "no_such_collection"),
        ("nothing", 404, "no_such_collection"),
        ("%00", 422, "invalid"),
    ],
)
async def test_what_is_not_there_is_said(
    client_of: ClientOf, place: str, status: int, code: str
) -> None:
    client = await client_of(Role.COMMAND_CENTRE)
    answer = await client.get(f"/v1/collections/{place}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "private, no-store"


async def test_who_may_see_no_cases_is_refused_their_tiles(
    anonymous: httpx.AsyncClient, client_of: ClientOf
) -> None:
    assert (await anonymous.get(GRIDS)).status_code == 401
    administrator = await client_of(Role.ADMINISTRATOR)
    assert (await administrator.get("/v1/collections")).status_code == 403
    assert (await administrator.get(GRIDS)).status_code == 403


async def test_a_map_without_cases_has_no_tiles_of_them(db: AsyncSession) -> None:
    found = await shown(db, at=utc_now())
    viewer = somebody(appointment("viewer", Permission.MAPS_VIEW))
    assert "incidents" not in {one.name for one in listed(found, viewer)}
    assert chosen(found, "grid", viewer).level == "grid"
    with pytest.raises(NotAllowed):
        chosen(found, "incidents", viewer)
