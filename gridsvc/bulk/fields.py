"""From the columns of a file to points: which column is what, and what is wrong with a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyproj
import shapely

from geodata import crs as shifts
from geodata.projection import System, settle, to_wgs84
from gridsvc.bulk.chart import Chart
from gridsvc.bulk.faults import Faults
from gridsvc.bulk.moments import read_moments
from gridsvc.bulk.points import Flags, Floats, Ints, Points
from gridsvc.bulk.reading.piece import Piece, Source
from gridsvc.bulk.times import ticks
from gridsvc.errors import Invalid


@dataclass(frozen=True, slots=True)
class Column:
    """Where a value stands that is another one in each row."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What holds what; the file's own points are taken where no columns are named for them."""

    lon: Column | None = None
    lat: Column | None = None
    crs: str | None = None
    category: Column | str
    at: Column | datetime
    accuracy: Column | None = None

    def named(self) -> Sequence[str]:
        """Name the columns that are asked for."""
        asked = (self.lon, self.lat, self.category, self.at, self.accuracy)
        return [one.name for one in asked if isinstance(one, Column)]


Numbers: TypeAlias = tuple[Floats, Flags]
"""The numbers of a column, NaN where there is none, and where something else stands."""


class PointReader:
    """Reads points from the pieces of one source."""

    def __init__(self, fields: Fields, source: Source, chart: Chart) -> None:
        _require_columns(fields, source)
        said = source.crs if fields.lon is None else None
        self._system = settle(fields.crs, None if said is None else pyproj.CRS(said))
        self._fields = fields
        self._geometry = source.geometry
        self._zone = chart.zone
        self._near_limit_m = chart.near_limit_m

    def read(self, piece: Piece) -> tuple[Points, Faults]:
        """Read a point of each row; what stands for a bad one means nothing."""
        faults = Faults(piece.lines)
        lon, lat = self._positions(piece.table, faults)
        category, categories = self._categories(piece.table, faults)
        at = self._times(piece.table, faults)
        accuracy = self._accuracy(piece.table, faults)
        return Points(lon, lat, accuracy, category, categories, at), faults

    def _positions(self, table: pa.Table, faults: Faults) -> tuple[Floats, Floats]:
        if self._fields.lon is None or self._fields.lat is None:
            x, y, wrong = _of_shapes(table[self._geometry])
            faults.add(wrong, "no_point", en="The shape is no point.", zh="该要素不是点。")
        else:
            (x, wrong_x), (y, wrong_y) = (
                _numbers(table, column.name) for column in (self._fields.lon, self._fields.lat)
            )
            faults.add(
                wrong_x | wrong_y | (np.isnan(x) != np.isnan(y)),
                "not_a_number",
                en="A coordinate is missing or is no number.",
                zh="坐标缺失或不是数字。",
            )
        return self._in_degrees(x, y, faults)

    def _in_degrees(self, x: Floats, y: Floats, faults: Faults) -> tuple[Floats, Floats]:
        """Bring coordinates to WGS-84; one that cannot be is NaN, like one that is missing."""
        if self._system.crs.is_geographic:
            wrong = (np.abs(x) > 180) | (np.abs(y) > 90)
            faults.add(
                wrong,
                "not_degrees",
                en="The coordinates are no longitude and latitude; longitude comes first.",
                zh="坐标不是有效的经纬度；经度在前，纬度在后。",
            )
        rows = np.flatnonzero(np.isfinite(x) & np.isfinite(y) & ~faults.rows)
        lon, lat = np.full((2, len(x)), np.nan)
        lon[rows], lat[rows] = _wgs84(x[rows], y[rows], self._system)
        return lon, lat

    def _categories(self, table: pa.Table, faults: Faults) -> tuple[Ints, Sequence[str]]:
        if isinstance(self._fields.category, str):
            return np.zeros(len(table), dtype=np.int64), [self._fields.category]
        column = coded(table, self._fields.category.name)
        missing = np.asarray(column.is_null())
        faults.add(missing, "category_missing", en="The category is missing.", zh="缺少类别。")
        codes = [str(code) for code in column.dictionary.to_pylist()]
        return np.asarray(column.indices.fill_null(0), dtype=np.int64), codes or [""]

    def _times(self, table: pa.Table, faults: Faults) -> Ints:
        if isinstance(self._fields.at, datetime):
            return np.full(len(table), ticks(self._fields.at), dtype=np.int64)
        at, wrong = read_moments(_whole(table[self._fields.at.name]), self._zone)
        faults.add(
            wrong,
            "invalid_time",
            en="The time is missing or is none; write 2026-01-31T08:00+08:00.",
            zh="时间缺失或无效；请写作 2026-01-31T08:00+08:00。",
        )
        return at

    def _accuracy(self, table: pa.Table, faults: Faults) -> Floats:
        if self._fields.accuracy is None:
            return np.zeros(len(table))
        metres, wrong = _numbers(table, self._fields.accuracy.name)
        faults.add(
            wrong | (metres < 0),
            "not_an_accuracy",
            en="The accuracy is no number of metres, 0 or more.",
            zh="精度须为不小于 0 的米数。",
        )
        return np.clip(np.nan_to_num(metres), 0.0, self._near_limit_m)


def coded(table: pa.Table, name: str) -> pa.DictionaryArray:
    """Give a column of texts as numbers and the texts that they stand for."""
    column = _whole(table[name])
    if pa.types.is_dictionary(column.type):
        return column
    return _texts(column, name).dictionary_encode()


def _require_columns(fields: Fields, source: Source) -> None:
    missing = [name for name in fields.named() if name not in source.columns]
    if missing:
        raise Invalid(
            "columns_missing",
            en=f"There is no column {', '.join(missing)}; there is {', '.join(source.columns)}.",
            zh=f"没有列 {'、'.join(missing)}；现有 {'、'.join(source.columns)}。",
            field="file",
        )
    if fields.lon is None and source.geometry is None:
        raise Invalid(
            "no_position",
            en="The file has no points of its own; name the columns with --lon and --lat.",
            zh="文件本身不含点要素；请用 --lon 和 --lat 指定坐标列。",
            field="lon",
        )


def _whole(column: pa.ChunkedArray) -> pa.Array:
    combined = column.combine_chunks()
    return combined.chunk(0) if isinstance(combined, pa.ChunkedArray) else combined


def _numbers(table: pa.Table, name: str) -> Numbers:
    column = table[name]
    try:
        return _floats(column), np.zeros(len(column), dtype=np.bool_)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        texts = pc.utf8_trim_whitespace(_texts(column, name))
        number = pc.match_substring_regex(texts, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$")
        wrong = np.asarray(pc.invert(number).fill_null(False))  # noqa: FBT003 -- pyarrow's own form
        return _floats(pc.if_else(number, texts, None)), wrong


def _texts(column: pa.Array | pa.ChunkedArray, name: str) -> pa.Array | pa.ChunkedArray:
    """Write a column as text; one of lists, of structures or of bytes that are none is refused."""
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise Invalid(
            "column_kind",
            en=f"Column {name} holds {column.type}, neither numbers nor text.",
            zh=f"列 {name} 的内容为 {column.type}，既不是数字也不是文本。",
            field=name,
        ) from error


def _floats(column: pa.ChunkedArray) -> Floats:
    numbers = column.cast(pa.float64()).to_numpy()
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _of_shapes(column: pa.ChunkedArray) -> tuple[Floats, Floats, Flags]:
    shapes = shapely.from_wkb(column.to_numpy(), on_invalid="ignore")
    wrong = ~(shapely.is_missing(shapes) | (shapely.get_type_id(shapes) == 0))
    return shapely.get_x(shapes), shapely.get_y(shapes), wrong


def _wgs84(x: Floats, y: Floats, system: System) -> tuple[Floats, Floats]:
    if system.shift is not None:
        return shifts.to_wgs84(x, y, system.shift)
    if system.crs.to_epsg() in _DEGREES:
        return x, y
    shapes = to_wgs84(shapely.points(x, y), system)
    return shapely.get_x(shapes), shapely.get_y(shapes)


_DEGREES = (4326, 4490)
"""CGCS2000 differs from WGS 84 by far less than a border is wide."""
