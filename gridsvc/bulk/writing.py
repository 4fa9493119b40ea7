"""Files of answers, written table by table: Parquet, CSV and GeoPackage."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyarrow import csv as arrow_csv

from gridsvc.errors import Invalid

LON, LAT = "wgs84_lon", "wgs84_lat"
"""Columns for where a point lies, where the columns that were read do not say."""


class Sink(Protocol):
    """A file that is being written."""

    def write(self, table: pa.Table) -> None:
        """Add rows."""

    def close(self) -> None:
        """End it."""


class ParquetSink:
    """One row group for each table."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def write(self, table: pa.Table) -> None:
        """Add a row group."""
        if self._writer is None:
            texts = [f.name for f in table.schema if pa.types.is_dictionary(f.type)]
            self._writer = pq.ParquetWriter(
                self._path,
                table.schema,
                use_dictionary=texts,
                # The first and last of some texts tell nothing, and take long to find.
                write_statistics=[name for name in table.column_names if name not in texts],
            )
        self._writer.write_table(table)

    def close(self) -> None:
        """Write the foot."""
        if self._writer is not None:
            self._writer.close()


class CsvSink:
    """UTF-8 with a head line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: arrow_csv.CSVWriter | None = None

    def write(self, table: pa.Table) -> None:
        """Add lines."""
        plain = pa.schema([pa.field(f.name, _plain(f.type)) for f in table.schema])
        if self._writer is None:
            self._writer = arrow_csv.CSVWriter(self._path, plain)
        self._writer.write_table(table.cast(plain))

    def close(self) -> None:
        """End the last line."""
        if self._writer is not None:
            self._writer.close()


class GeoPackageSink:
    """A layer of points in WGS-84."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, table: pa.Table) -> None:
        """Add features."""
        lon, lat = (table[name].to_numpy() for name in (LON, LAT))
        points = np.where(np.isnan(lon), None, shapely.points(lon, lat))
        plain = pa.schema(
            [pa.field(f.name, _plain(f.type)) for f in table.schema if f.name not in {LON, LAT}]
        )
        features = table.select(plain.names).cast(plain)
        pyogrio.write_arrow(
            features.append_column("geometry", pa.array(shapely.to_wkb(points), pa.binary())),
            self._path,
            layer=self._path.stem,
            driver="GPKG",
            append=self._path.exists(),
            geometry_name="geometry",
            geometry_type="Point",
            crs="EPSG:4326",
        )

    def close(self) -> None:
        """Do nothing: every table was written whole."""


SINKS: Mapping[str, Callable[[Path], Sink]] = {
    ".parquet": ParquetSink,
    ".csv": CsvSink,
    ".gpkg": GeoPackageSink,
}


def sink_of(path: Path, out: Path) -> Sink:
    """Begin a file of the form that the name of the output asks for."""
    return SINKS[out.suffix.lower()](path)


def require_form(out: Path) -> None:
    """Refuse an output of another form."""
    if out.suffix.lower() not in SINKS:
        raise Invalid(
            "unknown_form",
            en=f"{out.name} ends in none of {', '.join(SINKS)}, which say what to write.",
            zh=f"{out.name} 的扩展名须为 {'、'.join(SINKS)} 之一，以说明输出格式。",
            field="out",
        )


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind
