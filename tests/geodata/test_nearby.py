"""What is near a place: as the ellipsoid measures it, whatever cell it lies in."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.nearby import Pairs, PointGrid, ShapeTree

GEOD = pyproj.Geod(ellps="WGS84")
NOTHING = np.empty(0)
CELL = 0.0005

Point = tuple[float, float]


def spots(reach: float) -> st.SearchStrategy[Point]:
    """Places around a corner of cells, some of them on it."""
    part = st.one_of(
        st.sampled_from([-CELL, 0.0, CELL]), st.floats(-reach, reach, allow_subnormal=False)
    )
    return st.tuples(part, part).map(lambda it: (104 + it[0], 30.5 + it[1]))


def columns(points: list[Point]) -> tuple[np.ndarray, np.ndarray]:
    lon, lat = np.array(points, dtype=np.float64).reshape(-1, 2).T
    return lon.copy(), lat.copy()


def pairs_of(found: Pairs) -> set[tuple[int, int]]:
    return set(zip(found.asked.tolist(), found.found.tolist(), strict=True))


@given(
    things=st.lists(spots(0.004), max_size=30),
    places=st.lists(spots(0.004), max_size=10),
    metres=st.sampled_from([0.0, 3.0, 60.0, 700.0]),
)
def test_the_grid_finds_what_the_ellipsoid_has_within_reach(
    things: list[Point], places: list[Point], metres: float
) -> None:
    lon, lat = columns(things)
    x, y = columns(places)
    kind = np.arange(len(things)) % 2
    asked = np.arange(len(places)) % 2
    found = PointGrid(lon, lat, kind).near(x, y, kind=asked, metres=np.full(len(places), metres))
    for place in range(len(places)):
        for thing in range(len(things)):
            there = GEOD.inv(x[place], y[place], lon[thing], lat[thing])[2]
            if abs(there - metres) > 0.001 or there == metres == 0:
                near = kind[thing] == asked[place] and there <= metres
                assert ((place, thing) in pairs_of(found)) == near
    assert len(pairs_of(found)) == len(found.asked)


@given(places=st.lists(spots(0.01), min_size=1, max_size=10))
def test_a_tree_of_points_says_the_same_as_the_grid(places: list[Point]) -> None:
    rng = np.random.default_rng(1)
    lon, lat = 104 + rng.uniform(-0.01, 0.01, 60), 30.5 + rng.uniform(-0.01, 0.01, 60)
    kind = np.zeros(60, dtype=np.int64)
    x, y = columns(places)
    asked = {"kind": np.zeros(len(places), dtype=np.int64), "metres": np.full(len(places), 300.0)}
    grid = PointGrid(lon, lat, kind).near(x, y, **asked)
    tree = ShapeTree(shapely.points(lon, lat), kind).near(x, y, **asked)
    order = [np.lexsort((found.found, found.asked)) for found in (grid, tree)]
    assert grid.found[order[0]].tolist() == tree.found[order[1]].tolist()
    assert grid.metres[order[0]] == pytest.approx(tree.metres[order[1]], abs=1e-4)


def test_within_a_polygon_and_on_a_line_the_distance_is_none() -> None:
    shapes = np.array(
        [shapely.box(104, 30, 104.01, 30.01), shapely.LineString([(104, 30), (105, 30)])]
    )
    tree = ShapeTree(shapes, np.zeros(2, dtype=np.int64))
    found = tree.near(
        np.array([104.005]), np.array([30.0]), kind=np.array([0]), metres=np.array([1e-6])
    )
    assert pairs_of(found) == {(0, 0), (0, 1)}
    assert found.metres == pytest.approx([0, 0], abs=1e-8)


@pytest.mark.parametrize("lat", [-90.0, -89.9999, 89.9999, 90.0])
@pytest.mark.parametrize("lon", [-180.0, 180.0])
def test_at_the_ends_of_the_world_a_thing_is_found_where_it_is(lon: float, lat: float) -> None:
    here = np.array([lon]), np.array([lat])
    kind = np.array([3])
    found = PointGrid(*here, kind).near(*here, kind=kind, metres=np.array([1.0]))
    assert pairs_of(found) == {(0, 0)}


def test_nobody_finds_nothing_and_an_unknown_kind_neither() -> None:
    none = np.empty(0, dtype=np.int64)
    for index in (PointGrid(NOTHING, NOTHING, none), ShapeTree(np.empty(0, dtype=object), none)):
        assert len(index) == 0
        place = {"kind": np.array([0]), "metres": np.array([9.0])}
        assert pairs_of(index.near(np.array([1.0]), np.array([1.0]), **place)) == set()
        assert pairs_of(index.near(NOTHING, NOTHING, kind=none, metres=NOTHING)) == set()
    grid = PointGrid(np.array([1.0]), np.array([1.0]), np.array([0]))
    for kind in (-1, 7):
        asked = {"kind": np.array([kind]), "metres": np.array([9.0])}
        assert pairs_of(grid.near(np.array([1.0]), np.array([1.0]), **asked)) == set()
