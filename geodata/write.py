"""Writing an AreaFrame as GeoPackage, GeoJSON or GeoParquet: the same frame, the same bytes."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import geopandas
import orjson
import pandas as pd
import pyogrio
import shapely

from geodata.errors import WriteError
from geodata.frames import GEOMETRY, check_areas

# A GeoPackage notes when it was last changed; we have no clock, and equal bytes can be compared.
_EPOCH: Final = "1970-01-01T00:00:00.000Z"


def write_areas(frame: geopandas.GeoDataFrame, path: Path, *, layer: str | None = None) -> None:
    """Write areas to a file, in place of what was there.

    Parameters
    ----------
    frame : GeoDataFrame
        An AreaFrame (EPSG:4326, lon, lat).
    path : Path
        Ends in .gpkg, .geojson, .json, .parquet or .geoparquet. GeoJSON is written as RFC 7946 has
        it: outer rings counter-clockwise, no `crs` member; every number in full.
    layer : str or None
        In a GeoPackage, the layer to add or replace beside its others. None writes a new file with
        one layer of the file's name.

    Raises
    ------
    WriteError
        The suffix is none of these, the folder is not there, or a layer is named for a format
        without layers.
    ColumnError, CrsError, GeometryError
        The frame is no AreaFrame.
    """
    check_areas(frame)
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise WriteError(
            "unknown_format",
            en=f"{path.name} ends in none of the suffixes that can be written: "
            f"{', '.join(_WRITERS)}.",
            zh=f"{path.name} 的后缀不在可写出之列：{'、'.join(_WRITERS)}。",
        )
    if layer is not None and write is not _write_geopackage:
        raise WriteError(
            "no_layers",
            en=f"{path.name} cannot have layers; leave out the layer's name or write a .gpkg.",
            zh=f"{path.name} 不支持图层；请去掉图层名，或写出为 .gpkg。",
        )
    if not path.parent.is_dir():
        raise WriteError(
            "no_folder",
            en=f"There is no folder {path.parent}; make it first.",
            zh=f"目录 {path.parent} 不存在；请先创建。",
        )
    if layer is None:
        path.unlink(missing_ok=True)
    write(frame, path, layer or path.stem)


def _write_geopackage(frame: geopandas.GeoDataFrame, path: Path, layer: str) -> None:
    pyogrio.write_dataframe(frame, path, driver="GPKG", layer=layer, promote_to_multi=False)
    with closing(sqlite3.connect(path)) as package:
        package.execute("UPDATE gpkg_contents SET last_change = ?", (_EPOCH,))
        package.commit()


def _write_geojson(frame: geopandas.GeoDataFrame, path: Path, _: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"type":"FeatureCollection","features":[\n')
        file.write(",\n".join(_features(frame)))
        file.write("\n]}\n")


def _features(frame: geopandas.GeoDataFrame) -> Iterator[str]:
    """Give one line for each area, so that two releases can be compared as text."""
    shapes = shapely.to_geojson(shapely.orient_polygons(frame.geometry.to_numpy()))
    table = pd.DataFrame(frame.drop(columns=GEOMETRY)).astype(object)
    records = table.where(table.notna(), None).to_dict("records")
    for shape, record in zip(shapes, records, strict=True):
        properties = orjson.dumps(record, default=str, option=orjson.OPT_SERIALIZE_NUMPY).decode()
        yield f'{{"type":"Feature","properties":{properties},"geometry":{shape or "null"}}}'


def _write_geoparquet(frame: geopandas.GeoDataFrame, path: Path, _: str) -> None:
    frame.to_parquet(path, index=False, compression="zstd")


_WRITERS: Final[dict[str, Callable[[geopandas.GeoDataFrame, Path, str], None]]] = {
    ".gpkg": _write_geopackage,
    ".geojson": _write_geojson,
    ".json": _write_geojson,
    ".parquet": _write_geoparquet,
    ".geoparquet": _write_geoparquet,
}
