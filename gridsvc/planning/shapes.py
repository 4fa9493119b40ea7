"""Shapes as somebody sends them: GeoJSON, in a system that is declared. Pure."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.crs import Crs, shift_geometry
from gridsvc.errors import Invalid
from gridsvc.planning.edits import multi


def read_area(geojson: Mapping[str, Any], crs: Crs | None) -> BaseGeometry:
    """Read a Polygon or MultiPolygon into WGS84. Whether it is a valid one the checks say."""
    shape = _read(geojson, crs, field="geometry")
    if shape.geom_type not in {"Polygon", "MultiPolygon"}:
        raise _wrong("geometry", en="is no Polygon or MultiPolygon", zh="不是面或多面")
    return multi(shape)


def read_line(geojson: Mapping[str, Any], crs: Crs) -> BaseGeometry:
    """Read a LineString into WGS84."""
    line = _read(geojson, crs, field="line")
    if line.geom_type != "LineString":
        raise _wrong("line", en="is no LineString", zh="不是线")
    return line


def _read(geojson: Mapping[str, Any], crs: Crs | None, *, field: str) -> BaseGeometry:
    if crs is None:
        raise Invalid(
            "crs_missing",
            en="Say in `crs` in which coordinate system the shape is.",
            zh="请在 crs 中说明图形的坐标系。",
            field="crs",
        )
    try:
        shape = shapely.from_geojson(orjson.dumps(geojson))
    except (shapely.errors.ShapelyError, TypeError, ValueError) as error:
        raise _wrong(field, en="is no GeoJSON geometry", zh="不是 GeoJSON 几何") from error
    if shape is None or shape.is_empty:
        raise _wrong(field, en="is empty", zh="为空")
    _refuse_strange(shape, field)
    return shift_geometry(shapely.force_2d(shape), crs)


def _refuse_strange(shape: BaseGeometry, field: str) -> None:
    numbers = np.abs(shapely.get_coordinates(shape))
    if not np.isfinite(numbers).all() or (numbers > (180, 90)).any():
        raise _wrong(
            field,
            en="has coordinates that are no degrees of longitude and latitude, in this order",
            zh="的坐标不是“经度, 纬度”（度）",
        )


def _wrong(field: str, *, en: str, zh: str) -> Invalid:
    return Invalid("invalid_shape", en=f"`{field}` {en}.", zh=f"{field} {zh}。", field=field)
