"""Reading through GDAL, and saying in a sentence what GDAL says in a line of its own."""

import warnings
from typing import Final

import geopandas
import numpy as np
import pyogrio
import shapely

from geodata.errors import EncodingError, GeometryError, ReadError

# What GDAL notes where nothing of an area is lost: the measure beside a coordinate, reading from
# memory, features that it counts anew. The last four come with shapes that are refused later on,
# by the number of their row: here, or in `geojson`.
_HARMLESS: Final = (
    "Measured (M) geometry types are not supported",
    "too many members in array",
    "non conformant file extension",
    "WAL-enabled",
    "Several features with id",
    "is not consistent with type in gpkg_geometry_columns",
    "Non closed ring detected",
    "Invalid coord dimension",
    "Feature gets NULL geometry assigned",
    "unexpected type of JSON construct",
)
_DAMAGED_NUMBER: Final = "parsed incompletely"
_GDAL_ERRORS: Final = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    IndexError,  # pyogrio's, where GDAL opens a layer and then finds no shape that it can read
)
_SURFACES: Final = {15: "PolyhedralSurface", 16: "TIN", 17: "Triangle"}


def read_ogr(
    data: bytes, name: str, *, layer: str | None = None, **options: str
) -> geopandas.GeoDataFrame:
    """Read one layer with GDAL; curves become polygons of short straight lines.

    Not for several threads at once: Python's warnings, by which GDAL speaks, are one per process.

    Parameters
    ----------
    data : bytes
        The whole file, or a zip of a Shapefile's parts.
    name : str
        What to call the file when speaking of it.
    layer : str or None
        Which layer; None where there is one.
    **options
        Passed to `pyogrio.read_dataframe`.

    Returns
    -------
    GeoDataFrame
        Native coordinate system (x, y), every column as GDAL gives it.

    Raises
    ------
    ReadError
        GDAL cannot read the file, or a number in it is damaged.
    EncodingError
        Text is not in UTF-8, where the format allows nothing else.
    GeometryError
        A shape is a surface of triangles, or a ring is open or too short.
    """
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            frame: geopandas.GeoDataFrame = pyogrio.read_dataframe(data, layer=layer, **options)
        except _GDAL_ERRORS as error:
            raise damaged(name, error) from error
        except UnicodeDecodeError as error:
            raise EncodingError(
                "contradicted_encoding",
                en=f"Text in {name} is not in UTF-8, which its format demands; export it again.",
                zh=f"{name} 中的文字不是其格式所要求的 UTF-8；请重新导出。",
            ) from error
        except shapely.errors.GEOSException as error:
            raise _no_polygons(data, name, layer=layer) from error
    _judge(name, [str(warning.message) for warning in heard])
    return frame


def damaged(name: str, error: Exception) -> ReadError:
    """Say that a file cannot be read for what the reader found."""
    return ReadError(
        "damaged_file",
        en=f"{name} is damaged, cut off or not written as its format demands; copy or export it "
        f"again. (The reader says: {error})",
        zh=f"{name} 已损坏、不完整或不符合其格式；请重新复制或导出。（读取程序提示：{error}）",
    )


def _judge(name: str, said: list[str]) -> None:
    for text in said:
        if _DAMAGED_NUMBER in text:
            raise ReadError(
                "damaged_number",
                en=f"A number in the table of {name} cannot be read as it is written; write "
                f"decimals with a point and no other signs. (The reader says: {text})",
                zh=f"{name} 的属性表中有数值无法识别；小数请用英文句点，勿含其他符号。"
                f"（读取程序提示：{text}）",
            )
        if not any(harmless in text for harmless in _HARMLESS):
            warnings.warn(f"{name} is read, but the reader notes: {text}", stacklevel=3)


def _no_polygons(data: bytes, name: str, *, layer: str | None) -> GeometryError:
    _, _, wkb, _ = pyogrio.raw.read(data, layer=layer, columns=[])
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    rows = np.flatnonzero(shapely.is_missing(shapes) & (wkb != None))  # noqa: E711 (elementwise)
    surface = _SURFACES.get(int.from_bytes(wkb[rows[0]][1:5], "little") % 1000)
    if surface:
        return GeometryError(
            "surface",
            en=f"{len(rows)} of {len(wkb)} shapes in {name} are surfaces of triangles or facets "
            f"({surface}), the first in row {rows[0] + 1}; convert them to polygons.",
            zh=f"{name} 的 {len(wkb)} 个图形中有 {len(rows)} 个是三角面或多面体（{surface}），"
            f"首个位于第 {rows[0] + 1} 行；请先转换为多边形。",
            rows=rows.tolist(),
        )
    return GeometryError(
        "broken_shape",
        en=f"{len(rows)} of {len(wkb)} shapes in {name} have too few points or a ring that is not "
        f"closed, the first in row {rows[0] + 1}; mend them in a map editor.",
        zh=f"{name} 的 {len(wkb)} 个图形中有 {len(rows)} 个点数不足或边界环未闭合，"
        f"首个位于第 {rows[0] + 1} 行；请用制图软件修正。",
        rows=rows.tolist(),
    )
