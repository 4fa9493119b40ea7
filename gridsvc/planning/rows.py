"""The rows of a draft of a table: one by one, or all of them from a spreadsheet."""

import asyncio
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.errors import Invalid, NotFound
from gridsvc.planning import drafts, repository
from gridsvc.planning.drafts import Actor, register_of
from gridsvc.planning.kinds import Kind, Register, Sheet
from gridsvc.planning.model import Draft, Rows
from gridsvc.sheets import read_lines

MOST_ROWS = 100_000

Row = Mapping[str, Any]


async def table_of(db: AsyncSession, draft_id: UUID) -> tuple[Draft, Register]:
    """Find a draft of a table, and how that table is made."""
    draft = await repository.get(db, draft_id)
    if draft.kind == Kind.LAYER:
        raise Invalid(
            "not_a_table",
            en="A draft of a layer holds areas, not rows.",
            zh="图层草案的内容是区域，不是表格行。",
            field="draft_id",
        )
    return draft, register_of(draft.kind)


async def sheet_rows(db: AsyncSession, draft_id: UUID, place: int) -> tuple[Sheet, Rows]:
    """Read the rows of one of a draft's sheets, by its place among them."""
    draft, register = await table_of(db, draft_id)
    if place >= len(register.sheets):
        raise NotFound(en=f"The draft has no sheet {place}.", zh=f"草案没有第 {place} 张表。")
    sheet = register.sheets[place]
    return sheet, [row for row in draft.rows or [] if register.sheet_of(row) is sheet]


async def one(db: AsyncSession, draft_id: UUID, number: int) -> Row:
    """Read a row, counted from 1."""
    draft, _ = await table_of(db, draft_id)
    return _with(draft, number)[number - 1]


async def add(db: AsyncSession, draft_id: UUID, row: Row, *, version: int, actor: Actor) -> Draft:
    """Put a row behind the others."""
    draft = await drafts.hold_table(db, draft_id, version)
    rows = [*(draft.rows or []), read_row(row)]
    return await drafts.replace_rows(db, draft_id, rows, version=version, actor=actor)


async def change(
    db: AsyncSession, draft_id: UUID, number: int, row: Row, *, version: int, actor: Actor
) -> Draft:
    """Put a row in the place of another; rows count from 1."""
    rows = _with(await drafts.hold_table(db, draft_id, version), number)
    rows[number - 1] = read_row(row)
    return await drafts.replace_rows(db, draft_id, rows, version=version, actor=actor)


async def remove(
    db: AsyncSession, draft_id: UUID, number: int, *, version: int, actor: Actor
) -> Draft:
    """Take a row out; those behind it move up."""
    rows = _with(await drafts.hold_table(db, draft_id, version), number)
    del rows[number - 1]
    return await drafts.replace_rows(db, draft_id, rows, version=version, actor=actor)


def _with(draft: Draft, number: int) -> Rows:
    """Copy the rows, among which a row must be."""
    rows = list(draft.rows or [])
    if not 1 <= number <= len(rows):
        raise NotFound(
            en=f"The draft has no row {number}; it has {len(rows)}.",
            zh=f"草案没有第 {number} 行，共 {len(rows)} 行。",
        )
    return rows


async def put_sheet(
    db: AsyncSession,
    draft_id: UUID,
    file: Path,
    *,
    encoding: str | None,
    version: int | None,
    actor: Actor,
) -> Draft:
    """Put the rows of a spreadsheet into a draft, in the place of those of the same sheet."""
    await table_of(db, draft_id)
    names, rows = await asyncio.to_thread(_of_sheet, file, encoding)
    return await drafts.replace_sheet(db, draft_id, names, rows, version=version, actor=actor)


def _of_sheet(file: Path, encoding: str | None) -> tuple[list[str], Rows]:
    names, lines = read_lines(file, encoding=encoding, most=MOST_ROWS)
    if len(lines) > MOST_ROWS:
        raise Invalid(
            "too_many_rows",
            en=f"{file.name} has more than {MOST_ROWS:,} rows, which is the most a table has.",
            zh=f"{file.name} 超过 {MOST_ROWS:,} 行；表格最多 {MOST_ROWS:,} 行。",
            field="file",
        )
    return names, [_of_line(names, line, number) for number, line in enumerate(lines, start=1)]


def _of_line(names: list[str], line: list[str], number: int) -> dict[str, Any]:
    if len(line) > len(names):
        raise Invalid(
            "ragged_row",
            en=f"Row {number} has {len(line)} cells, the head line {len(names)}; is there a comma "
            "outside quotes?",
            zh=f"第 {number} 行有 {len(line)} 格，表头有 {len(names)} 格；是否有未加引号的逗号？",
            field="file",
            row=number,
        )
    return read_row(dict(zip(names, line, strict=False)))


def read_row(cells: Row) -> dict[str, Any]:
    """Read cells of text as they stand in the table, so that what is the same compares as such."""
    return {name: _value(name, cell) for name, cell in cells.items()}


def _value(name: str, cell: object) -> object:
    text = cell.strip() if isinstance(cell, str) else cell
    if text == "":
        return None
    return _NUMBERS[name](text) if name in _NUMBERS and isinstance(text, str) else text


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text


def _decimal(text: str) -> float | str:
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


_NUMBERS: Mapping[str, Callable[[str], object]] = {"priority": _whole, "within_m": _decimal}
"""Columns of numbers. What is none stays a text: the checks say what is wrong with it."""
