"""The question names the road that people see, where one runs between the areas."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from shapely import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.addresses.gazetteer import Road
from gridsvc.addresses.register import put_names
from gridsvc.auth.principal import Role
from gridsvc.routing.roads import road_between
from tests.factories import BEGAN, at, cell
from tests.fixtures.web import ClientOf

METRE = 1 / 958
WEST, EAST = cell(0, 0, 1, 2), cell(1, 0, 1, 2)


def line(*places: tuple[float, float]) -> LineString:
    return LineString([at(column, row) for column, row in places])


ALONG = line((1 + 4 * METRE, 0), (1 + 4 * METRE, 2))
LINES: dict[str, tuple[BaseGeometry, bool]] = {
    "along": (ALONG, True),
    "in pieces": (MultiLineString([line((1, 0), (1, 0.5)), line((1, 0.5), (1, 2))]), True),
    "with a bend far away": (line((1, 0), (1, 0.8), (2, 0.9)), True),
    "across": (line((0, 0.5), (2, 0.5)), False),
    "aslant": (line((0.5, 0), (1.5, 1)), False),
    "beside": (line((1 + 40 * METRE, 0), (1 + 40 * METRE, 2)), False),
    "ends here": (line((1, 0), (1, 0.5)), False),
    "elsewhere": (line((3, 0), (3, 2)), False),
}


@pytest.mark.parametrize(("line", "parts"), LINES.values(), ids=LINES)
@pytest.mark.parametrize("metres", [-8, 0, 8])
def test_a_road_is_named_where_it_parts_the_areas(
    line: BaseGeometry, parts: bool, metres: float
) -> None:
    lon, lat = at(1 + metres * METRE, 0.5)
    found = road_between([Road("长江路", line)], (EAST, WEST), lon=lon, lat=lat, radius_m=12)
    assert (found is not None) is parts
    if found is not None:
        assert [side.en for side in found.sides] == ["east side", "west side"]


def test_the_road_that_parts_them_best_is_taken() -> None:
    roads = [Road("辅路", line((1 + 9 * METRE, 0), (1 + 9 * METRE, 2))), Road("长江路", ALONG)]
    lon, lat = at(1, 0.5)
    found = road_between(roads, (WEST, EAST), lon=lon, lat=lat, radius_m=12)
    assert found is not None
    assert found.road == "长江路"


@pytest_asyncio.fixture
async def worker(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.GRID_WORKER)


async def asked(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    """Ask ten metres west of the border between the cleaning zones."""
    lon, lat = at(3 - 10 * METRE, 0.5)
    given: dict[str, Any] = {
        "lon": lon,
        "lat": lat,
        "crs": "wgs84",
        "accuracy_m": 30,
        "category": "0201",
    }
    answer = await client.get("/v1/who-owns", params={**given, **changes})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["question"]
    return found


async def test_the_question_asks_on_which_side_of_the_road(
    worker: httpx.AsyncClient, db: AsyncSession
) -> None:
    road = {"kind": "road", "code": "R1", "name": "长江路", "aliases": ["大马路"]}
    geometry = line((3, -1), (3, 3))
    began = BEGAN + timedelta(days=1)
    await put_names(db, [{**road, "geometry": geometry}], valid_from=began)
    await db.commit()
    question = await asked(worker)
    assert question["zh"] == "地点在长江路的西侧还是东侧？"
    assert question["en"] == "Is it on the west side or the east side of 长江路?"
    assert question["road"] == "长江路"
    assert [(it["id"], it["zh"], it["en"]) for it in question["options"]] == [
        ("cleaning/Z1", "“环卫一区”（长江路西侧）", '"环卫一区" (west side of 长江路)'),
        ("cleaning/Z2", "“环卫二区”（长江路东侧）", '"环卫二区" (east side of 长江路)'),
    ]
    # One that was not there yet is not spoken of.
    before = (began - timedelta(hours=1)).isoformat()
    assert (await asked(worker, at=before))["road"] is None
