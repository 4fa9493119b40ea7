"""Which components stand near a point: PostGIS, the index and the ellipsoid say the same."""

from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.assets.index import AssetIndex, microseconds
from gridsvc.assets.near import Sought, near, near_each
from gridsvc.assets.packing import read_index
from gridsvc.assets.state import State
from tests.assets.things import body, codes, lamp, later, spot, standing
from tests.factories import BEGAN, CELL, SOUTH, WEST, at

GEOD = pyproj.Geod(ellps="WGS84")
NOW = later(100)
SPHERE = 1.0035
"""How much longer a way may be than the shortest if it is chosen on a sphere."""


def sought(column: float, row: float, tolerance_m: float = 20.0, **more: Any) -> Sought:
    lon, lat = at(column, row)
    usual: dict[str, Any] = {"at": NOW, "scheme": "test", "category": "0101"}
    return Sought(lon=lon, lat=lat, tolerance_m=tolerance_m, **(usual | more))


def asked_of(index: AssetIndex, questions: list[Sought]) -> list[list[tuple[str, float]]]:
    """Ask the index as routing does, and give code and metres as PostGIS would."""
    found = index.near(
        np.array([one.lon for one in questions]),
        np.array([one.lat for one in questions]),
        kind=np.array(
            [index.kinds.get((one.scheme or "", one.category or ""), -1) for one in questions]
        ),
        reach_m=np.array([one.reach_m for one in questions]),
        at=np.array([microseconds(one.at) for one in questions]),
        most=1_000,
    )
    answers: list[list[tuple[str, float]]] = [[] for _ in questions]
    for asked, asset, metres in zip(found.asked, found.asset, found.metres, strict=True):
        answers[asked].append((str(index.columns.code[asset]), float(metres)))
    return answers


class TestOnePoint:
    async def test_the_nearest_comes_first_with_owner_state_and_distance(
        self, db: AsyncSession
    ) -> None:
        keeper = await body(db, "clean1")
        await standing(
            db,
            {"code": lamp(1), "geometry": spot(1.0002, 0.5), "state": "damaged"},
            {"code": lamp(2), "geometry": spot(1.0001, 0.5), "maintainer_id": keeper},
            {"code": lamp(3), "geometry": spot(1.1, 0.5)},
        )
        first, second = await near(db, sought(1, 0.5))
        assert (first.code, first.maintainer_id) == (lamp(2), keeper)
        assert (second.code, second.maintainer_id) == (lamp(1), None)
        assert second.owner_id == await body(db, "power")
        assert second.state is State.DAMAGED
        there = GEOD.inv(*at(1, 0.5), *at(1.0002, 0.5))[2]
        assert second.distance_m == pytest.approx(there, abs=0.001)

    async def test_equally_near_ones_come_by_code(self, db: AsyncSession) -> None:
        here = spot(1, 0.5)
        await standing(db, *({"code": lamp(n), "geometry": here} for n in (3, 1, 2)))
        assert codes(await near(db, sought(1, 0.5))) == [lamp(1), lamp(2), lamp(3)]
        assert codes(await near(db, sought(1, 0.5), most=2)) == [lamp(1), lamp(2)]

    async def test_accuracy_lengthens_the_reach(self, db: AsyncSession) -> None:
        await standing(db, {"code": lamp(1), "geometry": spot(1.04, 0.5)})
        assert await near(db, sought(1, 0.5, 20)) == []
        assert codes(await near(db, sought(1, 0.5, 20, accuracy_m=30.0))) == [lamp(1)]

    @pytest.mark.parametrize(
        "other", [{"category": "0102"}, {"scheme": "other"}, {"at": BEGAN}, {"at": later(50)}]
    )
    async def test_only_the_class_and_the_time_asked_for(
        self, db: AsyncSession, other: dict[str, Any]
    ) -> None:
        await standing(
            db,
            {
                "code": lamp(1),
                "geometry": spot(1, 0.5),
                "valid_from": later(1),
                "valid_to": later(50),
            },
            {"code": lamp(1), "geometry": spot(2, 0.5), "valid_from": later(50)},
        )
        assert codes(await near(db, sought(1, 0.5, at=later(49)))) == [lamp(1)]
        assert await near(db, sought(1, 0.5, **({"at": later(49)} | other))) == []

    async def test_any_class_where_none_is_named(self, db: AsyncSession) -> None:
        await standing(db, {"code": lamp(1), "geometry": spot(1, 0.5), "category_code": "0107"})
        assert codes(await near(db, sought(1, 0.5, category=None, scheme=None))) == [lamp(1)]

    async def test_inside_a_polygon_the_distance_is_none(self, db: AsyncSession) -> None:
        around = shapely.box(*at(0.9, 0.4), *at(1.1, 0.6))
        await standing(db, {"code": lamp(1), "geometry": around})
        [found] = await near(db, sought(1, 0.5))
        assert found.distance_m == 0


def scattered(rng: np.random.Generator, count: int) -> list[dict[str, Any]]:
    """Points, lines and polygons of two classes over a few streets, of today and of the past."""
    places = np.column_stack([rng.uniform(0, 0.3, count), rng.uniform(0, 0.3, count)])
    rows = []
    for number, (column, row) in enumerate(places):
        lon, lat = at(column, row)
        steps = np.array([lon, lat]) + rng.normal(0, 3e-4, (4, 2)).cumsum(axis=0)
        shape = (
            shapely.Point(lon, lat),
            shapely.LineString(steps),
            shapely.MultiPoint(steps),
            shapely.box(lon, lat, lon + 2e-4, lat + 3e-4),
        )[number % 7 if number % 7 < 4 else 0]
        code = lamp(number) if number % 3 else f"5101040107{number:06d}"
        since = BEGAN if number % 5 else later(10)
        until = None if number % 4 else later(90)
        rows.append(
            {
                "code": code,
                "geometry": shape,
                "category_code": code[6:10],
                "valid_from": since,
                "valid_to": until,
            }
        )
    return rows


def questions(rng: np.random.Generator, count: int) -> list[Sought]:
    return [
        Sought(
            lon=WEST + CELL * rng.uniform(-0.02, 0.32),
            lat=SOUTH + CELL * rng.uniform(-0.02, 0.32),
            tolerance_m=float(rng.choice([0.0, 5.0, 20.0, 300.0, 900.0])),
            accuracy_m=float(rng.choice([0.0, 10.0, 60.0])),
            at=later(int(rng.choice([5, 50, 100]))),
            scheme="test",
            category=str(rng.choice(["0101", "0107", "9999"])),
        )
        for _ in range(count)
    ]


async def test_the_index_and_postgis_agree_on_points_lines_and_polygons(db: AsyncSession) -> None:
    rng = np.random.default_rng(5)
    await standing(db, *scattered(rng, 600))
    index = await read_index(db, since=BEGAN, until=NOW)
    assert len(index) == 600
    asked = questions(rng, 300)
    ours, theirs = asked_of(index, asked), await near_each(db, asked, most=1_000)
    assert sum(map(len, theirs)) > 1_000
    for mine, his in zip(ours, theirs, strict=True):
        metres = dict(mine)
        assert set(metres) == set(codes(his))
        for one in his:
            # PostGIS looks for the nearest corner on a sphere, and measures that one exactly.
            assert metres[one.code] <= one.distance_m + 0.001
            assert one.distance_m <= metres[one.code] * SPHERE + 0.001


async def test_points_are_found_and_ordered_by_the_ellipsoid(db: AsyncSession) -> None:
    rng = np.random.default_rng(6)
    rows = [row for row in scattered(rng, 400) if row["geometry"].geom_type == "Point"]
    await standing(db, *rows)
    index = await read_index(db, since=BEGAN, until=NOW)
    asked = questions(rng, 40)
    answers = zip(
        asked, await near_each(db, asked, most=1_000), asked_of(index, asked), strict=True
    )
    for one, found, indexed in answers:
        assert codes(found) == [code for code, _ in indexed] == _by_hand(one, rows)


def _by_hand(one: Sought, rows: list[dict[str, Any]]) -> list[str]:
    held = [
        (GEOD.inv(one.lon, one.lat, row["geometry"].x, row["geometry"].y)[2], row["code"])
        for row in rows
        if row["category_code"] == one.category
        and row["valid_from"] <= one.at
        and (row["valid_to"] is None or one.at < row["valid_to"])
    ]
    return [code for metres, code in sorted(held) if metres <= one.reach_m]


async def test_an_index_of_a_span_holds_what_was_in_force_in_it(db: AsyncSession) -> None:
    await standing(
        db,
        {"code": lamp(1), "geometry": spot(1, 0.5), "valid_to": later(10)},
        {"code": lamp(1), "geometry": spot(1, 0.5), "valid_from": later(10), "valid_to": later(20)},
        {"code": lamp(1), "geometry": spot(1, 0.5), "valid_from": later(20)},
    )
    assert len(await read_index(db, since=later(10), until=later(15))) == 1
    assert len(await read_index(db, since=later(9), until=later(20))) == 3
    index = await read_index(db, since=later(5), until=later(5))
    assert index.columns.organisations[index.columns.owner[0]] == await body(db, "power")
    assert index.columns.organisations[index.columns.maintainer[0]] is None


async def test_an_index_of_nothing_finds_nothing(db: AsyncSession) -> None:
    index = await read_index(db, since=BEGAN, until=NOW)
    assert asked_of(index, [sought(1, 0.5)]) == [[]]
    assert asked_of(index, []) == []
    assert await near_each(db, []) == []
