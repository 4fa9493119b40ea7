"""Where a whistle calls to: a point or a surface, and the areas that it touches. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from gridsvc.areas.model import LEVELS
from gridsvc.calendars.book import area_key
from gridsvc.errors import Invalid, OutsideServiceArea
from gridsvc.routing.facts import Place
from gridsvc.routing.snapshot import MapView

MOST_CORNERS = 10_000


@dataclass(frozen=True, slots=True)
class Ground:
    """A place with its name and the areas that it touches; of a point, those in its radius too."""

    shape: BaseGeometry
    name: str
    places: Sequence[Place]

    @property
    def areas(self) -> tuple[str, ...]:
        """The administrative areas that hold a part of it, the smallest first."""
        held = {
            area_key(place.level, place.code): LEVELS.index(place.level)
            for place in self.places
            if place.level and place.covers
        }
        return tuple(sorted(held, key=lambda key: (-held[key], key)))


def ground_of(view: MapView, shape: BaseGeometry, *, name: str, radius_m: float) -> Ground:
    """Find what a place touches on a map; a whole city's border takes a while."""
    if isinstance(shape, shapely.Point):
        places = view.places(shape.x, shape.y, radius_m)
    else:
        middle = shape.representative_point()
        found = view.parts_of(shape, lon=middle.x, lat=middle.y)
        # It reaches into each of them, wherever its middle lies.
        places = [replace(place, inside_m=0.0) for place in found]
    ground = Ground(shape, name, tuple(places))
    if not ground.areas:
        raise OutsideServiceArea(
            en="The place lies outside every administrative area; check the coordinates and `crs`.",
            zh="该地点不在任何行政区域内；请检查坐标和 crs。",
            field="geometry",
        )
    return ground


def require_sound(shape: BaseGeometry) -> BaseGeometry:
    """Refuse a surface that crosses itself, or has more corners than anybody draws."""
    corners = int(shapely.get_num_coordinates(shape))
    if corners > MOST_CORNERS:
        raise Invalid(
            "too_many_corners",
            en=f"The surface has {corners:,} corners; at most {MOST_CORNERS:,} are taken.",
            zh=f"图形有 {corners} 个顶点，最多 {MOST_CORNERS} 个。",
            field="geometry",
        )
    if not shape.is_valid:
        raise Invalid(
            "invalid_shape",
            en=f"The surface is not sound: {shapely.is_valid_reason(shape)}.",
            zh="图形无效（例如边界自相交）。",
            field="geometry",
        )
    return shape


def named_area(view: MapView, layer: str, code: str) -> tuple[BaseGeometry, str]:
    """Find an area of any layer by its code: its shape and what it is called."""
    place = view.place(layer, code, lon=0.0, lat=0.0)
    if place is None:
        raise Invalid(
            "unknown_area",
            en=f'The layer "{layer}" has no area "{code}" now.',
            zh=f"图层“{layer}”现无编码为“{code}”的区域。",
            field="area",
        )
    return view.shape(place.area), f"{place.area.layer.title} {place.name}"
