"""A piece of a file of points, and what is wrong with single rows of it. Values only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

ROWS = 131_072
"""Rows of a piece, where the file's own form does not say otherwise."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be decided, where it stands, and why."""

    line: int
    code: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file, with the line of each, and those that are none."""

    table: pa.Table
    lines: Sequence[int]
    bad: Sequence[BadRow] = ()


class Unread(Protocol):
    """A piece that is known to be there."""

    @property
    def number(self) -> int:
        """Give its place among the pieces, from 0."""

    @property
    def until(self) -> float:
        """Give the share of the file, 0 to 1, that ends with it."""

    def read(self) -> Piece:
        """Read it; several threads may each read one."""


class Source(Protocol):
    """A file of points."""

    @property
    def columns(self) -> Sequence[str]:
        """Name its columns."""

    @property
    def geometry(self) -> str | None:
        """Name the column that holds points as WKB, if one does."""

    @property
    def crs(self) -> str | None:
        """Give the coordinate system that the file itself says its points are in."""

    def pieces(self) -> Iterator[Unread]:
        """List its pieces in order, the same ones each time."""
