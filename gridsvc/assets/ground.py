"""How far outside of the map components stand. The map is its widest level that has areas."""

from datetime import datetime

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.index import AreaIndex
from geodata.measure import metres_of_degree
from geodata.nearby import Array
from geodata.parts import Shapes
from gridsvc.areas.frames import frame_in_force
from gridsvc.areas.model import LEVELS
from gridsvc.errors import OutsideServiceArea


async def ground(db: AsyncSession, *, at: datetime) -> Shapes:
    """Read the areas that make up the map; none where there is no map yet."""
    for level in LEVELS:
        areas = await frame_in_force(db, level, at=at)
        if len(areas):
            shapes: Shapes = areas.geometry.to_numpy()
            return shapes
    return np.empty(0, dtype=object)


def metres_outside(shapes: Shapes, areas: Shapes) -> Array:
    """Tell how far from all areas one point of each shape lies; 0 on them, and without a map."""
    points = shapely.point_on_surface(shapes)
    metres = np.zeros(len(points))
    if len(areas):
        covered, _ = AreaIndex(list(areas)).covers_many(
            shapely.get_x(points), shapely.get_y(points)
        )
        outside = np.ones(len(points), dtype=bool)
        outside[covered] = False
        metres[outside] = _to_the_nearest(points[outside], areas)
    return metres


def _to_the_nearest(points: Shapes, areas: Shapes) -> Array:
    """Measure in the flat of the map's middle: near enough to tell a mistake from a neighbour."""
    _, south, _, north = shapely.total_bounds(areas)
    scale = metres_of_degree(np.array((south + north) / 2))

    def flat(shape: Shapes) -> NDArray[np.object_]:
        moved: Shapes = shapely.transform(shape, lambda corners: corners * scale)
        return moved

    _, metres = shapely.STRtree(flat(areas)).query_nearest(
        flat(points), return_distance=True, all_matches=False
    )
    found: Array = metres
    return found


async def refuse_far_outside(
    db: AsyncSession, shape: BaseGeometry, *, at: datetime, margin_m: float
) -> None:
    """Refuse a place so far from every area that it must be a mistake."""
    areas = await ground(db, at=at)
    [metres] = metres_outside(np.array([shape], dtype=object), areas)
    if metres > margin_m:
        raise OutsideServiceArea(
            en=f"The component lies {metres / 1000:.1f} km outside of the map; check the "
            "coordinates, their order and `crs`.",
            zh=f"该部件位于地图范围之外 {metres / 1000:.1f} 公里；请检查坐标、经纬度顺序和 crs。",
            field="geometry",
        )
