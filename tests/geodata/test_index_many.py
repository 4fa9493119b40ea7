"""Many points at once are answered as one after another."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from geodata.errors import CrsError, GeodataError
from geodata.index import AreaIndex, work_alone
from geodata.index.threads import shared
from tests.geodata.placed import EAST, WEST, ZOO, anywhere, at, shapes

places = st.lists(anywhere, min_size=1, max_size=10)


def apart(drawn: list[tuple[float, float]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    lon, lat = np.array([at(*place) for place in drawn]).T
    return lon, lat


@given(shapes(), places)
def test_a_number_stands_for_the_set_that_covers_a_point(
    areas: list[shapely.Geometry], drawn: list[tuple[float, float]]
) -> None:
    index = AreaIndex(areas)
    lon, lat = apart(drawn)
    ids, sets = index.cover_sets(lon, lat)
    one_by_one = [index.covers(x, y) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]
    assert [sets[number] for number in ids.tolist()] == one_by_one
    assert len(set(ids.tolist())) == len(set(one_by_one))
    assert sets.ids(lon[::-1], lat[::-1]).tolist() == ids[::-1].tolist()


def test_there_is_room_for_any_number_of_sets() -> None:
    """Strips that overlap by hundreds: more sets than there is room for at first."""
    strips = [
        shapely.box(104 + i / 4096, 30 + i % 7 / 512, 104 + (i + 99) / 4096, 31 - i % 5 / 512)
        for i in range(900)
    ]
    chance = np.random.default_rng(5)
    lon, lat = chance.uniform(104, 104.25, 3000), chance.uniform(29.99, 31.01, 3000)
    index = AreaIndex(strips)
    ids, sets = index.cover_sets(lon, lat)
    assert len(sets) > 1 << 16
    points, areas = index.covers_many(lon, lat)
    for point in range(0, 3000, 50):
        assert sets[ids[point]] == tuple(areas[points == point].tolist())


def test_several_threads_number_sets_at_once() -> None:
    circles = [shapely.Point(104.1 + i / 900, 30.1 + i % 7 / 90).buffer(0.03) for i in range(60)]
    index, chance = AreaIndex(circles), np.random.default_rng(6)
    sets = index.sets()
    drawn = chance.uniform((104.0, 30.0), (104.3, 30.3), (8, 4000, 2))

    def numbered(points: NDArray[np.float64]) -> list[tuple[int, ...]]:
        work_alone()
        return [sets[number] for number in sets.ids(points[:, 0], points[:, 1]).tolist()]

    with ThreadPoolExecutor(4) as pool:
        for points, found in zip(drawn, pool.map(numbered, drawn), strict=True):
            assert found == [index.covers(x, y) for x, y in points.tolist()]


def test_a_number_that_was_not_given_is_refused() -> None:
    _, sets = AreaIndex(ZOO).cover_sets(np.array([104.0]), np.array([30.5]))
    assert sets[0] == ()
    for number in (-1, len(sets)):
        with pytest.raises(IndexError):
            sets[number]


@given(shapes(), places, st.randoms(use_true_random=False))
def test_the_owner_is_the_first_of_the_least_rank(
    areas: list[shapely.Geometry], drawn: list[tuple[float, float]], chance: Random
) -> None:
    index = AreaIndex(areas)
    lon, lat = apart(drawn)
    rank = np.array([chance.choice([1, 2, 3]) for _ in areas])
    for point, owner in enumerate(index.owner(lon, lat, rank=rank).tolist()):
        covering = index.covers(lon[point], lat[point])
        assert owner == min(covering, key=lambda area: (rank[area], area), default=-1)
    firsts = [next(iter(index.covers(x, y)), -1) for x, y in zip(lon, lat, strict=True)]
    assert index.owner(lon, lat).tolist() == firsts


@given(shapes(), places, st.floats(0, 30))
def test_what_is_near_many_points_is_near_each(
    areas: list[shapely.Geometry], drawn: list[tuple[float, float]], radius: float
) -> None:
    index = AreaIndex(areas)
    lon, lat = apart(drawn)
    radii = np.arange(len(lon)) * np.float64(radius)
    points, found, measures = index.near_many(lon, lat, radii)
    assert sorted(points.tolist()) == points.tolist()
    for point in range(len(lon)):
        rows = zip(found[points == point].tolist(), measures[points == point], strict=True)
        expected = index.near(lon[point], lat[point], radii[point])
        assert [(area, *row) for area, row in rows] == [
            (near.position, near.distance_m, near.share) for near in expected
        ]


@given(shapes(), places)
def test_many_distances_are_those_of_each(
    areas: list[shapely.Geometry], drawn: list[tuple[float, float]]
) -> None:
    index = AreaIndex(areas)
    lon, lat = apart(drawn)
    positions = np.arange(len(lon)) % len(areas)
    distances = index.distances_to_border(positions, lon, lat)
    assert distances.tolist() == [
        index.distance_to_border(int(at), x, y)
        for at, x, y in zip(positions, lon, lat, strict=True)
    ]
    known = index.distances_to_border(positions, lon, lat, covering=True)
    assert known.tolist() == pytest.approx(np.abs(distances).tolist(), abs=1e-11)


def test_neighbours_look_for_the_nearest_edge_together() -> None:
    """A long border: near it few edges may be the nearest, in its middle all of them."""
    angles = np.linspace(0, 2 * np.pi, 6001)[:-1]
    far = 0.05 + 0.0002 * np.sin(500 * angles)
    ring = shapely.Polygon(np.column_stack([104 + far * np.cos(angles), 30 + far * np.sin(angles)]))
    index, chance = AreaIndex([ring, ring.buffer(0.01)]), np.random.default_rng(7)
    spread = np.repeat([0.07, 0.001, 1e-7], 300)[:, None]
    lon, lat = ((104, 30) + spread * chance.uniform(-1, 1, (900, 2))).T
    positions = chance.integers(0, 2, 900)
    alone = [
        index.distance_to_border(position, x, y)
        for position, x, y in zip(positions.tolist(), lon.tolist(), lat.tolist(), strict=True)
    ]
    assert index.distances_to_border(positions, lon, lat).tolist() == pytest.approx(alone, abs=1e-9)


def test_more_points_than_one_core_gets_are_answered_in_order() -> None:
    lon, lat = np.meshgrid(np.linspace(104, 104.002, 300), np.linspace(30.5, 30.502, 300))
    index = AreaIndex(ZOO)
    points, areas = index.covers_many(lon.ravel(), lat.ravel())
    expected = shapely.STRtree(ZOO).query(
        shapely.points(lon.ravel(), lat.ravel()), predicate="intersects"
    )
    expected = expected[:, np.lexsort((expected[1], expected[0]))]
    np.testing.assert_array_equal(np.stack([points, areas]), expected)
    ids, sets = index.cover_sets(lon.ravel(), lat.ravel())
    assert [len(sets[number]) for number in ids[:500].tolist()] == [
        int((points == point).sum()) for point in range(500)
    ]


def test_work_is_shared_out_in_order() -> None:
    numbers = np.arange(100_000)
    parts = shared(lambda piece: piece * 2, numbers)
    np.testing.assert_array_equal(np.concatenate(parts), numbers * 2)


def test_wrong_points_and_radii_are_refused() -> None:
    index = AreaIndex([WEST, EAST])
    good, bad = np.array([104.0, 104.0]), np.array([30.5, np.nan])
    for ask in (
        index.owner,
        index.cover_sets,
        lambda x, y: index.near_many(x, y, 1.0),
        lambda x, y: index.distances_to_border(np.array([0, 0]), x, y),
    ):
        with pytest.raises(CrsError):
            ask(good, bad)
    with pytest.raises(GeodataError) as refusal:
        index.near_many(good, np.array([30.5, 30.5]), np.array([1.0, -1.0]))
    assert refusal.value.code == "not_a_radius"
    with pytest.raises(IndexError):
        index.distances_to_border(np.array([0, 2]), good, np.array([30.5, 30.5]))


def test_no_points_have_no_answers() -> None:
    none = np.array([])
    index = AreaIndex(ZOO)
    assert len(index.owner(none, none)) == 0
    assert len(index.cover_sets(none, none)[0]) == 0
    assert [len(part) for part in index.near_many(none, none, 5.0)] == [0, 0, 0]
    assert len(index.distances_to_border(np.array([], dtype=np.int64), none, none)) == 0
