"""Small boundary files made for a test, faults included."""

import struct
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import geopandas
import orjson
import pyogrio
import shapely

CGCS2000_PRJ = (
    'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]]'
)
HTML = b"<!DOCTYPE html><html><body>404 Not Found</body></html>"
SQUARE = shapely.box(121.47, 31.22, 121.48, 31.23)

Json = dict[str, Any]


def areas(**columns: list[Any]) -> geopandas.GeoDataFrame:
    """Two squares that share an edge, with code and name, in WGS 84."""
    data = {"code": ["310101", "310104"], "name": ["黄浦区", "徐汇区"]} | columns
    shapes = [SQUARE, shapely.box(121.48, 31.22, 121.49, 31.23)]
    return geopandas.GeoDataFrame(data, geometry=shapes, crs="EPSG:4326")


def feature(geometry: Json | None, **properties: Any) -> Json:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def square_feature(**properties: Any) -> Json:
    return feature(shapely.geometry.mapping(SQUARE), **properties)


def write_json(path: Path, document: object) -> Path:
    path.write_bytes(orjson.dumps(document))
    return path


def write_collection(path: Path, *features: Json | None, **members: Any) -> Path:
    return write_json(path, {"type": "FeatureCollection", "features": features, **members})


def dbf(
    texts: list[bytes],
    *,
    field: bytes = b"name",
    width: int = 40,
    ldid: int = 0,
    kind: bytes = b"C",
) -> bytes:
    """A dBase table of one field, byte by byte."""
    header = struct.pack("<4BIHH17xBxx", 3, 126, 1, 1, len(texts), 65, 1 + width, ldid)
    descriptor = struct.pack("<11sc4xBB14x", field, kind, width, 0)
    rows = b"".join(b" " + text.ljust(width) for text in texts)
    return header + descriptor + b"\r" + rows + b"\x1a"


def shapefile_parts(
    texts: list[bytes],
    *,
    prj: bytes | None = CGCS2000_PRJ.encode(),
    cpg: bytes | None = None,
    **table: Any,
) -> dict[str, bytes]:
    """The parts of a Shapefile of as many squares as there are texts."""
    shapes = [shapely.box(121 + n, 31, 122 + n, 32) for n in range(len(texts))]
    parts = dict(zip((".shp", ".shx"), _shp(shapes), strict=True))
    parts[".dbf"] = dbf(texts, **table)
    if prj is not None:
        parts[".prj"] = prj
    if cpg is not None:
        parts[".cpg"] = cpg
    return parts


def write_shapefile(folder: Path, parts: dict[str, bytes], *, stem: str = "areas") -> Path:
    for suffix, data in parts.items():
        (folder / f"{stem}{suffix}").write_bytes(data)
    return folder / f"{stem}.shp"


def write_zip(path: Path, members: dict[str, bytes]) -> Path:
    with ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def write_geopackage(path: Path, **layers: geopandas.GeoDataFrame) -> Path:
    for name, frame in layers.items():
        pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG")
    return path


def _shp(shapes: list[shapely.Polygon]) -> tuple[bytes, bytes]:
    """A .shp and its .shx of polygons with one ring."""
    records, index, start = b"", b"", 50
    for number, shape in enumerate(shapes, start=1):
        points = list(shapely.orient_polygons(shape, exterior_cw=True).exterior.coords)
        content = struct.pack("<I4d3I", 5, *shape.bounds, 1, len(points), 0)
        content += b"".join(struct.pack("<2d", *point) for point in points)
        words = len(content) // 2
        records += struct.pack(">2I", number, words) + content
        index += struct.pack(">2I", start, words)
        start += words + 4
    return _with_header(records, shapes), _with_header(index, shapes)


def _with_header(body: bytes, shapes: list[shapely.Polygon]) -> bytes:
    length = (100 + len(body)) // 2
    bounds = shapely.total_bounds(shapes) if shapes else (0.0, 0.0, 0.0, 0.0)
    return (
        struct.pack(">I20xI", 9994, length)
        + struct.pack("<2I8d", 1000, 5, *bounds, 0, 0, 0, 0)
        + body
    )
