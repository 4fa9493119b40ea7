"""What is wrong with the components of a file: in which rows, and a sentence in two languages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.findings import Severity

_SHOWN: Final = 4

Words = tuple[str, str, str]
"""The stable code of a finding, its sentence in English, and in Chinese."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in some rows, which are counted from 1 as in the file."""

    code: str
    severity: Severity
    rows: tuple[int, ...]
    en: str
    zh: str


def in_rows(
    rows: NDArray[Any], words: Words, *, severity: Severity = Severity.ERROR
) -> Iterator[Finding]:
    """Say what is wrong with some rows, counted from 0 here; nothing of none."""
    if not len(rows):
        return
    code, en, zh = words
    shown, more = [int(row) + 1 for row in rows[:_SHOWN]], len(rows) - _SHOWN
    which = ", ".join(map(str, shown)) + (f" and {more:,} more" if more > 0 else "")
    which_zh = "、".join(map(str, shown)) + (f" 等 {len(rows):,} " if more > 0 else " ")
    yield Finding(
        code,
        severity,
        tuple((rows + 1).tolist()),
        f"Row{'s' if len(rows) > 1 else ''} {which}: {en}",
        f"第 {which_zh}行：{zh}",
    )


def of_values(
    values: pd.Series, wrong: Mapping[str, Words], *, missing: Words | None = None
) -> Iterator[Finding]:
    """Say in which rows each of some wrong values is, and where there is none."""
    rows = values.groupby(values, sort=False).indices
    for value, words in wrong.items():
        yield from in_rows(np.asarray(rows[value]), words)
    if missing is not None:
        yield from in_rows(np.flatnonzero(values.isna()), missing)
