"""A figure as rows for spreadsheets: every row says what was counted, when and by which words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gridsvc.indicators.definition import Indicator
from gridsvc.indicators.service import Row, Worked

FIRST = (
    *("indicator", "version", "name", "definition", "from", "to", "as_of", "area", "category"),
    *("by", "code", "group", "place", "value", "unit"),
)


def columns(worked: Worked) -> Sequence[str]:
    """Name the columns: a pair of numbers for each indicator that a figure is made of."""
    return (*FIRST, *(name for code in worked.whole.shares for name in _pair(worked, code)))


def _pair(worked: Worked, code: str) -> tuple[str, str]:
    if isinstance(worked.figure, Indicator):
        return ("numerator", "denominator")
    return (f"{code}_numerator", f"{code}_denominator")


def rows(worked: Worked, language: str) -> Iterator[Mapping[str, Any]]:
    """Write the groups, and all together last."""
    for row in worked.rows:
        yield _row(worked, row, language)
    yield {**_row(worked, worked.whole, language), "by": "total"}


def _row(worked: Worked, row: Row, language: str) -> dict[str, Any]:
    figure, asked = worked.figure, worked.asked
    counts = {
        name: number
        for code, share in row.shares.items()
        for name, number in zip(
            _pair(worked, code), (share.numerator, share.denominator), strict=True
        )
    }
    return {
        "indicator": figure.code,
        "version": figure.version,
        "name": figure.name.in_(language),
        "definition": figure.sentence.in_(language),
        "from": asked.since.isoformat(),
        "to": asked.until.isoformat(),
        "as_of": asked.at.isoformat(),
        "area": asked.area,
        "category": asked.category,
        "by": asked.by.name if asked.by else None,
        "code": row.code,
        "group": row.name if language == "zh" else row.name_en,
        "place": row.place,
        "value": None if row.value is None else float(row.value),
        "unit": figure.unit.value if isinstance(figure, Indicator) else "points",
        **counts,
    }
