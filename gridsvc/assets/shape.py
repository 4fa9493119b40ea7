"""The shape of a component out of GeoJSON that a client sent: one that can be kept, or refused."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.crs import Crs, shift_geometry
from gridsvc.errors import Invalid

KINDS: Final = (
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
)


def shape_of(geometry: Mapping[str, Any], crs: Crs) -> BaseGeometry:
    """Read a shape, in WGS84 and without heights."""
    kind = geometry.get("type")
    if kind not in KINDS:
        listed = ", ".join(KINDS)
        raise _unfit(f"its type is {kind!r}, not one of {listed}", f"类型应为 {listed} 之一")
    try:
        shape = shapely.force_2d(shapely.from_geojson(orjson.dumps(geometry)))
    except (shapely.errors.GEOSException, orjson.JSONEncodeError) as error:
        raise _unfit("it is not as GeoJSON has it", "不符合 GeoJSON 格式") from error
    if shape.is_empty:
        raise _unfit("it is empty", "图形为空")
    if not shape.is_valid:
        why = shapely.is_valid_reason(shape)
        raise _unfit(f"its border crosses or touches itself ({why})", f"边界自相交（{why}）")
    moved: BaseGeometry = shift_geometry(shape, crs)
    return moved


def _unfit(en: str, zh: str) -> Invalid:
    return Invalid(
        "invalid_geometry",
        en=f"The geometry cannot be used: {en}.",
        zh=f"geometry 无法使用：{zh}。",
        field="geometry",
    )
