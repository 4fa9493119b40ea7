from datetime import timedelta
from pathlib import Path
from typing import Any

import geopandas
import pytest
from shapely import LineString, Point
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.read import Columns
from gridsvc.addresses.loading import NamesFile, load_names
from gridsvc.errors import Invalid
from tests.addresses.conftest import match
from tests.factories import BEGAN, at

WEST = LineString([at(0, 0.5), at(2, 0.5)])
EAST = LineString([at(2, 0.5), at(4, 0.5)])


def written(folder: Path, **columns: list[Any]) -> Path:
    file = folder / "roads.geojson"
    shapes = columns.pop("geometry")
    geopandas.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326").to_file(file)
    return file


async def test_the_pieces_of_a_road_are_one_with_all_its_names_and_numbers(
    db: AsyncSession, tmp_path: Path
) -> None:
    file = written(
        tmp_path,
        code=["R1", "R1"],
        name=["中山北路", "中山大道"],
        aliases=["北大街；老北街", None],
        first=[1, 201],
        last=[200, 400],
        parity=["both", None],
        geometry=[WEST, EAST],
    )
    order = NamesFile(path=file, kind="road")
    assert await load_names(db, order, valid_from=BEGAN, replace=False) == (1, 2)
    for name in ("中山北路", "中山大道", "北大街", "老北街"):
        found = (await match(db, name, at=BEGAN))[0]
        assert found.code == "R1"
        assert found.lon == pytest.approx(at(2, 0)[0])
    found = (await match(db, "中山北路201号", at=BEGAN))[0]
    assert found.lon == pytest.approx(at(2, 0)[0], abs=0.001)


async def test_roads_without_codes_go_by_their_names(db: AsyncSession, tmp_path: Path) -> None:
    file = written(tmp_path, street=["长江路", "长江路"], geometry=[WEST, EAST])
    order = NamesFile(path=file, kind="road", columns=Columns("street", "street"))
    assert await load_names(db, order, valid_from=BEGAN, replace=False) == (1, 0)
    assert (await match(db, "长江路", at=BEGAN))[0].code == "长江路"


async def test_a_second_load_replaces_the_kind_and_leaves_the_other(
    db: AsyncSession, tmp_path: Path
) -> None:
    later = BEGAN + timedelta(days=1)
    roads = written(tmp_path, code=["R1"], name=["长江路"], first=[1], geometry=[WEST])
    await load_names(db, NamesFile(path=roads, kind="road"), valid_from=BEGAN, replace=False)
    await load_names(db, NamesFile(path=roads, kind="road"), valid_from=later, replace=True)
    places = written(tmp_path, code=["M1"], name=["长风市场"], geometry=[Point(at(1, 1))])
    await load_names(db, NamesFile(path=places, kind="place"), valid_from=later, replace=True)
    found = await match(db, "长江路1号", at=later)
    assert [(it.code, it.why.number_known) for it in found] == [("R1", True)]
    assert [it.code for it in await match(db, "长风市场", at=later)] == ["M1"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": [None]}, "nameless_place"),
        ({"geometry": [None]}, "nameless_place"),
        ({"first": ["x"]}, "invalid_cell"),
        ({"first": ["1"], "parity": ["left"]}, "invalid_cell"),
    ],
)
async def test_a_row_that_cannot_be_is_named(
    db: AsyncSession, tmp_path: Path, changed: dict[str, list[Any]], code: str
) -> None:
    columns: dict[str, list[Any]] = {"code": ["R1"], "name": ["长江路"], "geometry": [WEST]}
    file = written(tmp_path, **(columns | changed))
    with pytest.raises(Invalid) as refusal:
        await load_names(db, NamesFile(path=file, kind="road"), valid_from=BEGAN, replace=False)
    assert (refusal.value.code, refusal.value.detail["row"]) == (code, 1)
