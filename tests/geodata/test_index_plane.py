import math

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.index.plane import edge_share, foot, plane_at, reach, squared

GEOD = pyproj.Geod(ellps="WGS84")
PLACE = (104.0, 30.0)

latitude = st.floats(-60, 60)
azimuth = st.floats(0, 360)


@pytest.mark.parametrize(
    ("metres", "error"), [(0.1, 1e-7), (1000, 1e-4), (10_000, 0.01), (100_000, 10)]
)
@given(lat=latitude, azimuth=azimuth)
def test_a_distance_agrees_with_the_geodesic(
    metres: float, error: float, lat: float, azimuth: float
) -> None:
    lon_end, lat_end, _ = GEOD.fwd(104.0, lat, azimuth, metres)
    plane = plane_at(104.0, lat)
    x, y = (lon_end - 104.0) * plane.east, (lat_end - lat) * plane.north
    assert math.sqrt(squared(plane, x, y)) == pytest.approx(metres, abs=error)


@given(st.floats(-89.9, 89.9), azimuth, st.floats(0, 1_000_000))
def test_nothing_so_near_lies_beyond_its_reach_in_the_plane(
    lat: float, azimuth: float, metres: float
) -> None:
    plane = plane_at(0.0, lat)
    lon_end, lat_end, _ = GEOD.fwd(0.0, lat, azimuth, metres)
    x, y = lon_end * plane.east, (lat_end - lat) * plane.north
    assert x * x + y * y <= reach(plane, squared(plane, x, y)) * (1 + 1e-9)


def test_nothing_is_out_of_reach_at_the_pole() -> None:
    assert reach(plane_at(10.0, 90.0), 1.0) == math.inf


metre = st.floats(-100, 100).map(lambda metres: round(metres, 6)) | st.integers(-3, 3).map(float)
vertex = st.tuples(metre, metre)


def degrees(shape: shapely.Geometry) -> shapely.Geometry:
    """Draw a shape given in metres around the place."""
    plane = plane_at(*PLACE)
    return shapely.transform(shape, lambda at: at / (plane.east, plane.north) + PLACE)


@given(vertex, vertex)
def test_a_foot_is_as_near_as_the_edge(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    edge = shapely.LineString([start, end])
    plane = plane_at(*PLACE)
    at = shapely.Point(foot(plane, shapely.get_coordinates(degrees(edge)), 0))
    assert shapely.distance(edge, at) < 1e-7
    nearest = shapely.distance(edge, shapely.Point(0, 0))
    assert math.hypot(at.x, at.y) == pytest.approx(nearest, abs=1e-7)


def share_of(polygon: shapely.Polygon, radius: float) -> float:
    """The share as an index computes it: from the border, and whether the centre is inside."""
    plane = plane_at(*PLACE)
    placed = degrees(shapely.orient_polygons(polygon))
    rings = [np.array(ring.coords) for ring in (placed.exterior, *placed.interiors)]
    edges = [
        edge_share(plane, ring, edge, radius) for ring in rings for edge in range(len(ring) - 1)
    ]
    return float(shapely.intersects_xy(polygon, 0, 0)) + math.fsum(edges)


def share_by_overlay(polygon: shapely.Polygon, radius: float) -> float:
    disc = shapely.Point(0, 0).buffer(radius, quad_segs=4096)
    return float(shapely.intersection(polygon, disc).area / disc.area)


@given(st.lists(vertex, min_size=3, max_size=8), st.floats(0.1, 150))
def test_a_share_agrees_with_an_overlay(vertices: list[tuple[float, float]], radius: float) -> None:
    polygon = shapely.convex_hull(shapely.MultiPoint(vertices))
    if polygon.geom_type != "Polygon" or polygon.area < 1e-3:
        return
    share = share_of(polygon, radius)
    # On the border the sum may be a whole disc off, as `edge_share` says.
    on_border = shapely.distance(polygon.exterior, shapely.Point(0, 0)) < 1e-6
    if on_border:
        share %= 1
    assert share == pytest.approx(share_by_overlay(polygon, radius), abs=1e-5)


@pytest.mark.parametrize(
    ("polygon", "radius", "share"),
    [
        (shapely.box(-10, -10, 10, 10), 5, 1.0),
        (shapely.box(20, 20, 30, 30), 5, 0.0),
        (shapely.box(-1, -1, 1, 1), 10, 4 / (100 * math.pi)),
        (shapely.box(-0.1, -10, 10, 10), 10, 0.5 + 0.1 * 2 / (10 * math.pi)),
        (shapely.box(-9, -9, 9, 9) - shapely.box(-1, -1, 1, 1), 5, 1 - 4 / (25 * math.pi)),
        (shapely.box(2, -1e5, 1e5, 1e5), 2, 0.0),
    ],
)
def test_shares_that_are_known(polygon: shapely.Polygon, radius: float, share: float) -> None:
    assert share_of(polygon, radius) == pytest.approx(share, abs=1e-3)


def test_an_edge_of_no_length_adds_nothing() -> None:
    plane = plane_at(*PLACE)
    twice = np.array([PLACE, PLACE])
    assert edge_share(plane, twice, 0, 10.0) == 0
    assert foot(plane, twice, 0) == (0, 0)
