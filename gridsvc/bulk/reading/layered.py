"""GeoPackage and GeoJSON files of points, read by GDAL batch by batch."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from gridsvc.bulk.reading.parquet import numbered
from gridsvc.bulk.reading.piece import ROWS, Unread
from gridsvc.errors import Invalid


class LayeredFile:
    """One layer of a file of GDAL's, its first one unless named."""

    geometry = "wkb_geometry"

    def __init__(self, path: Path, *, layer: str | None = None) -> None:
        try:
            told = pyogrio.read_info(path, layer=layer, force_feature_count=True)
        except (DataSourceError, DataLayerError) as error:
            raise Invalid(
                "unreadable_points",
                en=f"{path.name} cannot be read ({error}).",
                zh=f"无法读取 {path.name}（{error}）。",
                field="file",
            ) from error
        self._path = path
        self._layer = layer
        self._total: int = told["features"]
        self.crs: str | None = told["crs"]
        self.columns: Sequence[str] = [*told["fields"], self.geometry]

    def pieces(self) -> Iterator[Unread]:
        """Read batch after batch."""
        opened = pyogrio.open_arrow(
            self._path, layer=self._layer, batch_size=ROWS, use_pyarrow=True
        )
        with opened as (told, batches):
            names = [
                self.geometry if name == (told["geometry_name"] or self.geometry) else name
                for name in batches.schema.names
            ]
            renamed = (batch.rename_columns(names) for batch in batches)
            yield from numbered(renamed, self._total)
