"""Replays a file of past matters against a draft; who owned them then may stand in the file."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyproj
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from geodata.projection import settle
from gridsvc.bulk.comparison import Comparison, Owners, compared
from gridsvc.bulk.engine import Engine
from gridsvc.bulk.fields import Column, Fields, PointReader, coded
from gridsvc.bulk.points import NONE, rows_where
from gridsvc.bulk.reading.opening import open_source
from gridsvc.bulk.reading.piece import BadRow, Source, Unread
from gridsvc.bulk.run import in_order, require_rows
from gridsvc.errors import Invalid

SHOWN = 20
"""How many bad rows are kept to be shown; all of them are counted."""


_DAMAGE = (
    pa.ArrowException,
    OSError,
    UnicodeError,
    DataSourceError,
    DataLayerError,
    FeatureError,
    FieldError,
    GeometryError,
)
"""What the readers of the formats raise at a file that is not as it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastFile:
    """A file, and which of its columns is what."""

    file: Path
    fields: Fields
    owner: str | None = None
    """The column of the owners' codes or names; an empty cell is nobody."""
    layer: str | None = None
    encoding: str | None = None

    def source(self) -> Source:
        """Open the file, and see that it has the columns that are asked for."""
        category = self.fields.category
        repeating = [category.name] if isinstance(category, Column) else []
        owner = [self.owner] if self.owner is not None else []
        source = opened(
            self.file, layer=self.layer, encoding=self.encoding, repeating=[*repeating, *owner]
        )
        _require_columns([*self.fields.named(), *owner], source)
        if source.geometry is None and None in (self.fields.lon, self.fields.lat):
            raise Invalid(
                "no_position",
                en="The file has no points of its own; name its columns with lon and lat.",
                zh="文件本身不含点要素；请用 lon 和 lat 指定坐标列。",
                field="lon",
            )
        _require_system(self.fields, source)
        return source


def opened(
    file: Path, *, layer: str | None, encoding: str | None, repeating: Sequence[str] = ()
) -> Source:
    """Open a file; one that is damaged is refused in words."""
    with _readable(file):
        return open_source(file, layer=layer, encoding=encoding, repeating=repeating)


def _require_columns(asked: Sequence[str], source: Source) -> None:
    missing = [name for name in asked if name not in source.columns]
    if missing:
        raise Invalid(
            "columns_missing",
            en=f"There is no column {', '.join(missing)}; there is {', '.join(source.columns)}.",
            zh=f"没有列 {'、'.join(missing)}；现有 {'、'.join(source.columns)}。",
            field="file",
        )


def _require_system(fields: Fields, source: Source) -> None:
    said = source.crs if fields.lon is None else None
    settle(fields.crs, None if said is None else pyproj.CRS(said))


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    """Say in words what the readers of the formats make of a damaged file."""
    try:
        yield
    except _DAMAGE as error:
        raise Invalid(
            "unreadable_points",
            en=f"{file.name} is damaged or is not what its name says ({error}).",
            zh=f"{file.name} 已损坏，或与其后缀不符（{error}）。",
            field="file",
        ) from error


@dataclass(slots=True)
class Found:
    """What came of a file."""

    comparison: Comparison = field(default_factory=Comparison)
    bad: Counter[str] = field(default_factory=Counter)
    """Rows that could not be read, by what is wrong with them."""
    listed: list[BadRow] = field(default_factory=list)
    """The first of them."""

    @property
    def seen(self) -> int:
        """How many rows were read, well or not."""
        return self.comparison.seen + self.bad.total()


Part = tuple[Comparison, Sequence[BadRow]]


@dataclass(frozen=True, slots=True)
class _Desk:
    """Everything that compares a piece; several threads may each do one."""

    past: PastFile
    reader: PointReader
    old: Engine
    new: Engine
    codes: Mapping[str, str]

    def part(self, unread: Unread) -> Part:
        piece = unread.read()
        points, faults = self.reader.read(piece)
        rows = rows_where(~faults.rows)
        owners = None if self.past.owner is None else self._owners(piece.table, self.past.owner)
        if owners is not None:
            owners = owners.where(np.flatnonzero(~faults.rows))
        found = compared(points.where(rows), self.old, self.new, owners=owners)
        return found, [*piece.bad, *faults.listed]

    def _owners(self, table: pa.Table, name: str) -> Owners:
        """Read who owned each; a name that an organisation has stands for its code."""
        column = coded(table, name)
        texts = [str(text).strip() for text in column.dictionary.to_pylist()]
        codes = sorted({self.codes.get(text, text) for text in texts})
        place = {code: number for number, code in enumerate(codes) if code}
        numbers = [place.get(self.codes.get(text, text), NONE) for text in texts]
        indices = np.asarray(column.indices.fill_null(len(texts)), dtype=np.int64)
        return Owners(np.array([*numbers, NONE], dtype=np.int64)[indices], codes)


def replaying(
    past: PastFile, old: Engine, new: Engine, *, codes: Mapping[str, str]
) -> Iterator[tuple[float, Found]]:
    """Compare what two maps say of a file, piece by piece on all cores.

    `codes` gives the codes of organisations by their names. After each piece comes the share of
    the file that is done, with all that was found so far.
    """
    source = past.source()
    desk = _Desk(past, PointReader(past.fields, source, new.chart), old, new, codes)
    found = Found()
    with _readable(past.file):
        pieces = require_rows(past.file, source.pieces())
        for until, (comparison, bad) in in_order(desk.part, pieces, len(os.sched_getaffinity(0))):
            found.comparison.add(comparison)
            found.bad.update(row.code for row in bad)
            found.listed += bad[: SHOWN - len(found.listed)]
            yield until, found
