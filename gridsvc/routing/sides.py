"""On which side of a point an area lies, in words that a person on the spot understands. Pure."""

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians
from typing import Final

import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

_DEGREE_M: Final = 111_320.0
_LEAST_M: Final = 5.0
"""The ground around a point without accuracy that is looked at."""
_CENTRED: Final = 0.02
"""A part of the disc whose middle is nearer to the point, in radii, lies on no side of it."""


@dataclass(frozen=True, slots=True)
class Side:
    """A direction in both languages."""

    zh: str
    en: str


SIDES: Final = (
    Side("东侧", "east side"),
    Side("东北侧", "north-east side"),
    Side("北侧", "north side"),
    Side("西北侧", "north-west side"),
    Side("西侧", "west side"),
    Side("西南侧", "south-west side"),
    Side("南侧", "south side"),
    Side("东南侧", "south-east side"),
)
"""From the east, turning north."""


def side_of(shape: BaseGeometry, lon: float, lat: float, *, radius_m: float) -> Side | None:
    """Tell on which side of a point the part of its accuracy disc lies that is in an area."""
    radius = max(radius_m, _LEAST_M)
    part = part_around(shape, lon, lat, radius_m=radius)
    if part.is_empty:
        return None
    middle = part.centroid
    if hypot(middle.x, middle.y) < _CENTRED * radius:
        return None
    return direction(middle.x, middle.y)


def direction(east: float, north: float) -> Side:
    """Name the side of something that lies so far to the east and to the north of it."""
    return SIDES[round(degrees(atan2(north, east)) / 45) % 8]


def part_around(shape: BaseGeometry, lon: float, lat: float, *, radius_m: float) -> BaseGeometry:
    """Cut out what of a shape lies within a radius of a point, in metres from there."""
    east, north = _DEGREE_M * cos(radians(lat)), _DEGREE_M
    wide, high = radius_m / east, radius_m / north
    around = affinity.affine_transform(
        shapely.clip_by_rect(shape, lon - wide, lat - high, lon + wide, lat + high),
        (east, 0, 0, north, -lon * east, -lat * north),
    )
    return shapely.Point(0, 0).buffer(radius_m).intersection(around)
