"""On a city with wiggly borders, too, the map in memory covers what PostGIS says is covered."""

from collections.abc import AsyncIterator, Iterator
from math import inf, nextafter
from random import Random

import pytest_asyncio
import shapely
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.generate import City
from gridsvc.db.session import Database
from gridsvc.demo.city import put_city
from gridsvc.routing.atlas import Atlas
from gridsvc.routing.snapshot import MapView
from tests.factories import BEGAN
from tests.geodata.cities import city
from tests.routing.maps import NOON

POINTS = 1_200
COVERING = """
    SELECT point.number, area.id
    FROM unnest(CAST(:lon AS float[]), CAST(:lat AS float[])) WITH ORDINALITY
        AS point(lon, lat, number)
    JOIN area ON ST_Covers(area.geometry, ST_SetSRID(ST_MakePoint(lon, lat), 4326))
"""


@pytest_asyncio.fixture
async def filled(fresh_url: str) -> AsyncIterator[AsyncSession]:
    database = Database.connect(fresh_url, pool_size=1)
    async with database.sessions() as session:
        await put_city(session, city(), valid_from=BEGAN)
        yield session
    await database.close()


def points(made: City) -> Iterator[tuple[float, float]]:
    """Corners, places along borders, the floats beside them, and any others."""
    random = Random(20260301)
    frames = [*made.levels.values(), *made.zones.values()]
    shapes = [shape for frame in frames for shape in frame.geometry]
    west, south, east, north = shapely.total_bounds(shapes)
    for _ in range(POINTS):
        corners = shapely.get_coordinates(random.choice(shapes))
        place = random.randrange(len(corners) - 1)
        (x, y), (next_x, next_y) = corners[place].tolist(), corners[place + 1].tolist()
        along = random.choice([0.0, 0.5, random.random()])
        lon, lat = x + along * (next_x - x), y + along * (next_y - y)
        anywhere = random.uniform(west, east), random.uniform(south, north)
        beside = nextafter(lon, random.choice([inf, -inf])), lat
        yield random.choice([(lon, lat), beside, anywhere])


async def test_they_agree_on_every_point(filled: AsyncSession) -> None:
    atlas = Atlas()
    view = await atlas.view(filled, await atlas.newest(filled), at=NOON)
    asked = list(points(city()))
    lon, lat = ([point[axis] for point in asked] for axis in (0, 1))
    expected: dict[int, set[object]] = {}
    for number, area in await filled.execute(text(COVERING), {"lon": lon, "lat": lat}):
        expected.setdefault(number - 1, set()).add(area)
    found = {number: covered(view, *point) for number, point in enumerate(asked)}
    assert {n: areas for n, areas in found.items() if areas} == expected
    assert sum(len(areas) > 8 for areas in expected.values()) > POINTS / 10  # borders were met


def covered(view: MapView, lon: float, lat: float) -> set[object]:
    """Every area that covers a point."""
    return {place.area.id for place in view.places(lon, lat, 0.0) if place.covers}
