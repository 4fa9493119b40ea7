"""The areas of a layer as an AreaFrame, as they were at a time."""

from datetime import datetime

import geopandas
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.frames import WGS84, as_areas
from gridsvc.areas.model import Area, Layer
from gridsvc.areas.repository import in_force


async def frame_in_force(db: AsyncSession, layer: str, *, at: datetime) -> geopandas.GeoDataFrame:
    """Read a layer's areas in force at a time, by code; an empty frame where there are none."""
    rows = await db.execute(
        select(Area.code, Area.name, Area.parent_code, Area.geometry)
        .join(Layer, Layer.id == Area.layer_id)
        .where(Layer.name == layer, in_force(Area, at))
        .order_by(Area.code)
    )
    listed = rows.all()
    names = ("code", "name", "parent")
    columns = {name: [row[place] for row in listed] for place, name in enumerate(names)}
    shapes = [row[3] for row in listed]
    return as_areas(geopandas.GeoDataFrame(columns, geometry=shapes, crs=WGS84))
