"""The road that runs between two areas, so that a question can name what people see. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from gridsvc.addresses.gazetteer import Road
from gridsvc.routing.sides import Side, direction, part_around

AROUND_M: Final = 50.0
"""How far along a road is looked at the least: its line and the border were drawn by two hands."""
AGREES: Final = 0.85
"""Of the ground on the two sides of a road, the share that must be the two areas', each on one."""
_WIDTH_M: Final = 0.1


@dataclass(frozen=True, slots=True)
class Between:
    """A road, and on which side of it each of two areas lies."""

    road: str
    sides: tuple[Side, Side]


def road_between(
    roads: Iterable[Road],
    areas: tuple[BaseGeometry, BaseGeometry],
    *,
    lon: float,
    lat: float,
    radius_m: float,
) -> Between | None:
    """Find the road that parts two areas around a point best, if one does."""
    radius = max(radius_m, AROUND_M)
    one, other = (part_around(area, lon, lat, radius_m=radius) for area in areas)
    parted = [
        (_agreement(part_around(road.line, lon, lat, radius_m=radius), one, other, radius), road)
        for road in roads
    ]
    share, best = max(parted, key=lambda it: (it[0], it[1].name), default=(0.0, None))
    if best is None or share < AGREES:
        return None
    east, north = one.centroid.x - other.centroid.x, one.centroid.y - other.centroid.y
    return Between(best.name, (direction(east, north), direction(-east, -north)))


def _agreement(
    line: BaseGeometry, one: BaseGeometry, other: BaseGeometry, radius_m: float
) -> float:
    """Tell which share of two areas lies as if the line were their border."""
    whole = one.area + other.area
    pieces = shapely.get_parts(shapely.Point(0, 0).buffer(radius_m) - line.buffer(_WIDTH_M))
    held = [(piece.intersection(one).area, piece.intersection(other).area) for piece in pieces]
    ours = sum(mine for mine, its in held if mine > its)
    theirs = sum(its for mine, its in held if mine <= its)
    return (ours + theirs) / whole if min(ours, theirs) > 0 else 0.0
