"""On which side an area lies, as a person on the spot would say."""

from math import cos, radians, sin

import pytest
from shapely import Point, Polygon, box

from gridsvc.routing.sides import SIDES, side_of

LON, LAT = 104.0, 30.6
DEGREE_M = 111_320


def ground(east: float, north: float, *, size: float = 400.0) -> Polygon:
    """A square whose middle is so many metres east and north of the point."""
    x, y = LON + east / DEGREE_M / cos(radians(LAT)), LAT + north / DEGREE_M
    half_x, half_y = size / 2 / DEGREE_M / cos(radians(LAT)), size / 2 / DEGREE_M
    return box(x - half_x, y - half_y, x + half_x, y + half_y)


@pytest.mark.parametrize("eighth", range(8))
def test_an_area_beside_the_point_lies_in_its_direction(eighth: int) -> None:
    east, north = (210 * round(of(radians(45 * eighth))) for of in (cos, sin))
    side = side_of(ground(east, north), LON, LAT, radius_m=30)
    assert side == SIDES[eighth]


@pytest.mark.parametrize("radius_m", [0.0, 3.0, 30.0])
def test_two_halves_of_the_disc_lie_on_opposite_sides(radius_m: float) -> None:
    west, east = (side_of(ground(at, 0), LON, LAT, radius_m=radius_m) for at in (-200, 200))
    assert west is not None
    assert east is not None
    assert (west.zh, east.en) == ("西侧", "east side")


def test_an_area_all_around_lies_on_no_side() -> None:
    assert side_of(ground(0, 0), LON, LAT, radius_m=30) is None


def test_nor_does_one_out_of_reach() -> None:
    assert side_of(ground(0, 900), LON, LAT, radius_m=30) is None


def test_a_hole_around_the_point_is_none_of_the_area() -> None:
    holed = ground(0, 0).difference(Point(LON, LAT).buffer(0.001))
    assert side_of(holed, LON, LAT, radius_m=30) is None
