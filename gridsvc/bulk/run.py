"""Routes a file of points: piece by piece, on all cores, in constant memory, and resumable."""

import csv
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa

from geodata.index import work_alone
from gridsvc.bulk.engine import Engine
from gridsvc.bulk.faults import Faults
from gridsvc.bulk.fields import PointReader
from gridsvc.bulk.journal import Journal, Part
from gridsvc.bulk.order import Order
from gridsvc.bulk.points import Answers, Points, rows_where
from gridsvc.bulk.reading.piece import BadRow, Piece, Unread
from gridsvc.bulk.rows import answer_columns
from gridsvc.bulk.writing import LAT, LON, sink_of
from gridsvc.errors import Invalid

AHEAD = 2
"""Pieces that are in memory for each thread."""
Done = TypeVar("Done")
Tell = Callable[[float], None]
"""Is told which share of the input, 0 to 1, is done."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of a run."""

    rows: int
    bad: int
    outcomes: dict[str, int]


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that routes a piece; several threads may each route one."""

    engine: Engine
    reader: PointReader
    carried: Sequence[str]
    adds_position: bool
    journal: Journal

    def part(self, unread: Unread) -> Part:
        """Give a piece's answers: as they were kept, or decided now and kept."""
        done = self.journal.read(unread.number)
        if done is None:
            done = self._routed(unread.read())
            self.journal.keep(unread.number, done)
        return done

    def _routed(self, piece: Piece) -> Part:
        points, table, lines, bad = self._readable(piece)
        answers = self.engine.decide(points)
        faults = Faults(lines)
        for number, fault in enumerate(answers.faults):
            faults.add(answers.fault == number, fault.code, en=fault.en, zh=fault.zh)
        rows = rows_where(~faults.rows)
        answered = self._table(_some(table, rows), points.where(rows), answers.where(rows))
        return Part(answered, sorted([*bad, *faults.listed], key=lambda row: row.line))

    def _readable(self, piece: Piece) -> tuple[Points, pa.Table, Sequence[int], list[BadRow]]:
        points, faults = self.reader.read(piece)
        rows = rows_where(~faults.rows)
        lines = piece.lines if isinstance(rows, slice) else np.asarray(piece.lines)[rows].tolist()
        return points.where(rows), _some(piece.table, rows), lines, [*piece.bad, *faults.listed]

    def _table(self, table: pa.Table, points: Points, answers: Answers) -> pa.Table:
        kept = table.select(list(self.carried))
        if self.adds_position:
            kept = kept.append_column(LON, pa.array(points.lon, from_pandas=True))
            kept = kept.append_column(LAT, pa.array(points.lat, from_pandas=True))
        told = answer_columns(answers, self.engine.names)
        for name in told.column_names:
            kept = kept.append_column(name, told[name])
        return kept


def route_file(order: Order, engine: Engine, *, tell: Tell, threads: int | None = None) -> Tally:
    """Route a file; one that was interrupted goes on where it was."""
    source = order.source()
    pieces = require_rows(order.file, source.pieces())
    desk = Desk(
        engine,
        PointReader(order.fields, source, engine.chart),
        order.carried(source),
        order.adds_position,
        Journal(order.partial, order.key(engine.digest)),
    )
    parts = in_order(desk.part, pieces, threads or len(os.sched_getaffinity(0)))
    tally = _write(order, desk.journal, parts, tell)
    desk.journal.close()
    return tally


def require_rows(file: Path, pieces: Iterator[Unread]) -> Iterator[Unread]:
    """Refuse a file without rows."""
    first = next(pieces, None)
    if first is None:
        raise Invalid(
            "no_rows",
            en=f"{file.name} has no rows.",
            zh=f"{file.name} 没有数据行。",
            field="file",
        )
    return chain([first], pieces)


def in_order(
    work: Callable[[Unread], Done], pieces: Iterator[Unread], threads: int
) -> Iterator[tuple[float, Done]]:
    """Work on several pieces at once; give what comes of them in their order."""
    running: deque[tuple[float, Future[Done]]] = deque()
    with ThreadPoolExecutor(threads, initializer=work_alone) as pool:
        try:
            for piece in pieces:
                running.append((piece.until, pool.submit(work, piece)))
                if len(running) >= AHEAD * threads:
                    yield _next(running)
            while running:
                yield _next(running)
        finally:
            pool.shutdown(cancel_futures=True)


def _next(running: deque[tuple[float, Future[Done]]]) -> tuple[float, Done]:
    until, future = running.popleft()
    return until, future.result()


def _write(
    order: Order, journal: Journal, parts: Iterator[tuple[float, Part]], tell: Tell
) -> Tally:
    """Write the answers and the bad rows; both files appear when they are whole."""
    whole, bad = journal.beside(f"whole{order.out.suffix}"), journal.beside("bad.csv")
    sink, outcomes, rows, refused = sink_of(whole, order.out), Counter[str](), 0, 0
    with bad.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["line", "code", "zh", "en"])
        for until, part in parts:
            sink.write(part.table)
            writer.writerows([row.line, row.code, row.zh, row.en] for row in part.bad)
            outcomes.update(_outcomes(part.table))
            rows, refused = rows + len(part.table), refused + len(part.bad)
            tell(until)
    sink.close()
    _put(whole, order.out, wanted=True)
    _put(bad, order.bad, wanted=refused > 0)
    return Tally(rows, refused, dict(sorted(outcomes.items())))


def _put(written: Path, place: Path, *, wanted: bool) -> None:
    if wanted:
        written.replace(place)
    else:
        place.unlink(missing_ok=True)


def _outcomes(table: pa.Table) -> dict[str, int]:
    counted = table["outcome"].value_counts().to_pylist()
    return {one["values"]: one["counts"] for one in counted}


def _some(table: pa.Table, rows: object) -> pa.Table:
    return table if isinstance(rows, slice) else table.take(pa.array(rows))
