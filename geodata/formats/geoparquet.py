"""Reading GeoParquet: Parquet whose metadata tells the geometry column and its system."""

import io
from collections.abc import Iterator

import geopandas
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyproj
import shapely

from geodata.errors import CrsError, ReadError
from geodata.formats.ogr import damaged
from geodata.formats.source import Source, refuse_swollen
from geodata.frames import text_columns

_MAGIC = b"PAR1"
_ROWS_AT_ONCE = 10_000
_WIDTH = 8  # bytes of a number, or of where a text begins


def read_geoparquet(source: Source) -> geopandas.GeoDataFrame:
    """Read the whole file.

    Parameters
    ----------
    source : Source
        The file.

    Returns
    -------
    GeoDataFrame
        x, y in the system of its primary geometry column; WGS 84 where it states none at all, as
        the specification has it, and `.crs` None where it states null.

    Raises
    ------
    ReadError
        The file is damaged, is Parquet without the metadata of GeoParquet, or unpacks to more than
        the source may.
    CrsError
        The system in the metadata is not known.
    """
    if not source.data.endswith(_MAGIC):
        raise damaged(source.name, ValueError("the last bytes are not PAR1"))
    try:
        _refuse_swollen(source)
        frame = geopandas.read_parquet(io.BytesIO(source.data)).reset_index(drop=True)
        # Arrow looks at the letters only when they are taken out of its memory.
        return frame.astype(dict.fromkeys(text_columns(frame), object))
    except (pa.ArrowException, shapely.errors.GEOSException, OSError) as error:
        raise damaged(source.name, error) from error
    except pyproj.exceptions.CRSError as error:
        raise CrsError(
            "unknown_crs",
            en=f"The coordinate system in {source.name} is not known; export the file again. "
            f"(The reader says: {error})",
            zh=f"{source.name} 中的坐标系无法识别；请重新导出。（读取程序提示：{error}）",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ReadError(
            "no_shapes",
            en=f"{source.name} is Parquet without sound GeoParquet metadata; write it with a "
            f"program that knows GeoParquet. (The reader says: {error})",
            zh=f"{source.name} 是 Parquet，但缺少有效的 GeoParquet 元数据；"
            f"请用支持 GeoParquet 的程序导出。（读取程序提示：{error}）",
        ) from error


def _refuse_swollen(source: Source) -> None:
    """Reckon what the file unpacks to without unpacking it: repeated values take no room in it."""
    metadata = pq.read_metadata(io.BytesIO(source.data))
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    chunks = [group.column(number) for group in groups for number in range(group.num_columns)]
    refuse_swollen(source, sum(chunk.total_uncompressed_size for chunk in chunks))
    unpacked = sum(_WIDTH * chunk.num_values for chunk in chunks)
    refuse_swollen(source, unpacked)
    for batch in _texts(source, metadata.schema):
        unpacked += sum(_text_bytes(column) for column in batch.columns)
        refuse_swollen(source, unpacked)


def _texts(source: Source, schema: pq.ParquetSchema) -> Iterator[pa.RecordBatch]:
    """Read the columns of texts and shapes with their dictionaries: each value is there once."""
    texts = [
        column.path
        for column in map(schema.column, range(len(schema)))
        if column.physical_type == "BYTE_ARRAY" and column.max_repetition_level == 0
    ]
    file = pq.ParquetFile(io.BytesIO(source.data), read_dictionary=texts)
    yield from file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=texts)


def _text_bytes(column: pa.Array) -> int:
    """Count the bytes of a column's values, each as often as it stands there."""
    if not isinstance(column, pa.DictionaryArray):
        return int(column.nbytes)
    lengths = pc.binary_length(column.dictionary).take(column.indices)
    return pc.sum(lengths.cast(pa.int64())).as_py() or 0
