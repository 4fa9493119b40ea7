from collections.abc import Callable

import geopandas
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.measure import area_m2, area_text, counted, length_m, metres_of_degree, width_m
from tests.boundaries import EAST_M, NORTH_M, ZOO, box, degrees

Make = Callable[[], geopandas.GeoDataFrame]
Pair = tuple[float, float]

GEOD = pyproj.Geod(ellps="WGS84")
SMALL = st.floats(1e-4, 0.02)
PLACES = st.tuples(st.floats(-170, 170), st.floats(-75, 75))


@pytest.mark.parametrize("make", ZOO.values(), ids=ZOO)
def test_every_layer_of_the_zoo_is_measured_without_a_complaint(make: Make) -> None:
    shapes = make().geometry.to_numpy()
    assert area_m2(shapes).shape == length_m(shapes).shape == width_m(shapes).shape == shapes.shape


@given(PLACES, SMALL, SMALL)
def test_a_block_has_the_area_and_the_sides_that_geodesics_give(
    place: Pair, width: float, height: float
) -> None:
    lon, lat = place
    block = shapely.box(lon, lat, lon + width, lat + height)
    area, perimeter = GEOD.geometry_area_perimeter(block)
    assert area_m2([block])[0] == pytest.approx(area, rel=1e-6)
    assert length_m([block])[0] == pytest.approx(perimeter, rel=1e-6)


@given(
    PLACES,
    st.lists(st.tuples(SMALL, SMALL), min_size=3, max_size=3, unique=True),
    st.integers(2, 9),
)
def test_corners_added_on_straight_borders_change_no_area(
    place: Pair, corners: list[Pair], pieces: int
) -> None:
    triangle = shapely.Polygon(np.array(corners) + place)
    perimeter = shapely.length(triangle)
    denser = shapely.segmentize(triangle, perimeter / pieces)
    # What is left is the rounding of the added corners, sideways along the border.
    rounding = perimeter * 111_000 * 1e-8
    assert area_m2([denser])[0] == pytest.approx(area_m2([triangle])[0], abs=rounding)


def test_a_long_border_leaves_no_land_between_two_drawings_of_it() -> None:
    ends = (121.5, 31.2), (121.7, 31.3)
    middle = ((121.5 + 121.7) / 2, (31.2 + 31.3) / 2)
    between = shapely.Polygon([*ends, middle])
    assert abs(GEOD.geometry_area_perimeter(between)[0]) > 10_000
    assert area_m2([between])[0] < 0.01


def test_holes_count_against_their_shell_whichever_way_they_turn() -> None:
    shell, hole = box(0, 0, 100, 100), box(40, 40, 60, 60)
    for ring in (hole.exterior.coords, hole.exterior.coords[::-1]):
        holed = shapely.Polygon(shell.exterior.coords, [ring])
        assert area_m2([holed])[0] == pytest.approx(9_600, rel=1e-5)
        assert length_m([holed])[0] == pytest.approx(480, rel=1e-5)


def test_a_shape_at_the_antimeridian_keeps_its_area_split_or_drawn_on() -> None:
    split = ZOO["antimeridian"]().geometry.to_numpy()
    whole = ZOO["beyond_180"]().geometry.to_numpy()
    inland = shapely.box(0, 0, 0.02, 0.01)
    assert area_m2(split) == pytest.approx(area_m2(whole))
    assert area_m2(whole)[0] == pytest.approx(area_m2([inland])[0])


def test_what_has_no_inside_has_no_area() -> None:
    line = degrees(shapely.LineString([(0, 0), (30, 40)]))
    nothing = [None, shapely.Polygon(), shapely.Point(121, 31), line]
    assert area_m2(nothing).tolist() == [0, 0, 0, 0]
    assert width_m(nothing).tolist() == [0, 0, 0, 0]
    assert length_m(nothing) == pytest.approx([0, 0, 0, 50], rel=1e-5)
    assert area_m2([]).tolist() == []


def test_collections_are_measured_part_by_part() -> None:
    square, line = box(0, 0, 10, 10), degrees(shapely.LineString([(0, 0), (0, 5)]))
    mixed = shapely.GeometryCollection([square, shapely.MultiPolygon([box(20, 0, 30, 10)]), line])
    assert area_m2([mixed])[0] == pytest.approx(200, rel=1e-5)


@given(st.floats(0.01, 5), st.floats(100, 5_000))
def test_the_width_of_a_strip_is_its_width(width: float, length: float) -> None:
    strip = box(0, 0, width, length)
    # As wide as it is drawn: nine decimals of a degree move a side by a twentieth of a millimetre.
    west, south, east, north = strip.bounds
    drawn, along = (east - west) * EAST_M, (north - south) * NORTH_M
    assert width_m([strip])[0] == pytest.approx(drawn / (1 + drawn / along), rel=1e-3)


def test_a_degree_is_as_long_as_geodesics_say() -> None:
    for lat in (0.0, 31.2, 53.5):
        east, north = metres_of_degree(np.array(lat))
        assert east == pytest.approx(GEOD.inv(0, lat, 1e-4, lat)[2] * 1e4, rel=1e-7)
        assert north == pytest.approx(GEOD.inv(0, lat - 5e-5, 0, lat + 5e-5)[2] * 1e4, rel=1e-7)


def test_numbers_are_said_as_people_say_them() -> None:
    assert area_text(0.004) == ("0.00 m²", "0.00 平方米")
    assert area_text(9.876) == ("9.88 m²", "9.88 平方米")
    assert area_text(12_345.6) == ("12,346 m²", "12,346 平方米")
    assert area_text(20_550_000) == ("20.55 km²", "20.55 平方公里")
    assert counted(1, "strip") == "1 strip"
    assert counted(1204, "strip") == "1,204 strips"
