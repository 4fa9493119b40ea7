import math

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.plane import Plane, disc_share, feet

GEOD = pyproj.Geod(ellps="WGS84")

latitude = st.floats(-60, 60)
azimuth = st.floats(0, 360)


@pytest.mark.parametrize(
    ("metres", "error"), [(0.1, 1e-7), (1000, 1e-4), (10_000, 0.01), (100_000, 10)]
)
@given(lat=latitude, azimuth=azimuth)
def test_a_distance_agrees_with_the_geodesic(
    metres: float, error: float, lat: float, azimuth: float
) -> None:
    plane = Plane.at(104.0, lat)
    lon_end, lat_end, _ = GEOD.fwd(104.0, lat, azimuth, metres)
    x, y = plane.place(np.array([lon_end]), np.array([lat_end]))
    assert plane.distance(x, y)[0] == pytest.approx(metres, abs=error)


@given(st.floats(-89.9, 89.9), azimuth, st.floats(0, 100_000))
def test_a_box_holds_all_that_is_within_its_radius(
    lat: float, azimuth: float, metres: float
) -> None:
    west, south, east, north = Plane.at(104.0, lat).bounds(metres)
    lon_end, lat_end, _ = GEOD.fwd(104.0, lat, azimuth, metres)
    assert (lon_end - west) % 360 <= east - west
    assert south <= lat_end <= north


def test_a_box_at_the_pole_holds_every_longitude() -> None:
    west, _, east, _ = Plane.at(10.0, 90.0).bounds(1.0)
    assert east - west >= 360


def test_a_place_leads_back_to_its_degrees() -> None:
    plane = Plane.at(104.0, 30.0)
    x, y = plane.place(np.array([104.01]), np.array([29.98]))
    assert plane.degrees(x[0], y[0]) == pytest.approx((104.01, 29.98), abs=1e-12)


@given(
    lat=latitude,
    corner=st.tuples(st.floats(-5, 5), st.floats(-5, 5)),
    size=st.tuples(st.floats(0, 2), st.floats(0, 2)),
    part=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_nothing_in_a_box_is_nearer_than_the_box(
    lat: float,
    corner: tuple[float, float],
    size: tuple[float, float],
    part: tuple[float, float],
) -> None:
    plane = Plane.at(104.0, lat)
    low = np.array([[104.0 + corner[0]], [lat + corner[1]]])
    high = low + np.array(size)[:, None]
    within = low + (high - low) * np.array(part)[:, None]
    to_box = plane.distance_to_boxes(low, high)[0]
    assert to_box <= plane.distance(*plane.place(*within))[0] + 1e-6
    if (low[0] <= 104.0 <= high[0]).all() and (low[1] <= lat <= high[1]).all():
        assert to_box == 0


metre = st.floats(-100, 100).map(lambda metres: round(metres, 6)) | st.integers(-3, 3).map(float)
vertex = st.tuples(metre, metre)


@given(st.lists(vertex, min_size=2, max_size=6))
def test_the_nearest_foot_is_as_far_as_the_line(vertices: list[tuple[float, float]]) -> None:
    x, y = (np.array([[v[axis] for v in vertices]]) for axis in (0, 1))
    foot_x, foot_y = feet(x, y)
    line = shapely.LineString(vertices)
    assert np.hypot(foot_x, foot_y).min() == pytest.approx(
        shapely.distance(line, shapely.Point(0, 0)), abs=1e-9
    )
    assert shapely.distance(line, shapely.points(foot_x, foot_y)).max() < 1e-9


def share_of(polygon: shapely.Polygon, radius: float) -> float:
    """The share as an index computes it: from the border, and whether the centre is inside."""
    polygon = shapely.orient_polygons(polygon)
    rings = [np.asarray(ring.coords).T for ring in (polygon.exterior, *polygon.interiors)]
    inside = float(shapely.intersects_xy(polygon, 0, 0))
    return inside + math.fsum(disc_share(x[None], y[None], radius)[0] for x, y in rings)


def share_by_overlay(polygon: shapely.Polygon, radius: float) -> float:
    disc = shapely.Point(0, 0).buffer(radius, quad_segs=4096)
    return float(shapely.intersection(polygon, disc).area / disc.area)


@settings(deadline=None)
@given(st.lists(vertex, min_size=3, max_size=8), st.floats(0.1, 150))
def test_a_share_agrees_with_an_overlay(vertices: list[tuple[float, float]], radius: float) -> None:
    polygon = shapely.convex_hull(shapely.MultiPoint(vertices))
    if polygon.geom_type != "Polygon" or polygon.area < 1e-3:
        return
    share = share_of(polygon, radius)
    # On the border the sum may be a whole disc off, as `disc_share` says.
    on_border = shapely.distance(polygon.exterior, shapely.Point(0, 0)) < 1e-9
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


def test_a_repeated_vertex_adds_nothing() -> None:
    x, y = np.array([[3.0, 3.0, 3.0]]), np.array([[4.0, 4.0, 4.0]])
    assert disc_share(x, y, 10.0)[0] == 0
    foot_x, foot_y = feet(x, y)
    assert (foot_x[0, 0], foot_y[0, 0]) == (3, 4)
