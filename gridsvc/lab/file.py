"""Replays a file of past matters against a draft; who owned them then may stand in the file."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from gridsvc.bulk.comparison import Comparison, Owners, compared
from gridsvc.bulk.engine import Engine
from gridsvc.bulk.fields import Column, Fields, PointReader, coded
from gridsvc.bulk.points import NONE, rows_where
from gridsvc.bulk.reading.opening import open_source
from gridsvc.bulk.reading.piece import BadRow, Source, Unread
from gridsvc.bulk.run import Tell, in_order, require_rows
from gridsvc.errors import Invalid

SHOWN = 20
"""How many bad rows are kept to be shown; all of them are counted."""


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
        """Open the file."""
        category = self.fields.category
        repeating = [category.name] if isinstance(category, Column) else []
        source = open_source(
            self.file,
            layer=self.layer,
            encoding=self.encoding,
            repeating=[*repeating, *([self.owner] if self.owner else [])],
        )
        if self.owner is not None and self.owner not in source.columns:
            raise Invalid(
                "columns_missing",
                en=f"There is no column {self.owner}; there is {', '.join(source.columns)}.",
                zh=f"没有列 {self.owner}；现有 {'、'.join(source.columns)}。",
                field="owner",
            )
        return source


@dataclass(slots=True)
class Found:
    """What came of a file."""

    comparison: Comparison = field(default_factory=Comparison)
    bad: Counter[str] = field(default_factory=Counter)
    """Rows that could not be read, by what is wrong with them."""
    listed: list[BadRow] = field(default_factory=list)
    """The first of them."""


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


def replay_file(
    past: PastFile, old: Engine, new: Engine, *, codes: Mapping[str, str], tell: Tell
) -> Found:
    """Compare what two maps say of a file, piece by piece on all cores.

    `codes` gives the codes of organisations by their names.
    """
    source = past.source()
    desk = _Desk(past, PointReader(past.fields, source, new.chart), old, new, codes)
    found = Found()
    pieces = require_rows(past.file, source.pieces())
    for until, (comparison, bad) in in_order(desk.part, pieces, len(os.sched_getaffinity(0))):
        found.comparison.add(comparison)
        found.bad.update(row.code for row in bad)
        found.listed += bad[: SHOWN - len(found.listed)]
        tell(until)
    return found
