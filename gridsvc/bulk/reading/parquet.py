"""Parquet and GeoParquet files of points, read row group by row group."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from gridsvc.bulk.reading.piece import ROWS, Piece, Unread
from gridsvc.errors import Invalid


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that stand together; each row counts as a line, from 1."""

    number: int
    until: float
    rows: Sequence[pa.RecordBatch]
    first: int

    def read(self) -> Piece:
        """Give the rows."""
        table = pa.Table.from_batches(self.rows)
        return Piece(table, range(self.first, self.first + len(table)))


def numbered(batches: Iterator[pa.RecordBatch], total: int) -> Iterator[Unread]:
    """Give batches and the rows in them their numbers."""
    first = 1
    for number, rows in enumerate(_together(batches)):
        after = first + sum(map(len, rows))
        yield Batch(number, min(1.0, (after - 1) / max(total, 1)), rows, first)
        first = after


def _together(batches: Iterator[pa.RecordBatch]) -> Iterator[Sequence[pa.RecordBatch]]:
    """Put batches together up to a piece: a file in small row groups gives small ones."""
    rows: list[pa.RecordBatch] = []
    for batch in batches:
        if sum(map(len, rows)) + len(batch) > ROWS:
            yield rows
            rows = []
        if len(batch):
            rows.append(batch)
    if rows:
        yield rows


class ParquetFile:
    """A Parquet file; of a GeoParquet file also its points."""

    def __init__(self, path: Path, *, repeating: Sequence[str] = ()) -> None:
        try:
            schema = pq.read_schema(path)
            self.geometry, self.crs = _geometry(schema)
        except (OSError, ValueError, LookupError, TypeError) as error:
            # What a file says of its shapes may be any JSON, or none at all.
            raise Invalid(
                "unreadable_points",
                en=f"{path.name} cannot be read as Parquet ({error}).",
                zh=f"{path.name} 无法按 Parquet 读取（{error}）。",
                field="file",
            ) from error
        self._path = path
        self._repeating = [name for name in repeating if _is_flat(schema, name)]
        self.columns: Sequence[str] = schema.names

    def pieces(self) -> Iterator[Unread]:
        """Read batch after batch."""
        # Buffered ahead, what was read of a file would be held until its end.
        with pq.ParquetFile(self._path, read_dictionary=self._repeating, pre_buffer=False) as file:
            batches = file.iter_batches(batch_size=ROWS, use_threads=False)
            yield from numbered(batches, file.metadata.num_rows)


def _is_flat(schema: pa.Schema, name: str) -> bool:
    """Whether there is such a column, and one value of it to a row."""
    return name in schema.names and not pa.types.is_nested(schema.field(name).type)


def _geometry(schema: pa.Schema) -> tuple[str | None, str | None]:
    """Find the column of points and its coordinate system, as GeoParquet writes them."""
    written = (schema.metadata or {}).get(b"geo")
    if written is None:
        return None, None
    told = json.loads(written)
    name = schema.field(told["primary_column"]).name
    crs = told["columns"][name].get("crs", "OGC:CRS84")
    return name, crs if crs is None or isinstance(crs, str) else json.dumps(crs)
