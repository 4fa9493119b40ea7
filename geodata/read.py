"""Reading boundary files: as they are, or as an AreaFrame. Nothing is repaired here.

`read_features` gives what the file says, `read_placed` brings it to longitude and latitude,
`read_areas` names its columns besides. What cannot be read for certain is refused with a sentence.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas
import pandas as pd
import pyproj

from geodata import projection
from geodata.errors import ColumnError, ReadError
from geodata.formats.geojson import read_geojson
from geodata.formats.geopackage import read_geopackage
from geodata.formats.geoparquet import read_geoparquet
from geodata.formats.shapefile import read_shapefile
from geodata.formats.source import MOST_BYTES, Format, Source, open_source
from geodata.frames import CODE, COLUMNS, NAME, PARENT, WGS84, as_areas, as_text, text_columns

_LAYERED: Final = (Format.GEOPACKAGE, Format.ZIP)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a file are an area's code, its name and the code of its parent.

    `parent` None means the column "parent" where there is one, and otherwise that no area has one.
    """

    code: str = CODE
    name: str = NAME
    parent: str | None = None


def read_features(
    path: Path, *, layer: str | None = None, encoding: str | None = None
) -> geopandas.GeoDataFrame:
    """Read a file as it is.

    Parameters
    ----------
    path : Path
        GeoJSON, GeoPackage, Shapefile (.shp beside its parts, or a zip of them) or GeoParquet.
    layer : str or None
        Which layer of a GeoPackage or zip that has several.
    encoding : str or None
        Of the text of a Shapefile's table or of GeoJSON, overruling what the file says.

    Returns
    -------
    GeoDataFrame
        x, y in the file's own coordinate system, all columns; `.crs` is None where the file states
        none, and WGS 84 for GeoJSON that states none (RFC 7946, section 4).

    Raises
    ------
    ReadError, EncodingError, CrsError, GeometryError
        The file cannot be read for certain; the sentence says what was seen and what to do.
    """
    source = open_source(path)
    frame = _features(source, layer=layer, encoding=encoding)
    return frame if frame.crs is not None else frame.set_crs(_standard_crs(source))


def read_placed(
    path: Path, *, layer: str | None = None, encoding: str | None = None, crs: str | None = None
) -> geopandas.GeoDataFrame:
    """Read a file of shapes of any kind, and bring them to longitude and latitude.

    Parameters
    ----------
    path, layer, encoding, crs
        As `read_areas`.

    Returns
    -------
    GeoDataFrame
        EPSG:4326 (lon, lat), 2-D, all columns as they are. Missing, empty and invalid shapes are
        kept.

    Raises
    ------
    CrsError
        As `read_areas`.
    ReadError, EncodingError
        As `read_features`.
    """
    frame, system = _settled(path, layer=layer, encoding=encoding, crs=crs)
    shapes = projection.to_wgs84(frame.geometry.to_numpy(), system)
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return geopandas.GeoDataFrame(table, geometry=shapes, crs=WGS84)


def read_areas(
    path: Path,
    *,
    columns: Columns = Columns(),
    layer: str | None = None,
    encoding: str | None = None,
    crs: str | None = None,
    most_bytes: int = MOST_BYTES,
) -> geopandas.GeoDataFrame:
    """Read a file of areas.

    Parameters
    ----------
    path, layer, encoding
        As `read_features`.
    columns : Columns
        Which columns of the file are code, name and parent.
    crs : str or None
        The coordinate system, where the file states none: "wgs84", "cgcs2000", "gcj02", "bd09", an
        EPSG code or a name. GCJ-02 and BD-09 may also be declared of a file that says WGS 84 or
        CGCS2000, for a file cannot say them. GeoJSON that states none is WGS 84.
    most_bytes : int
        What a zip or GeoParquet may unpack to; more is refused.

    Returns
    -------
    GeoDataFrame
        An AreaFrame (EPSG:4326, lon, lat, 2-D) with all other columns of the file after the first
        four, except those which are called `code`, `name` or `parent` and were not chosen. Missing,
        empty and invalid shapes are kept.

    Raises
    ------
    ColumnError
        A column is not there, or holds codes that are damaged.
    CrsError
        The coordinate system is unknown, contradicted or not obeyed.
    GeometryError
        A shape is no polygon.
    ReadError, EncodingError
        As `read_features`.
    """
    return as_areas(
        _placed(path, columns, layer=layer, encoding=encoding, crs=crs, most_bytes=most_bytes)
    )


def read_places(
    path: Path,
    *,
    columns: Columns = Columns(),
    layer: str | None = None,
    encoding: str | None = None,
    crs: str | None = None,
) -> geopandas.GeoDataFrame:
    """Read a file of named points, lines or polygons.

    Parameters
    ----------
    path, columns, layer, encoding, crs
        As `read_areas`.

    Returns
    -------
    GeoDataFrame
        As from `read_areas` (EPSG:4326, lon, lat, 2-D; text is `str` or None), with shapes of any
        type.

    Raises
    ------
    ColumnError, CrsError, GeometryError, ReadError, EncodingError
        As `read_areas`, but for the type of a shape.
    """
    frame = _placed(path, columns, layer=layer, encoding=encoding, crs=crs)
    texts = {column: as_text(frame[column]) for column in {CODE, NAME, *text_columns(frame)}}
    return frame.assign(**texts)


def _placed(
    path: Path,
    columns: Columns,
    *,
    layer: str | None,
    encoding: str | None,
    crs: str | None,
    most_bytes: int = MOST_BYTES,
) -> geopandas.GeoDataFrame:
    """Read a file with its columns named and its shapes in longitude and latitude."""
    frame, system = _settled(path, layer=layer, encoding=encoding, crs=crs, most_bytes=most_bytes)
    named = _named(frame, columns, file=path.name)
    shapes = projection.to_wgs84(frame.geometry.to_numpy(), system)
    return geopandas.GeoDataFrame(named, geometry=shapes, crs=WGS84)


def _settled(
    path: Path,
    *,
    layer: str | None,
    encoding: str | None,
    crs: str | None,
    most_bytes: int = MOST_BYTES,
) -> tuple[geopandas.GeoDataFrame, projection.System]:
    """Read a file and decide in which coordinate system it is."""
    source = open_source(path, most_bytes=most_bytes)
    frame = _features(source, layer=layer, encoding=encoding)
    read = frame.crs if frame.crs is not None or crs is not None else _standard_crs(source)
    return frame, projection.settle(crs, read)


def _features(source: Source, *, layer: str | None, encoding: str | None) -> geopandas.GeoDataFrame:
    if layer is not None and source.format not in _LAYERED:
        raise ReadError(
            "no_layers",
            en=f"{source.name} has no layers to choose from; leave out --layer.",
            zh=f"{source.name} 不分图层；请去掉 --layer。",
        )
    match source.format:
        case Format.GEOJSON:
            return read_geojson(source, encoding=encoding)
        case Format.GEOPACKAGE:
            return read_geopackage(source, layer=layer)
        case Format.SHAPEFILE | Format.ZIP:
            return read_shapefile(source, layer=layer, encoding=encoding)
        case Format.GEOPARQUET:
            return read_geoparquet(source)


def _standard_crs(source: Source) -> pyproj.CRS | None:
    return pyproj.CRS(WGS84) if source.format is Format.GEOJSON else None


def _named(frame: geopandas.GeoDataFrame, columns: Columns, *, file: str) -> pd.DataFrame:
    """Put the chosen columns first, under the names of an AreaFrame, and the others after them."""
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    parent = columns.parent or (PARENT if PARENT in table.columns else None)
    chosen = {CODE: columns.code, NAME: columns.name}
    if parent is not None:
        chosen[PARENT] = parent
    _require(table, list(chosen.values()), file=file)
    extras = table.drop(columns=[c for c in table.columns if c in {*chosen.values(), *COLUMNS}])
    named = {column: table[source] for column, source in chosen.items()}
    return pd.DataFrame(named | dict(extras))


def _require(table: pd.DataFrame, needed: list[str], *, file: str) -> None:
    found = [str(column) for column in table.columns]
    missing = [column for column in needed if column not in found]
    if missing:
        raise ColumnError(
            "column_missing",
            en=f"{file} has no column {', '.join(missing)}; its columns are: "
            f"{', '.join(found) or 'none'}. Say which of them are code, name and parent.",
            zh=f"{file} 中没有列 {'、'.join(missing)}；现有列：{'、'.join(found) or '无'}。"
            "请指明哪些列为编码、名称和上级编码。",
            missing=missing,
            found=found,
        )
