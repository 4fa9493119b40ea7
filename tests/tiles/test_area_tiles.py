"""Tiles of areas: all of them, as the viewer may see them, and anew as soon as the map changes."""

from collections import defaultdict
from datetime import timedelta

import httpx
import numpy as np
import pytest
import shapely
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.parts import Shapes
from gridsvc.areas.model import Release
from gridsvc.areas.publish import LayerSpec, Provenance, publish
from gridsvc.auth.principal import Role, Scope
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.tiles.bands import COARSEST, EXACT, drawn, whole
from gridsvc.tiles.model import TileShape
from gridsvc.tiles.shapes import draw, forget_shapes, make_shapes
from tests.factories import BEGAN, at, cell, city_layers, frame
from tests.fixtures.web import ClientOf
from tests.tiles.reading import MATRIX, address, around, features, read

GROUND = (*at(0, 0), *at(4, 2))
HOSTILE = [
    "<script>alert(1)</script>",
    "`${7*7}` {{ 7*7 }} {% raw %}",
    "\u202e右从左\u202c עברית 😀",
    "名" * 500,
    "'; DROP TABLE area; --",
]


async def codes(client: httpx.AsyncClient, collection: str, zoom: int) -> set[str]:
    tiles = [await read(client, collection, tile) for tile in around(*GROUND, zoom)]
    return {it.said["code"] for found in tiles for it in found}


async def draw_all(db: AsyncSession) -> None:
    for release in await db.scalars(select(Release.id)):
        await draw(db, release)
    await db.commit()


async def test_drawn_or_not_yet_drawn_all_areas_are_there(
    db: AsyncSession, client_of: ClientOf
) -> None:
    client = await client_of(Role.COMMAND_CENTRE)
    grids = {f"G{column}{row}" for column in range(4) for row in range(2)}
    wanted = {"grid": grids, "street": {"S1", "S2"}, "cleaning": {"Z1", "Z2"}, "power": {"P1"}}
    before = {name: [await codes(client, name, zoom) for zoom in (11, 13)] for name in wanted}
    await draw_all(db)
    client = await client_of(Role.COMMAND_CENTRE, login="another")
    after = {name: [await codes(client, name, zoom) for zoom in (11, 13)] for name in wanted}
    assert before == after == {name: [found, found] for name, found in wanted.items()}


async def shapes_of(client: httpx.AsyncClient, zoom: int) -> dict[str, float]:
    """How much ground each grid has in tiles, in square units; below zero if it is turned wrong."""
    found: dict[str, float] = defaultdict(float)
    for tile in around(*GROUND, zoom):
        for it in await read(client, "grid", tile):
            shape = shapely.geometry.shape(it.geometry)
            assert shape.is_valid
            parts = shapely.get_parts(shape)
            turned = -1 if shapely.is_ccw(parts[0].exterior) else 1
            found[it.said["code"]] += turned * shape.area
    return found


@pytest.mark.parametrize("zoom", [12, 15, 16, 17])
async def test_an_area_is_the_same_drawn_or_not_yet_drawn(
    db: AsyncSession, client_of: ClientOf, zoom: int
) -> None:
    before = await shapes_of(await client_of(Role.COMMAND_CENTRE), zoom)
    await draw_all(db)
    after = await shapes_of(await client_of(Role.COMMAND_CENTRE, login="another"), zoom)
    assert len(before) == 8
    assert after == pytest.approx(before, rel=0.01)
    assert all(area < 0 for area in after.values()) or all(area > 0 for area in after.values())


async def test_what_is_too_small_to_be_drawn_is_counted(
    db: AsyncSession, client_of: ClientOf
) -> None:
    await draw_all(db)
    client = await client_of(Role.COMMAND_CENTRE)
    [tile] = around(*GROUND, 6)
    found = await read(client, "grid", tile)
    assert {it.geometry["type"] for it in found} == {"Point"}
    assert sum(it.said["count"] for it in found) == 8
    [district] = await read(client, "district", next(around(*GROUND, 12)))
    assert district.geometry["type"] == "Polygon"


async def test_a_street_sees_its_own_ground(db: AsyncSession, client_of: ClientOf) -> None:
    client = await client_of(Role.STREET_CENTRE, scope=Scope("street", "S2"))
    assert await codes(client, "grid", 12) == {"G20", "G21", "G30", "G31"}
    assert await codes(client, "street", 12) == {"S2"}
    # Zones that touch it, as on every other map.
    assert await codes(client, "cleaning", 12) == {"Z1", "Z2"}
    assert await codes(client, "power", 12) == set()


async def test_each_release_is_drawn_once_and_forgotten_when_it_is_past(
    db: AsyncSession, database: Database
) -> None:
    now, drawings = utc_now(), select(func.count(TileShape.release_id.distinct()))
    assert await make_shapes(database, now=now) == len(city_layers())
    assert await make_shapes(database, now=now) == 0
    spec, areas = city_layers()[-1]
    source = Provenance(source="test")
    await publish(db, spec, areas, valid_from=now + timedelta(days=1), provenance=source)
    await db.commit()
    assert await make_shapes(database, now=now) == 1, "what is to come is drawn in time"
    await forget_shapes(database, now=now)
    assert await db.scalar(drawings) == len(city_layers()) + 1
    await forget_shapes(database, now=now + timedelta(days=2))
    assert await db.scalar(drawings) == len(city_layers())


async def test_two_grounds_have_two_addresses(client_of: ClientOf) -> None:
    told = set()
    for code in ("S1", "S2"):
        scope = Scope("street", code)
        client = await client_of(Role.STREET_CENTRE, login=code.lower(), scope=scope)
        answer = await client.get(f"/v1/collections/grid/tiles/{MATRIX}?f=tilejson")
        told.add(answer.json()["tiles"][0])
    assert len(told) == 2


async def test_a_new_release_is_fresh_at_once(db: AsyncSession, client_of: ClientOf) -> None:
    client = await client_of(Role.COMMAND_CENTRE)
    here = address("cleaning", next(around(*GROUND, 12)))
    described = f"/v1/collections/cleaning/tiles/{MATRIX}?f=tilejson"
    before = (await client.get(described)).json()["tiles"][0].partition("v=")[2]
    answer = await client.get(here, params={"v": before})
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    spec = next(spec for spec, _ in city_layers() if spec.name == "cleaning")
    whole = frame(("Z1", "一区", None, cell(0, 0, 4, 2)))
    source = Provenance(source="test")
    await publish(db, spec, whole, valid_from=utc_now() - timedelta(hours=1), provenance=source)
    await db.commit()
    assert await codes(client, "cleaning", 12) == {"Z1"}
    stale = await client.get(here, params={"v": before})
    assert stale.headers["Cache-Control"] == "private, no-cache"
    assert stale.headers["ETag"] != answer.headers["ETag"]
    after = (await client.get(described)).json()["tiles"][0].partition("v=")[2]
    assert after != before
    fresh = await client.get(here, params={"v": after})
    assert "immutable" in fresh.headers["Cache-Control"]


async def test_names_are_text_whatever_they_are(db: AsyncSession, client_of: ClientOf) -> None:
    name = 'zone\'s "<b>" 图层 ?#%'
    rows = [(f"H{n}", said, None, cell(n / 2, 0, 0.5, 1)) for n, said in enumerate(HOSTILE)]
    spec, source = LayerSpec(name=name, title="<i>图层</i>"), Provenance(source="test")
    await publish(db, spec, frame(*rows), valid_from=BEGAN, provenance=source)
    await db.commit()
    client = await client_of(Role.COMMAND_CENTRE)
    listed = (await client.get("/v1/collections")).json()["collections"]
    [here] = [it["links"][0]["href"] for it in listed if it["id"] == name]
    described = await client.get(f"{here}/tiles/{MATRIX}", params={"f": "tilejson"})
    [tile] = around(*GROUND, 9)
    template = described.json()["tiles"][0]
    place = template.format(z=tile.zoom, x=tile.column, y=tile.row)
    answer = await client.get(place)
    assert sorted(it.said["name"] for it in features(answer.content, name)) == sorted(HOSTILE)


def test_every_band_has_every_area() -> None:
    sites = shapely.MultiPoint([[x * 900 + 40 * y, y * 700] for x in range(4) for y in range(4)])
    cells = shapely.get_parts(shapely.voronoi_polygons(sites))
    areas: Shapes = shapely.segmentize(cells, 50)
    found = dict(drawn(areas))
    assert sorted(found) == list(range(COARSEST, EXACT + 1))
    assert all(len(shapes) == len(areas) for shapes in found.values())
    corners = [shapely.get_num_coordinates(found[band]).sum() for band in sorted(found)]
    assert corners == sorted(corners)
    assert set(shapely.get_type_id(found[COARSEST])) == {shapely.GeometryType.POINT}
    assert set(shapely.get_type_id(found[EXACT])) == {shapely.GeometryType.POLYGON}


@pytest.mark.parametrize("seed", range(5))
def test_on_whole_units_borders_stay_shared(seed: int) -> None:
    random = np.random.default_rng(seed)
    sites = shapely.MultiPoint(random.uniform(0, 4_000, (200, 2)))
    cells: Shapes = shapely.get_parts(shapely.voronoi_polygons(sites))
    found = whole(cells)
    corners = shapely.get_coordinates(found)
    assert (corners == np.round(corners)).all()
    assert shapely.is_valid(found).all()
    assert shapely.coverage_is_valid(found)


def test_on_whole_units_no_area_is_lost_or_broken() -> None:
    thread = shapely.box(10.1, 0, 10.2, 50)
    waist = shapely.Polygon([(0, 0), (9, 4.6), (20, 0), (20, 9), (9.2, 4.7), (0, 9)])
    holed = shapely.box(0, 0, 9, 9).difference(shapely.box(4.1, 4.1, 4.3, 4.3))
    found = whole(np.array([thread, waist, holed]))
    assert shapely.is_valid(found).all()
    assert not shapely.is_empty(found).any()
    assert [shapely.get_dimensions(it) for it in found] == [0, 2, 2]
    assert shapely.area(found)[1:] == pytest.approx([98, 81], abs=12)
