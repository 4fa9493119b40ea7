from collections.abc import Callable
from functools import partial

import geopandas
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.coverage import doubly_covered, uncovered
from geodata.errors import GeometryError
from geodata.measure import area_m2
from tests import boundaries
from tests.boundaries import ZOO, box, degrees, layer, plain

Make = Callable[[], geopandas.GeoDataFrame]
BROKEN = {"bow_tie", "no_number", "line", "beyond_180"}
SPOTS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 6), st.integers(1, 6)),
    max_size=6,
)


def blocks(spots: list[tuple[int, int, int, int]]) -> list[shapely.Polygon]:
    return [shapely.box(x, y, x + width, y + height) for x, y, width, height in spots]


@pytest.mark.parametrize("make", [ZOO[name] for name in ZOO if name not in BROKEN])
def test_a_layer_covers_itself_and_no_layer_covers_nothing(make: Make) -> None:
    frame = make()
    assert len(uncovered(frame, frame)) == 0
    alone = uncovered(frame, layer())
    assert alone["area_m2"].sum() == pytest.approx(area_m2(frame.geometry).sum())
    assert set(alone["code"]) <= set(frame["code"])


def test_what_is_open_comes_piece_by_piece_with_its_area() -> None:
    open_land = uncovered(boundaries.shared_edge(), plain(box(20, 0, 150, 100)))
    assert open_land["code"].tolist() == ["A", "B"]
    assert open_land["area_m2"].tolist() == pytest.approx([2_000, 5_000], rel=1e-4)
    assert shapely.equals(open_land.geometry[1], box(150, 0, 200, 100))
    assert open_land.crs == "EPSG:4326"


def test_the_largest_open_piece_of_an_area_comes_first() -> None:
    open_land = uncovered(plain(box(0, 0, 100, 100)), plain(box(20, 0, 50, 100)))
    assert open_land["code"].tolist() == ["A", "A"]
    assert open_land["area_m2"].tolist() == pytest.approx([5_000, 2_000], rel=1e-4)


def test_an_area_without_a_code_keeps_its_place() -> None:
    land = layer((None, "甲", None, box(0, 0, 10, 10)))
    assert uncovered(land, layer())["code"].tolist() == [None]


def test_a_zone_without_a_shape_covers_nothing() -> None:
    zones = plain(None, shapely.Polygon(), box(0, 0, 50, 100))
    assert uncovered(plain(box(0, 0, 100, 100)), zones)["area_m2"].sum() == pytest.approx(
        5_000, rel=1e-4
    )


def test_the_same_border_drawn_with_other_corners_leaves_nothing_open() -> None:
    west, south, east, north = box(0, 0, 3_000, 2_000).bounds
    land = shapely.Polygon([(west, south), (east, south), (east, north), (west, north * 0.99997)])
    denser = shapely.segmentize(land, 1e-4)
    assert len(uncovered(plain(land), plain(denser))) == 0
    assert len(uncovered(plain(denser), plain(land))) == 0
    assert doubly_covered(plain(land, denser))["area_m2"][0] == pytest.approx(area_m2([land])[0])


@pytest.mark.parametrize("seed", range(5))
def test_a_mesh_of_which_half_has_more_corners_covers_all_and_nothing_twice(seed: int) -> None:
    cells = boundaries.mesh(8, 8, seed)
    shapes = cells.geometry.to_numpy().copy()
    shapes[::2] = shapely.segmentize(shapes[::2], 5e-5)
    denser = cells.set_geometry(geopandas.GeoSeries(shapes, crs=cells.crs))
    blocks = boundaries.blocks_of(cells)
    assert len(uncovered(blocks, denser)) == 0
    assert len(uncovered(denser, blocks)) == 0
    assert len(doubly_covered(denser)) == 0


def test_double_cover_names_each_pair_once() -> None:
    pairs = doubly_covered(plain(box(0, 0, 50, 50), box(40, 0, 90, 50), box(30, 30, 80, 80)))
    assert list(zip(pairs["code"], pairs["other"], strict=True)) == [
        ("A", "B"),
        ("A", "C"),
        ("B", "C"),
    ]
    assert pairs["area_m2"].tolist() == pytest.approx([500, 400, 800], rel=1e-4)
    assert pairs.crs == "EPSG:4326"


def test_two_zones_that_meet_twice_are_one_pair() -> None:
    arch = boundaries.ring(
        (0, 0), (90, 0), (90, 50), (60, 50), (60, 20), (30, 20), (30, 50), (0, 50)
    )
    (pair,) = doubly_covered(plain(arch, box(0, 40, 90, 80))).itertuples()
    assert pair.geometry.geom_type == "MultiPolygon"
    assert pair.area_m2 == pytest.approx(600, rel=1e-4)


def test_neighbours_cover_nothing_twice() -> None:
    for make in (boundaries.four_cells, boundaries.t_junction, boundaries.filled_hole):
        assert len(doubly_covered(make())) == 0
    assert doubly_covered(layer()).columns.tolist() == ["code", "other", "area_m2", "geometry"]


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_shape_is_refused_by_name(name: str) -> None:
    frame, good = ZOO[name](), boundaries.shared_edge()
    for call in (doubly_covered, partial(uncovered, good), partial(uncovered, zones=good)):
        with pytest.raises(GeometryError) as refused:
            call(frame)
        assert refused.value.code == "not_usable"
        assert "A 片区1" in refused.value.en
        assert "片区1（A）" in refused.value.zh


@settings(max_examples=60, deadline=None)
@given(SPOTS, SPOTS)
def test_open_land_is_what_a_plain_overlay_leaves(
    land: list[tuple[int, int, int, int]], zones: list[tuple[int, int, int, int]]
) -> None:
    cover = shapely.union_all(blocks(zones))
    expected = [shapely.area(shapely.difference(block, cover)) for block in blocks(land)]
    found = uncovered(plain(*map(degrees, blocks(land))), plain(*map(degrees, blocks(zones))))
    sums = found.groupby("code")["area_m2"].sum()
    got = [sums.get("ABCDEF"[at], 0.0) for at in range(len(land))]
    assert got == pytest.approx(expected, rel=1e-3, abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(SPOTS)
def test_double_cover_is_what_a_plain_overlay_gives(spots: list[tuple[int, int, int, int]]) -> None:
    shapes = blocks(spots)
    expected = {
        ("ABCDEF"[one], "ABCDEF"[other]): shapely.area(
            shapely.intersection(shapes[one], shapes[other])
        )
        for other in range(len(shapes))
        for one in range(other)
    }
    found = doubly_covered(plain(*map(degrees, shapes)))
    got = {(it.code, it.other): it.area_m2 for it in found.itertuples()}
    assert got == pytest.approx({pair: area for pair, area in expected.items() if area}, rel=1e-3)
