"""Tables from spreadsheets: every row read as its columns demand, or refused with its number."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridsvc.errors import Invalid
from gridsvc.sheets import read_lines

LARGEST = 32_767
"""What the smallest column of whole numbers holds."""

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a column may hold. `least` makes it one of whole numbers."""

    name: str
    required: bool = True
    unique: bool = False
    allowed: tuple[str, ...] = ()
    least: int | None = None


def read_rows(file: Path, columns: Sequence[Column], *, encoding: str | None = None) -> Rows:
    """Read a spreadsheet with a head line; an empty cell is None. Rows count from 1."""
    names, lines = read_lines(file, encoding=encoding)
    _check_head(file, names, columns)
    if not lines:
        raise Invalid(
            "no_rows",
            en=f"{file.name} has no rows below its head line.",
            zh=f"{file.name} 只有表头，没有数据行。",
            field="file",
        )
    rows = [_row(file, names, cells, number) for number, cells in enumerate(lines, start=1)]
    for column in columns:
        _settle(column, rows)
    return rows


def _check_head(file: Path, names: list[str], columns: Sequence[Column]) -> None:
    missing = [c.name for c in columns if c.required and c.name not in names]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if missing:
        raise Invalid(
            "columns_missing",
            en=f"{file.name} lacks {', '.join(missing)}; it has {', '.join(names) or 'nothing'}.",
            zh=f"{file.name} 缺少列 {'、'.join(missing)}；现有 {'、'.join(names) or '无'}。",
            field="file",
        )
    if repeated:
        raise Invalid(
            "columns_repeated",
            en=f"{file.name} has more than one column {', '.join(repeated)}.",
            zh=f"{file.name} 的列 {'、'.join(repeated)} 重复。",
            field="file",
        )


def _row(file: Path, names: list[str], cells: list[str], number: int) -> dict[str, Any]:
    if len(cells) != len(names):
        raise Invalid(
            "ragged_row",
            en=f"Row {number} of {file.name} has {len(cells)} cells, the head line {len(names)}; "
            "is there a comma outside quotes?",
            zh=f"{file.name} 第 {number} 行有 {len(cells)} 格，表头有 {len(names)} 格；"
            "是否有未加引号的逗号？",
            field="file",
            row=number,
        )
    return {name: cell.strip() or None for name, cell in zip(names, cells, strict=True)}


def _settle(column: Column, rows: Rows) -> None:
    """Check a column row by row, and read its whole numbers."""
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        value: str | None = row.get(column.name)
        if value is None and not column.required:
            continue
        _check(column, value, number)
        if column.unique and value is not None:
            _refuse_repeated(column, value, seen.setdefault(value, number), number=number)
        if column.least is not None:
            row[column.name] = int(value or "")


def _check(column: Column, value: str | None, number: int) -> None:
    if value is None:
        raise _wrong(column, number, en="is empty", zh="为空")
    if "\0" in value:
        raise _wrong(column, number, en="holds the character NUL", zh="含有 NUL 字符")
    if column.allowed and value not in column.allowed:
        listed = ", ".join(column.allowed)
        raise _wrong(
            column,
            number,
            en=f'is "{value}", not one of {listed}',
            zh=f"为“{value}”，应为 {listed} 之一",
        )
    if column.least is not None and not _is_whole(value, column.least):
        raise _wrong(
            column,
            number,
            en=f'is "{value}", not a whole number from {column.least} to {LARGEST}',
            zh=f"为“{value}”，应为 {column.least} 至 {LARGEST} 的整数",
        )


def _is_whole(value: str, least: int) -> bool:
    return value.isascii() and value.isdecimal() and least <= int(value) <= LARGEST


def _refuse_repeated(column: Column, value: str, first: int, *, number: int) -> None:
    if first != number:
        raise _wrong(
            column,
            number,
            en=f'is "{value}" as in row {first} already',
            zh=f"为“{value}”，与第 {first} 行重复",
        )


def _wrong(column: Column, number: int, *, en: str, zh: str) -> Invalid:
    return Invalid(
        "invalid_cell",
        en=f"Row {number}: {column.name} {en}; nothing was loaded.",
        zh=f"第 {number} 行：{column.name} {zh}；未载入任何数据。",
        field=column.name,
        row=number,
    )
