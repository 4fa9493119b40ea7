"""Reading GeoParquet: Parquet whose metadata tells the geometry column and its system."""

import io

import geopandas
import pyarrow as pa
import pyproj
import shapely

from geodata.errors import CrsError, ReadError
from geodata.formats.ogr import damaged
from geodata.formats.source import Source
from geodata.frames import text_columns

_MAGIC = b"PAR1"


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
        The file is damaged, or is Parquet without the metadata of GeoParquet.
    CrsError
        The system in the metadata is not known.
    """
    if not source.data.endswith(_MAGIC):
        raise damaged(source.name, ValueError("the last bytes are not PAR1"))
    try:
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
