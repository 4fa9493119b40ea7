"""The AreaFrame: the one table of areas that every module of `geodata` takes and gives.

An AreaFrame is a `geopandas.GeoDataFrame` in EPSG:4326 (lon, lat), 2-D, with a RangeIndex and the
columns `code`, `name`, `parent`, `geometry` first, in this order; other columns may follow. Text is
`str`, missing text is None. Geometry is Polygon, MultiPolygon, empty or None: whether a shape is
present, valid or sensible is for validation to say, not for the frame.
"""

from typing import Any, Final

import geopandas
import numpy as np
import pandas as pd
import shapely

from geodata.errors import ColumnError, CrsError, GeometryError

CODE: Final = "code"
NAME: Final = "name"
PARENT: Final = "parent"
GEOMETRY: Final = "geometry"
COLUMNS: Final = (CODE, NAME, PARENT, GEOMETRY)
WGS84: Final = "EPSG:4326"

# Above it neighbouring whole numbers share one float, so that a code of more digits is damaged.
_EXACT_FLOAT: Final = 2**53
_AREA_TYPES: Final = (
    shapely.GeometryType.MISSING,
    shapely.GeometryType.POLYGON,
    shapely.GeometryType.MULTIPOLYGON,
)


def as_areas(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Arrange a frame that has the columns of an AreaFrame into one.

    Text is cleaned as by `as_text`, also in further columns that hold it; a missing `parent` column
    becomes one of None; the index is counted anew. Geometry is untouched.

    Parameters
    ----------
    frame : GeoDataFrame
        Has at least `code`, `name` and an active geometry, in EPSG:4326 (lon, lat).

    Returns
    -------
    GeoDataFrame
        A new AreaFrame with as many rows, in the same order.

    Raises
    ------
    ColumnError, CrsError, GeometryError
        As `check_areas`.
    """
    _require(frame, (CODE, NAME))
    if frame.active_geometry_name != GEOMETRY:
        frame = frame.rename_geometry(GEOMETRY)
    areas = frame.reset_index(drop=True)
    if PARENT not in areas.columns:
        areas[PARENT] = None
    areas = areas[[*COLUMNS, *(column for column in areas.columns if column not in COLUMNS)]]
    for column in {CODE, NAME, PARENT, *text_columns(areas)}:
        areas[column] = as_text(areas[column])
    check_areas(areas)
    return areas


def check_areas(frame: geopandas.GeoDataFrame) -> None:
    """Refuse a frame which is not an AreaFrame.

    Parameters
    ----------
    frame : GeoDataFrame
        Any frame.

    Raises
    ------
    ColumnError
        The first four columns are not those of an AreaFrame, the index is not a RangeIndex, or a
        text column holds something else than `str` and None.
    CrsError
        The frame is not in EPSG:4326.
    GeometryError
        A geometry is neither Polygon, MultiPolygon, empty nor None, or has a third dimension.
    """
    _require(frame, COLUMNS)
    counted = isinstance(frame.index, pd.RangeIndex) and frame.index.equals(
        pd.RangeIndex(len(frame))
    )
    if tuple(frame.columns[: len(COLUMNS)]) != COLUMNS or not counted:
        raise ColumnError(
            "column_order",
            en=f"The first columns are {', '.join(map(str, frame.columns[:4]))}, not "
            f"{', '.join(COLUMNS)}, or the rows are not counted from 0; call as_areas.",
            zh=f"前四列为 {'、'.join(map(str, frame.columns[:4]))}，应为 {'、'.join(COLUMNS)}，"
            "且行号应从 0 连续；请先调用 as_areas。",
        )
    _check_text(frame)
    if frame.crs is None or frame.crs != WGS84:
        raise CrsError(
            "not_wgs84",
            en=f"Areas are kept in {WGS84}; this frame is in {frame.crs or 'no known system'}.",
            zh=f"区域数据须为 {WGS84}；此表的坐标系为 {frame.crs or '未知'}。",
        )
    _check_geometry(frame)


def as_text(values: pd.Series) -> pd.Series:
    """Make the values of a column text: `str`, or None where there is nothing.

    White space around a value is dropped and an empty value is None. A whole number, also one
    kept as float, becomes its digits: `310101.0` is "310101".

    Parameters
    ----------
    values : Series
        Any dtype.

    Returns
    -------
    Series
        Dtype object, RangeIndex, as long as `values`.

    Raises
    ------
    ColumnError
        A whole number kept as float is beyond 2**53, where its last digits are no longer true.
    """
    name = str(values.name)
    texts = [_text(value, column=name) for value in values.to_numpy(dtype=object)]
    return pd.Series(texts, dtype=object, name=values.name)


def text_columns(table: pd.DataFrame) -> list[Any]:
    """Name the columns that hold text, whichever way pandas keeps it."""
    return [
        column
        for column, values in table.items()
        if isinstance(values.dtype, pd.StringDtype)
        or pd.api.types.infer_dtype(values, skipna=True) == "string"
    ]


def _text(value: object, *, column: str) -> str | None:
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else _digits(float(value), column=column)
    return str(value).strip() or None


def _digits(value: float, *, column: str) -> str:
    if not value.is_integer():
        return str(value)
    if abs(value) > _EXACT_FLOAT:
        raise ColumnError(
            "damaged_number",
            en=f'The column "{column}" keeps codes as floating numbers and {value:.0f} is too long '
            "to be exact; export the column as text.",
            zh=f"列“{column}”以浮点数保存编码，{value:.0f} 位数过长，末位已不准确；"
            "请将该列导出为文本。",
            column=column,
        )
    return str(int(value))


def _require(frame: geopandas.GeoDataFrame, needed: tuple[str, ...]) -> None:
    missing = [column for column in needed if column not in frame.columns]
    if missing:
        found = [str(column) for column in frame.columns]
        raise ColumnError(
            "column_missing",
            en=f"No column {', '.join(missing)}; there are: {', '.join(found)}.",
            zh=f"缺少列 {'、'.join(missing)}；现有列：{'、'.join(found)}。",
            missing=missing,
            found=found,
        )


def _check_text(frame: geopandas.GeoDataFrame) -> None:
    for column in (CODE, NAME, PARENT):
        wrong = next((v for v in frame[column] if v is not None and not isinstance(v, str)), None)
        if wrong is not None:
            raise ColumnError(
                "not_text",
                en=f'The column "{column}" holds {wrong!r}, which is no text; call as_areas.',
                zh=f"列“{column}”中的 {wrong!r} 不是文本；请先调用 as_areas。",
                column=column,
            )


def _check_geometry(frame: geopandas.GeoDataFrame) -> None:
    shapes = frame.geometry.to_numpy()
    polygonal = np.isin(shapely.get_type_id(shapes), _AREA_TYPES) | shapely.is_empty(shapes)
    rows = np.flatnonzero(~polygonal | shapely.has_z(shapes))
    if not len(rows):
        return
    kinds = sorted({shapes[row].geom_type for row in rows})
    raise GeometryError(
        "not_an_area",
        en=f"{len(rows)} of {len(frame)} shapes are not 2-D polygons ({', '.join(kinds)}), "
        f"the first in row {rows[0] + 1}.",
        zh=f"{len(frame)} 个图形中有 {len(rows)} 个不是二维面（{'、'.join(kinds)}），"
        f"首个位于第 {rows[0] + 1} 行。",
        rows=[int(row) for row in rows],
    )
