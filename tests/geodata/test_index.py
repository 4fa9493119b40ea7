import math

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import CrsError, GeodataError, GeometryError
from geodata.index import AreaIndex, Near
from tests.geodata.placed import EAST, NORTH, WEST, ZOO, anywhere, area, at, shapes

GEOD = pyproj.Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def zoo() -> AreaIndex:
    return AreaIndex(ZOO)


def geodesic_to_border(
    shape: shapely.Geometry, lon: float, lat: float, *, step: float = 3e-7
) -> float:
    """Metres to the border by brute force: the border as points, a step in degrees apart."""
    dense = shapely.get_coordinates(shapely.segmentize(shape.boundary, step))
    here = np.full(len(dense), lon), np.full(len(dense), lat)
    return float(min(GEOD.inv(*here, dense[:, 0], dense[:, 1])[2]))


@pytest.mark.parametrize(
    ("place", "covering"),
    [
        ((25, 25), (0,)),
        ((75, 75), (0, 3)),
        ((100, 25), (0, 1)),  # a shared edge
        ((100, 100), (0, 1, 2, 3)),  # a shared vertex
        ((0, 0), (0,)),  # a corner
        ((-1, 25), ()),
        ((310, 50), (4,)),
        ((335, 50), ()),  # in the hole
        ((350, 50), (5,)),  # an island in the hole
        ((330, 50), (4,)),  # the edge of the hole
        ((525, 25), (6,)),
        ((625, 25), (6,)),
        ((575, 25), ()),  # between two parts
        ((750, 50), (7,)),  # where two parts touch
    ],
)
def test_areas_cover_what_is_in_them_and_on_their_border(
    zoo: AreaIndex, place: tuple[float, float], covering: tuple[int, ...]
) -> None:
    assert zoo.covers(*at(*place)) == covering


@settings(deadline=None)
@given(shapes(), st.lists(anywhere, min_size=1, max_size=10))
def test_one_point_and_many_are_covered_as_shapely_says(
    areas: list[shapely.Geometry], places: list[tuple[float, float]]
) -> None:
    index = AreaIndex(areas)
    lon, lat = np.array([at(*place) for place in places]).T
    expected = [
        (point, position)
        for point in range(len(places))
        for position, shape in enumerate(areas)
        if shapely.covers(shape, shapely.Point(lon[point], lat[point]))
    ]
    points, positions = index.covers_many(lon, lat)
    assert list(zip(points.tolist(), positions.tolist(), strict=True)) == expected
    for point in range(len(places)):
        one = [(point, position) for position in index.covers(lon[point], lat[point])]
        assert one == [pair for pair in expected if pair[0] == point]


@settings(deadline=None)
@given(shapes(), st.tuples(st.integers(0, 99), st.floats(0, 1)))
def test_a_point_put_on_a_border_is_covered_as_shapely_says(
    areas: list[shapely.Geometry], where: tuple[int, float]
) -> None:
    rings = shapely.get_rings(shapely.get_parts(areas))
    point = shapely.line_interpolate_point(rings[where[0] % len(rings)], where[1], normalized=True)
    expected = [i for i, shape in enumerate(areas) if shapely.covers(shape, point)]
    assert list(AreaIndex(areas).covers(point.x, point.y)) == expected


@settings(deadline=None, max_examples=40)
@given(shapes(), st.tuples(st.floats(-900, 900), st.floats(-900, 900)))
def test_a_distance_agrees_with_the_geodesic(
    areas: list[shapely.Geometry], place: tuple[float, float]
) -> None:
    index = AreaIndex(areas)
    lon, lat = at(*place)
    for position, shape in enumerate(areas):
        distance = index.distance_to_border(position, lon, lat)
        assert abs(distance) == pytest.approx(geodesic_to_border(shape, lon, lat), abs=0.01)
        if abs(distance) > 1e-6:
            assert (distance > 0) == (position in index.covers(lon, lat))


def test_a_distance_is_positive_inside_and_negative_outside(zoo: AreaIndex) -> None:
    metre = GEOD.inv(*at(0, 50), *at(1, 50))[2]
    assert zoo.distance_to_border(0, *at(10, 50)) == pytest.approx(10 * metre, rel=1e-6)
    assert zoo.distance_to_border(0, *at(-10, 50)) == pytest.approx(-10 * metre, rel=1e-6)
    assert zoo.distance_to_border(0, *at(0, 50)) == 0
    assert zoo.distance_to_border(4, *at(335, 50)) == pytest.approx(-5 * metre, rel=1e-6)
    assert zoo.distance_to_border(4, *at(325, 50)) == pytest.approx(5 * metre, rel=1e-6)


def share_by_overlay(shape: shapely.Geometry, lon: float, lat: float, radius: float) -> float:
    """The share in an azimuthal equidistant projection around the point."""
    local = pyproj.Proj(proj="aeqd", lon_0=lon, lat_0=lat, ellps="WGS84")
    flat = shapely.transform(shapely.segmentize(shape, 1e-5), local, interleaved=False)
    disc = shapely.Point(0, 0).buffer(radius, quad_segs=1024)
    share: float = shapely.intersection(flat, disc).area / disc.area
    return share


@settings(deadline=None, max_examples=60)
@given(shapes(), anywhere, st.floats(0.01, 50))
def test_near_finds_what_the_disc_reaches_and_how_much_of_it_is_covered(
    areas: list[shapely.Geometry], place: tuple[float, float], radius: float
) -> None:
    lon, lat = at(*place)
    index = AreaIndex(areas)
    covering = index.covers(lon, lat)
    found = {near.position: near for near in index.near(lon, lat, radius)}
    assert list(found) == sorted(found)
    for position, shape in enumerate(areas):
        distance = index.distance_to_border(position, lon, lat)
        assert (position in found) == (position in covering or -distance <= radius)
        if position in found:
            assert found[position].distance_m == distance
            expected = share_by_overlay(shape, lon, lat, radius)
            assert found[position].share == pytest.approx(expected, abs=1e-5)


@settings(deadline=None, max_examples=30)
@given(shapes(), st.lists(anywhere, min_size=1, max_size=10), st.floats(0, 300))
def test_a_border_is_within_a_radius_where_near_measures_one_so_near(
    areas: list[shapely.Geometry], places: list[tuple[float, float]], radius: float
) -> None:
    index = AreaIndex(areas)
    lon, lat = np.array([at(*place) for place in places]).T
    expected = [
        any(abs(near.distance_m) <= max(radius, 1e-6) for near in index.near(*place, radius))
        for place in zip(lon.tolist(), lat.tolist(), strict=True)
    ]
    assert index.borders_within(lon, lat, radius).tolist() == expected


@given(st.tuples(st.floats(5, 195), st.floats(5, 195)), st.floats(0.1, 3))
def test_areas_that_tile_the_ground_share_the_whole_disc(
    place: tuple[float, float], radius: float
) -> None:
    tiles = AreaIndex([WEST, EAST, NORTH])
    shares = [near.share for near in tiles.near(*at(*place), radius)]
    assert math.fsum(shares) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(
    ("place", "shares"),
    [
        ((100, 50), {0: 0.5, 1: 0.5, 3: 0.5}),
        ((100, 100), {0: 0.25, 1: 0.25, 2: 0.5, 3: 1.0}),
        ((0, 0), {0: 0.25}),
        ((750, 50), {7: 0.5}),
    ],
)
def test_a_border_divides_the_disc(
    zoo: AreaIndex, place: tuple[float, float], shares: dict[int, float]
) -> None:
    found = {near.position: near.share for near in zoo.near(*at(*place), 3.0)}
    assert found == pytest.approx(shares, abs=1e-6)


def test_a_radius_of_nothing_finds_what_covers_the_point(zoo: AreaIndex) -> None:
    metre = GEOD.inv(*at(99, 25), *at(100, 25))[2]
    (inside,) = zoo.near(*at(99, 25), 0)
    assert (inside.position, inside.share) == (0, 1)
    assert inside.distance_m == pytest.approx(metre, rel=1e-6)
    assert zoo.near(*at(100, 25), 0) == (Near(0, 0.0, 0.5), Near(1, 0.0, 0.5))
    assert zoo.near(*at(-1, 25), 0) == ()


@given(st.floats(0.01, 0.99))
def test_a_point_on_a_slanting_border_is_near_both_sides_though_rounding_gives_it_to_one(
    part: float,
) -> None:
    below, above = area((0, 0), (71, 0), (97, 113)), area((0, 0), (97, 113), (0, 113))
    border = shapely.LineString([at(0, 0), at(97, 113)])
    point = shapely.line_interpolate_point(border, part, normalized=True)
    near = AreaIndex([below, above]).near(point.x, point.y, 0)
    assert [found.position for found in near] == [0, 1]
    assert [found.distance_m for found in near] == pytest.approx([0, 0], abs=1e-6)
    assert [found.share for found in near] == pytest.approx([0.5, 0.5], abs=0.01)


def test_an_area_far_larger_than_the_disc_says_how_deep_the_point_is(zoo: AreaIndex) -> None:
    (near,) = zoo.near(*at(50, 160), 1.0)
    assert near.position == 2
    assert near.share == 1
    assert near.distance_m == pytest.approx(GEOD.inv(*at(50, 160), *at(50, 200))[2], abs=1e-3)


def test_a_border_of_many_vertices_is_measured_whole() -> None:
    """A round coast of 20,000 vertices with a lake: many chains and several blocks."""
    angle = np.linspace(0, 2 * np.pi, 20_000, endpoint=False)
    ring = 3000 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    coast = area(*ring.tolist(), holes=[(ring[::-4] / 10 + [500, 0]).tolist()])
    index = AreaIndex([WEST, coast])
    for place in ((0, 0), (790, 10), (500, 100), (2990, 0), (0, -3100), (-2000, 2500)):
        lon, lat = at(*place)
        sign = 1 if shapely.covers(coast, shapely.Point(lon, lat)) else -1
        expected = sign * geodesic_to_border(coast, lon, lat, step=3e-6)
        assert index.distance_to_border(1, lon, lat) == pytest.approx(expected, abs=0.01)
        for near in index.near(lon, lat, 120.0):
            if near.position == 1:
                assert near.distance_m == pytest.approx(expected, abs=0.01)
                assert near.share == pytest.approx(
                    share_by_overlay(coast, lon, lat, 120.0), abs=1e-5
                )


def test_the_nearest_is_so_in_metres_not_in_degrees() -> None:
    """At 53 N a degree of longitude is 0.6 of one of latitude."""
    east = shapely.box(121.010, 53.0, 121.011, 53.001)
    north = shapely.box(121.0, 53.008, 121.001, 53.009)
    index = AreaIndex([north, east])
    position, metres = index.nearest(121.0, 53.0) or (None, 0)
    assert position == 1
    assert metres == pytest.approx(GEOD.inv(121.0, 53.0, 121.010, 53.0)[2], abs=0.001)


@settings(deadline=None, max_examples=40)
@given(shapes(), st.tuples(st.floats(-900, 900), st.floats(-900, 900)))
def test_the_nearest_is_the_least_of_all_distances(
    areas: list[shapely.Geometry], place: tuple[float, float]
) -> None:
    lon, lat = at(*place)
    index = AreaIndex(areas)
    nearest = index.nearest(lon, lat)
    assert nearest is not None
    distances = [-index.distance_to_border(position, lon, lat) for position in range(len(areas))]
    assert nearest[1] == pytest.approx(max(min(distances), 0), abs=1e-5)
    assert distances[nearest[0]] <= min(distances) + 1e-5 or index.covers(lon, lat)


def test_of_equally_near_areas_the_first_is_nearest() -> None:
    assert AreaIndex([EAST, WEST]).nearest(*at(100, -5)) == AreaIndex([WEST, EAST]).nearest(
        *at(100, -5)
    )
    assert AreaIndex([EAST, WEST]).nearest(*at(100, 5)) == (0, 0.0)


@pytest.mark.parametrize("place", [(-77.0, 38.9), (0.0, 0.0), (-179.9, -60.0), (104.0, 90.0)])
def test_the_far_side_of_the_earth_has_a_nearest_area_too(
    zoo: AreaIndex, place: tuple[float, float]
) -> None:
    nearest = zoo.nearest(*place)
    assert nearest is not None
    assert nearest[1] == pytest.approx(GEOD.inv(*place, *at(400, 100))[2], rel=1e-3)


def test_no_areas_is_an_index_too() -> None:
    index = AreaIndex([])
    assert len(index) == 0
    assert index.covers(104, 30) == ()
    assert index.near(104, 30, 50) == ()
    assert index.nearest(104, 30) is None
    assert [len(found) for found in index.covers_many(np.array([104.0]), np.array([30.0]))] == [
        0,
        0,
    ]


def test_no_points_are_covered_by_nothing(zoo: AreaIndex) -> None:
    assert [len(found) for found in zoo.covers_many(np.array([]), np.array([]))] == [0, 0]


def test_heights_are_dropped_and_the_given_areas_are_left_alone() -> None:
    given_area = shapely.force_3d(WEST, 7)
    assert AreaIndex([given_area]).covers(*at(1, 1)) == (0,)
    assert given_area.has_z
    assert not shapely.is_prepared(given_area)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        shapely.Polygon(),
        shapely.MultiPolygon(),
        shapely.Point(104, 30),
        shapely.LineString([(104, 30), (105, 30)]),
        shapely.GeometryCollection([WEST]),
        shapely.Polygon([(104, 30), (105, 30), (math.inf, 31)]),
        shapely.transform(EAST, lambda xy: np.where(np.arange(len(xy))[:, None] == 2, np.nan, xy)),
    ],
)
def test_what_is_no_area_is_refused(wrong: shapely.Geometry | None) -> None:
    with pytest.raises(GeometryError) as refusal:
        AreaIndex([WEST, wrong])
    assert refusal.value.code == "not_an_area"
    assert refusal.value.detail["position"] == 1


@pytest.mark.parametrize("place", [(math.nan, 30.0), (104.0, math.inf), (30.0, 104.0)])
def test_what_is_no_coordinate_is_refused(zoo: AreaIndex, place: tuple[float, float]) -> None:
    with pytest.raises(CrsError):
        zoo.covers(*place)
    with pytest.raises(CrsError):
        zoo.covers_many(np.array([place[0]]), np.array([place[1]]))
    with pytest.raises(CrsError):
        zoo.near(*place, 10)
    with pytest.raises(CrsError):
        zoo.distance_to_border(0, *place)
    with pytest.raises(CrsError):
        zoo.nearest(*place)


@pytest.mark.parametrize("metres", [-1.0, math.nan, math.inf])
def test_what_is_no_radius_is_refused(zoo: AreaIndex, metres: float) -> None:
    with pytest.raises(GeodataError) as refusal:
        zoo.near(*at(1, 1), metres)
    assert refusal.value.code == "not_a_radius"


@pytest.mark.parametrize("position", [-1, len(ZOO)])
def test_a_position_of_no_area_is_refused(zoo: AreaIndex, position: int) -> None:
    with pytest.raises(IndexError):
        zoo.distance_to_border(position, *at(1, 1))
