import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.crs import (
    Crs,
    bd09_to_gcj02,
    bd09_to_wgs84,
    from_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    require_degrees,
    shift_geometry,
    to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from geodata.errors import CrsError

Way = Callable[[Any, Any], tuple[Any, Any]]  # of floats or of arrays
WAYS: tuple[Way, ...] = (
    wgs84_to_gcj02,
    gcj02_to_wgs84,
    gcj02_to_bd09,
    bd09_to_gcj02,
    wgs84_to_bd09,
    bd09_to_wgs84,
)
METRES_PER_DEGREE = 111_320.0

china_lon = st.floats(73.0, 136.0)
china_lat = st.floats(3.0, 54.0)


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    east = (a[0] - b[0]) * math.cos(math.radians(a[1]))
    return math.hypot(east, a[1] - b[1]) * METRES_PER_DEGREE


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((116.3974, 39.9087), (116.403644, 39.910103)),  # Beijing
        ((121.4737, 31.2304), (121.478223, 31.228458)),  # Shanghai
        ((104.0668, 30.5728), (104.069305, 30.570346)),  # Chengdu
        ((120.447, 36.389), (120.452086, 36.389331)),  # Jimo
    ],
)
def test_known_points_reach_gcj02_and_return(
    wgs84: tuple[float, float], gcj02: tuple[float, float]
) -> None:
    assert wgs84_to_gcj02(*wgs84) == pytest.approx(gcj02, abs=5e-7)
    assert metres(gcj02_to_wgs84(*gcj02), wgs84) < 0.08  # the vector has six decimals


def test_a_known_point_reaches_bd09() -> None:
    assert gcj02_to_bd09(116.404, 39.915) == pytest.approx((116.410369493710, 39.921336993510))


@pytest.mark.parametrize(
    ("place", "offset_m"),
    [
        ((116.3974, 39.9087), 555),
        ((121.4737, 31.2304), 481),
        ((104.0668, 30.5728), 363),
        ((120.447, 36.389), 457),
    ],
)
def test_a_wrong_system_is_wrong_by_several_grids(
    place: tuple[float, float], offset_m: float
) -> None:
    assert metres(place, wgs84_to_gcj02(*place)) == pytest.approx(offset_m, rel=0.01)


@given(china_lon, china_lat)
def test_the_way_back_leads_home(lon: float, lat: float) -> None:
    home = (lon, lat)
    limit = 1e-7 if abs(lon - 105) > 1e-6 else 1e-6  # at 105 E the formula has a root
    assert metres(gcj02_to_wgs84(*wgs84_to_gcj02(lon, lat)), home) < limit
    assert metres(bd09_to_gcj02(*gcj02_to_bd09(lon, lat)), home) < 1e-7
    assert metres(bd09_to_wgs84(*wgs84_to_bd09(lon, lat)), home) < limit


@given(china_lon, china_lat)
def test_the_way_there_undoes_the_way_back(lon: float, lat: float) -> None:
    limit = 1e-7 if abs(lon - 105) > 1e-2 else 1e-6
    assert metres(wgs84_to_gcj02(*gcj02_to_wgs84(lon, lat)), (lon, lat)) < limit
    assert metres(wgs84_to_bd09(*bd09_to_wgs84(lon, lat)), (lon, lat)) < limit


@given(china_lon, china_lat)
def test_offsets_have_the_size_that_is_known_of_them(lon: float, lat: float) -> None:
    assert 5 < metres((lon, lat), wgs84_to_gcj02(lon, lat)) < 1000
    assert 700 < metres((lon, lat), gcj02_to_bd09(lon, lat)) < 1050


@pytest.mark.parametrize("way", WAYS)
@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=20))
def test_one_point_and_many_agree(way: Way, points: list[tuple[float, float]]) -> None:
    lon, lat = (np.array([p[axis] for p in points], dtype=float) for axis in (0, 1))
    many = np.array(way(lon, lat))
    for index, point in enumerate(points):
        assert many[:, index] == pytest.approx(way(*point), abs=1e-12)


@pytest.mark.parametrize("way", WAYS)
def test_a_vertex_shared_by_two_areas_stays_shared(way: Way) -> None:
    lon, lat = np.linspace(100.3, 121.7, 101), np.linspace(22.1, 39.9, 101)
    whole = way(lon, lat)
    part = way(lon[7:50:3], lat[7:50:3])
    np.testing.assert_array_equal(np.asarray(whole)[:, 7:50:3], np.asarray(part))


def test_what_goes_in_comes_out() -> None:
    assert [type(v) for v in wgs84_to_gcj02(np.float64(104.0), 30)] == [float, float]
    lon, lat = np.full((2, 3), 104), np.full((2, 3), 30)
    shifted = wgs84_to_gcj02(lon, lat)  # whole numbers are taken too
    assert [v.shape for v in shifted] == [(2, 3), (2, 3)]
    assert (lon == 104).all()
    assert wgs84_to_gcj02(np.array([]), np.array([]))[0].shape == (0,)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "abroad", [(-77.0, 38.9), (2.35, 48.86), (144.96, -37.81), (72.0, 30.0), (100.0, 0.8), (0, 90)]
)
def test_outside_the_box_all_systems_are_one(way: Way, abroad: tuple[float, float]) -> None:
    assert way(*abroad) == abroad


@pytest.mark.parametrize("corner", [(72.004, 0.8293), (137.8347, 55.8271)])
def test_the_box_includes_its_edge(corner: tuple[float, float]) -> None:
    assert wgs84_to_gcj02(*corner) != corner


@pytest.mark.parametrize(
    ("crs", "way"),
    [(Crs.GCJ02, gcj02_to_wgs84), (Crs.BD09, bd09_to_wgs84)],
)
def test_the_declared_system_chooses_the_way(crs: Crs, way: Way) -> None:
    assert to_wgs84(116.4, 39.9, crs) == way(116.4, 39.9)


@pytest.mark.parametrize("crs", [Crs.WGS84, Crs.CGCS2000])
def test_cgcs2000_counts_as_wgs84(crs: Crs) -> None:
    assert to_wgs84(116.4, 39.9, crs) == (116.4, 39.9)
    assert from_wgs84(116.4, 39.9, crs) == (116.4, 39.9)


@pytest.mark.parametrize("crs", Crs)
def test_every_system_has_both_ways(crs: Crs) -> None:
    assert metres(to_wgs84(*from_wgs84(116.4, 39.9, crs), crs), (116.4, 39.9)) < 1e-7


@pytest.mark.parametrize("crs", Crs)
@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        (math.nan, 30.0),
        (104.0, math.nan),
        (math.inf, 30.0),
        (104.0, -math.inf),
        (180.1, 30.0),
        (30.57, 104.07),  # exchanged
    ],
)
def test_what_is_no_coordinate_is_refused(crs: Crs, lon: float, lat: float) -> None:
    for way in (to_wgs84, from_wgs84):
        with pytest.raises(CrsError) as one:
            way(lon, lat, crs)
        assert one.value.code == "not_degrees"
        with pytest.raises(CrsError) as many:
            way(np.array([104.0, lon]), np.array([30.0, lat]), crs)
        assert many.value.code == "not_degrees"
        assert many.value.detail["row"] == 1


def test_arrays_that_do_not_pair_off_are_refused() -> None:
    with pytest.raises(CrsError) as refusal:
        wgs84_to_gcj02(np.zeros(2), np.zeros(3))
    assert refusal.value.code == "coordinates_unequal"


def test_the_ends_of_the_earth_are_coordinates() -> None:
    require_degrees(-180.0, -90.0)
    require_degrees(np.array([180.0]), np.array([90.0]))


HOLED = shapely.Polygon(
    [(104.0, 30.0), (104.1, 30.0), (104.1, 30.1), (104.0, 30.1)],
    [[(104.02, 30.02), (104.04, 30.02), (104.04, 30.04)]],
)


def test_a_geometry_moves_vertex_by_vertex() -> None:
    shifted = shift_geometry(HOLED, Crs.WGS84, target=Crs.GCJ02)
    expected = [wgs84_to_gcj02(*xy) for xy in shapely.get_coordinates(HOLED)]
    np.testing.assert_allclose(shapely.get_coordinates(shifted), expected, rtol=0, atol=1e-12)
    assert len(shifted.interiors) == 1
    assert shapely.equals_exact(shift_geometry(shifted, Crs.GCJ02), HOLED, tolerance=1e-12)


def test_many_geometries_move_and_what_is_missing_stays_missing() -> None:
    shapes = np.array([HOLED, None, shapely.Polygon(), shapely.Point(104, 30, 512)], dtype=object)
    shifted = shift_geometry(shapes, Crs.BD09)
    assert shapely.equals_exact(shifted[0], shift_geometry(HOLED, Crs.BD09))
    assert shifted[1] is None
    assert shifted[2].is_empty
    assert shifted[3].z == 512


@pytest.mark.parametrize(
    ("way", "length_m", "limit_m"),
    [
        (wgs84_to_gcj02, 100, 0.003),
        (wgs84_to_gcj02, 1000, 0.3),
        (wgs84_to_bd09, 100, 0.04),
        (wgs84_to_bd09, 1000, 4.0),
    ],
)
def test_an_edge_bends_as_little_as_it_is_said_to(
    way: Way, length_m: float, limit_m: float
) -> None:
    west = np.arange(73.0, 135.0, 0.002)
    for parallel in np.arange(18.0, 54.0, 1.7):
        lat = np.full(west.shape, parallel)
        length = length_m / METRES_PER_DEGREE / math.cos(math.radians(parallel))
        start, middle, end = (np.array(way(west + part * length, lat)) for part in (0, 0.5, 1))
        bend = np.hypot(*((start + end) / 2 - middle)) * METRES_PER_DEGREE
        assert bend.max() < limit_m
