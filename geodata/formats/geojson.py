"""Reading GeoJSON (RFC 7946): longitude and latitude in WGS 84, unless a `crs` member says else."""

import codecs
import re
from collections.abc import Mapping
from typing import Any, Final

import geopandas
import numpy as np
import orjson
import pyproj
import shapely

from geodata import encoding as encodings
from geodata.errors import CrsError, EncodingError, GeometryError, ReadError
from geodata.formats.ogr import damaged, read_ogr
from geodata.formats.source import Source

_GEOMETRIES: Final = (
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
)
# Lists of numbers, the bulk of a file, are for GDAL; as Python objects they take as long again.
_COORDINATES: Final = re.compile(rb"\[[\s\[]*[\d-][\s\d.,eE+\-\[\]]*\]")
_NAMES_SHOWN: Final = 6


def read_geojson(source: Source, *, encoding: str | None = None) -> geopandas.GeoDataFrame:
    """Read a FeatureCollection, a Feature or a geometry.

    Parameters
    ----------
    source : Source
        The file.
    encoding : str or None
        Of its text, if it is not UTF-8 as the standard demands.

    Returns
    -------
    GeoDataFrame
        x, y in the system of the old-style `crs` member; `.crs` is None where there is none, so
        that the caller can tell a stated system from the standard's.

    Raises
    ------
    ReadError
        The text is no JSON, or JSON but no GeoJSON.
    EncodingError
        The text is not in UTF-8, nor in `encoding`.
    CrsError
        The `crs` member names no known system.
    GeometryError
        Coordinates of a feature are not numbers in the shape that its type asks for.
    """
    text = _utf8(source, encoding)
    document = _document(source.name, text)
    features = _features(source.name, document)
    frame = read_ogr(text, source.name, DATE_AS_STRING="YES")  # JSON knows no dates
    _refuse_losses(source.name, features, frame)
    return frame.set_crs(_crs(source.name, document.get("crs")), allow_override=True)


def _utf8(source: Source, encoding: str | None) -> bytes:
    data = source.data
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:4]:
        raise EncodingError(
            "wide_encoding",
            en=f"{source.name} is in UTF-16; GeoJSON is UTF-8, save it so.",
            zh=f"{source.name} 为 UTF-16 编码；GeoJSON 须为 UTF-8，请另存为 UTF-8。",
        )
    statement = encodings.declared(encoding) if encoding else encodings.GEOJSON
    text = encodings.Text(data.removeprefix(codecs.BOM_UTF8))
    codec = encodings.settle([text], statement, file=source.name)
    return text.data if codec == "utf-8" else encodings.decode(text, codec).encode()


def _document(name: str, text: bytes) -> Mapping[str, Any]:
    try:
        document = _outline(text)
    except orjson.JSONDecodeError as error:
        raise ReadError(
            "bad_json",
            en=f"{name} is no valid JSON at line {error.lineno}, column {error.colno}; it may be "
            f"cut off or edited by hand, export it again. (The reader says: {error.msg})",
            zh=f"{name} 第 {error.lineno} 行第 {error.colno} 列不是合法的 JSON，可能不完整或"
            f"被手工改动；请重新导出。（读取程序提示：{error.msg}）",
            line=error.lineno,
        ) from error
    if not isinstance(document, dict):
        raise _not_geojson(name, "a list of things", "一个列表")
    return document


def _outline(text: bytes) -> object:
    try:
        return orjson.loads(_COORDINATES.sub(b"[0]", text))
    except orjson.JSONDecodeError:
        return orjson.loads(text)  # fails likewise, and names the right line


def _features(name: str, document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    kind = document.get("type")
    if kind in _GEOMETRIES:
        return [{"geometry": document}]
    if kind == "Feature":
        return [document]
    features = document.get("features")
    if kind != "FeatureCollection":
        seen = ", ".join(list(document)[:_NAMES_SHOWN]) or "-"
        raise _not_geojson(
            name, f"of type {kind!r} with the members: {seen}", f"类型为 {kind!r}，成员为：{seen}"
        )
    if not isinstance(features, list):
        raise _not_geojson(name, "a collection without a list of features", "没有要素列表的集合")
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise _not_geojson(
                name, f"a list whose item {number} is no Feature", f"第 {number} 项不是要素的列表"
            )
    return features


def _not_geojson(name: str, en: str, zh: str) -> ReadError:
    return ReadError(
        "not_geojson",
        en=f"{name} is JSON but no GeoJSON: it is {en}. Export it as a GeoJSON FeatureCollection.",
        zh=f"{name} 是 JSON 但不是 GeoJSON：{zh}。请导出为 GeoJSON 要素集合。",
    )


def _refuse_losses(
    name: str, features: list[Mapping[str, Any]], frame: geopandas.GeoDataFrame
) -> None:
    """Compare with what was written: GDAL leaves a shape empty that it does not understand."""
    if len(features) != len(frame):
        raise damaged(name, ValueError(f"{len(frame)} of {len(features)} features"))
    shapes = frame.geometry.to_numpy()
    bare = np.flatnonzero(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    rows = [int(row) for row in bare if _is_written(features[row].get("geometry"))]
    if rows:
        raise GeometryError(
            "bad_coordinates",
            en=f"{len(rows)} of {len(features)} features in {name} have coordinates that do not "
            f"fit their type or are no numbers, the first is feature {rows[0] + 1}; export it "
            "again.",
            zh=f"{name} 的 {len(features)} 个要素中有 {len(rows)} 个的坐标与其类型不符或不是数值，"
            f"首个为第 {rows[0] + 1} 个要素；请重新导出。",
            rows=rows,
        )


def _is_written(geometry: object) -> bool:
    match geometry:
        case {"coordinates": list(parts)} | {"geometries": list(parts)}:
            return _has_any(parts)
    return geometry is not None


def _has_any(part: object) -> bool:
    return any(map(_has_any, part)) if isinstance(part, list) else True


def _crs(name: str, member: object) -> pyproj.CRS | None:
    """Read the `crs` member of GeoJSON before 2016; null says as little as its absence."""
    if member is None:
        return None
    try:
        return pyproj.CRS.from_user_input(_crs_name(member))
    except pyproj.exceptions.CRSError as error:
        raise CrsError(
            "unknown_crs",
            en=f"The crs member of {name} names no known coordinate system: {member!r}; correct "
            "it, or delete it and declare --crs.",
            zh=f"{name} 的 crs 成员不是已知的坐标系：{member!r}；请更正，"
            "或删除后用 --crs 声明坐标系。",
        ) from error


def _crs_name(member: object) -> str:
    match member:
        case {"type": "name", "properties": {"name": str(name)}}:
            return name
        case {"type": "EPSG", "properties": {"code": int(code)}}:
            return f"EPSG:{code}"
    return ""
