"""A spreadsheet as lines of text: a CSV file, or an Excel workbook, of which one sheet or all."""

import codecs
import csv
import io
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.xml.functions import iterparse

from geodata.encoding import Statement, Text, declared, settle
from gridsvc.errors import Invalid

WORKBOOKS = (".xlsx", ".xlsm")
MOST_LINES, MOST_COLUMNS = 1_048_576, 256
MOST_BYTES = 64 * 2**20
"""Of a workbook once unpacked: a small file can hold a very large one."""
MOST_WHOLE_BYTES, MOST_WHOLE_LINES, MOST_WHOLE_COLUMNS = 16 * 2**20, 20_000, 64
"""Of a workbook that is held whole, to see which of its cells are merged."""
LONGEST_CELL = 32_767
DAMAGED = (
    *(OSError, EOFError, BadZipFile, zlib.error, SyntaxError),
    *(LookupError, ValueError, TypeError, AttributeError, RuntimeError),
)
"""What openpyxl raises by the way where a part is broken, is missing or asks for a password."""

Lines = tuple[list[str], list[list[str]]]
"""The head line's names, and the cells of each line that is not empty."""


def read_lines(file: Path, *, encoding: str | None = None, most: int | None = None) -> Lines:
    """Read a file's lines. A file that is none of the two is refused.

    Of a file with more than `most` lines below its head one more is read, so that it shows.
    """
    wanted = None if most is None else most + 2
    workbook = file.suffix.lower() in WORKBOOKS
    lines = _of_workbook(file, wanted) if workbook else _of_csv(file, encoding, wanted)
    return ([name.strip() for name in lines[0]], lines[1:]) if lines else ([], [])


def _of_csv(file: Path, encoding: str | None, wanted: int | None) -> list[list[str]]:
    return [line for _, line in islice(_records(file, encoding), wanted)]


def _records(file: Path, encoding: str | None) -> Iterator[tuple[int, list[str]]]:
    """Read the lines of a CSV file that are not empty, each with its number."""
    try:
        text = _decoded(file, encoding)
        lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        yield from ((number, line) for number, line in enumerate(lines, start=1) if line)
    except (OSError, csv.Error) as error:
        raise Invalid(
            "unreadable_table",
            en=f'{file.name} cannot be read as a CSV file ({error}); save it as "CSV UTF-8", or as '
            "an Excel workbook (.xlsx).",
            zh=f"{file.name} 无法按 CSV 读取（{error}）；请另存为“CSV UTF-8”，"
            "或 Excel 工作簿（.xlsx）。",
            field="file",
        ) from error


def _decoded(file: Path, encoding: str | None) -> str:
    """Decode what is proved to be UTF-8, or is in the encoding that was declared; never guess.

    Excel in China saves "CSV" in GB18030, which is readable as Big5 nearly always.
    """
    data = file.read_bytes()
    stated = declared(encoding) if encoding is not None else _mark(data)
    data = data.removeprefix(codecs.BOM_UTF8)
    codec = settle([Text(line) for line in data.splitlines()], stated, file=file.name)
    return data.decode(codec)


def _mark(data: bytes) -> Statement | None:
    marked = data.startswith(codecs.BOM_UTF8)
    return Statement("utf-8", "its byte order mark", "其字节顺序标记（BOM）") if marked else None


def _of_workbook(file: Path, wanted: int | None) -> list[list[str]]:
    with _unpacked(file, MOST_BYTES) as (opened, _):
        book = openpyxl.load_workbook(opened, read_only=True, data_only=True)
        return list(_trimmed(list(islice(_filled(file, book.worksheets[0]), wanted))))


@contextmanager
def _unpacked(file: Path, most_bytes: int) -> Iterator[tuple[BinaryIO, ZipFile]]:
    """Open a workbook; whatever is found to be wrong with it by the way is one error."""
    try:
        # Opened here, as openpyxl leaves open what it fails to read.
        with file.open("rb") as opened, ZipFile(opened) as packed:
            _refuse_swollen(file, sum(part.file_size for part in packed.infolist()), most_bytes)
            yield opened, packed
    except DAMAGED as error:
        raise Invalid(
            "unreadable_table",
            en=f"{file.name} cannot be read as an Excel workbook ({error}).",
            zh=f"{file.name} 无法按 Excel 工作簿读取（{error}）。",
            field="file",
        ) from error


def _filled(file: Path, leaf: Any) -> Iterator[list[str]]:  # noqa: ANN401 - openpyxl names no type
    """Read the lines that are not empty."""
    # What a file says of its own size makes every line as long as the longest.
    leaf.reset_dimensions()
    for row in leaf.iter_rows(max_row=MOST_LINES, values_only=True):
        line = _line(file, row)
        if any(cell.strip() for cell in line):
            yield line


def _refuse_swollen(file: Path, unpacked: int, most: int) -> None:
    if unpacked > most:
        raise Invalid(
            "unreadable_table",
            en=f"{file.name} is far larger inside than a table is; save it anew as CSV UTF-8.",
            zh=f"{file.name} 解压后过大，不像表格；请另存为“CSV UTF-8”。",
            field="file",
        )


def _line(file: Path, row: Sequence[object]) -> list[str]:
    """Write a line's cells, up to the last that is filled."""
    width = max((number for number, cell in enumerate(row, start=1) if cell is not None), default=0)
    if width > MOST_COLUMNS:
        raise Invalid(
            "unreadable_table",
            en=f"{file.name} has a cell in column {width:,}; a table has at most {MOST_COLUMNS}.",
            zh=f"{file.name} 的第 {width:,} 列有内容；表格最多 {MOST_COLUMNS} 列。",
            field="file",
        )
    return [_text(cell) for cell in row[:width]]


def _text(cell: object) -> str:
    """Write a cell as a CSV file would have it: whole numbers without a point, times as ISO."""
    match cell:
        case None:
            return ""
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date():
            return cell.isoformat()
        case time():
            return f"{cell:%H:%M}"
        case _:
            return str(cell)


def _trimmed(rows: list[list[str]]) -> Iterator[list[str]]:
    """Leave out the empty columns right of the head line's names."""
    if not rows:
        return
    width = max(number for number, name in enumerate(rows[0], start=1) if name.strip())
    for row in rows:
        beyond = any(cell.strip() for cell in row[width:])
        yield row if beyond else [*row, *[""] * width][:width]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A sheet with a name; its lines have the numbers that a spreadsheet program shows."""

    name: str
    lines: Sequence[tuple[int, list[str]]]


def read_leaves(file: Path, *, encoding: str | None = None) -> list[Leaf]:
    """Read all visible sheets; each cell of merged ones has their text. A CSV file is one sheet."""
    if file.suffix.lower() not in WORKBOOKS:
        return [Leaf("", list(_records(file, encoding)))]
    with _unpacked(file, MOST_WHOLE_BYTES) as (opened, packed):
        _refuse_vast(file, _merged_area(packed))
        book = openpyxl.load_workbook(opened, data_only=True)
        return [_leaf(file, one) for one in book.worksheets if one.sheet_state == "visible"]


def _merged_area(packed: ZipFile) -> int:
    """Count the cells that are merged, of which openpyxl would make objects at once."""
    total = 0
    for part in packed.namelist():
        if part.startswith("xl/worksheets/") and part.endswith(".xml"):
            with packed.open(part) as opened:
                for _, element in iterparse(opened):
                    if element.tag.endswith("}mergeCell"):
                        size = CellRange(element.get("ref")).size
                        total += size["rows"] * size["columns"]
                    element.clear()
    return total


def _refuse_vast(file: Path, cells: int) -> None:
    if cells > MOST_WHOLE_LINES * MOST_WHOLE_COLUMNS:
        raise Invalid(
            "unreadable_table",
            en=f"{file.name} is far larger than a table that has merged cells is.",
            zh=f"{file.name} 的范围过大，不像带合并单元格的表格。",
            field="file",
        )


def _leaf(file: Path, leaf: Any) -> Leaf:  # noqa: ANN401 - openpyxl names no type
    width = min(leaf.max_column, MOST_WHOLE_COLUMNS)
    _refuse_vast(file, leaf.max_row * width)
    cells = [[_shown(cell) for cell in row] for row in leaf.iter_rows(max_col=width)]
    for merged in leaf.merged_cells.ranges:
        text = cells[merged.min_row - 1][merged.min_col - 1] if merged.min_col <= width else ""
        for line in cells[merged.min_row - 1 : merged.max_row]:
            beyond = min(merged.max_col, width)
            line[merged.min_col - 1 : beyond] = [text] * (beyond - merged.min_col + 1)
    numbered = enumerate(cells, start=1)
    return Leaf(leaf.title, [(number, line) for number, line in numbered if any(line)])


def _shown(cell: Any) -> str:  # noqa: ANN401 - openpyxl names no type
    """Write a cell as a spreadsheet program shows it: 1 as 01, where the cell says so."""
    text = _text(cell.value).strip()
    padded = _ZEROS.fullmatch(cell.number_format or "") and text.isdecimal()
    return text.zfill(len(cell.number_format)) if padded else text


_ZEROS = re.compile("00+")


def workbook(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Write rows as a workbook that `read_lines` reads again.

    Text stays text: no spreadsheet program takes a code for a number, or a title for a formula.
    """
    for number, row in enumerate(rows, start=1):
        _refuse_unfit(row, number)
    book = openpyxl.Workbook(write_only=True)
    leaf = book.create_sheet()
    leaf.freeze_panes = "A2"
    leaf.append([_cell(leaf, name) for name in columns])
    for row in rows:
        leaf.append([_cell(leaf, row.get(name)) for name in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _refuse_unfit(row: Mapping[Any, Any], number: int) -> None:
    texts = [cell for cell in row.values() if isinstance(cell, str)]
    if any(len(text) > LONGEST_CELL or ILLEGAL_CHARACTERS_RE.search(text) for text in texts):
        raise Invalid(
            "not_for_a_workbook",
            en=f"Row {number} holds a text that no workbook can: longer than {LONGEST_CELL:,} "
            "characters, or with control characters. Read the rows as JSON instead.",
            zh=f"第 {number} 行有工作簿无法保存的文本（超过 {LONGEST_CELL:,} 个字符或含控制字符），"
            "请改用 JSON 接口读取。",
            field="rows",
            row=number,
        )


def _cell(leaf: Any, value: object) -> object:  # noqa: ANN401 - openpyxl names no type
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(leaf, value)
    cell.data_type, cell.number_format = "s", "@"
    return cell


@dataclass(frozen=True, slots=True)
class Printed:
    """A sheet to be written: its head line and rows, and which cells of a column are one."""

    name: str
    lines: Sequence[Sequence[str | None]]
    merged: Sequence[tuple[int, int, int]] = ()
    """Column, first line and last line, counted from 1."""


def merged_workbook(leaves: Sequence[Printed]) -> bytes:
    """Write sheets as a workbook that `read_leaves` reads again."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]  # a new workbook has a sheet
    for printed in leaves:
        leaf = book.create_sheet(printed.name)
        leaf.freeze_panes = "A2"
        for number, line in enumerate(printed.lines, start=1):
            _refuse_unfit(dict(enumerate(line)), number)
            for place, text in enumerate(line, start=1):
                if text is not None:
                    _write(leaf.cell(number, place), text)
        for column, first, last in printed.merged:
            leaf.merge_cells(start_row=first, end_row=last, start_column=column, end_column=column)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(cell: Any, text: str) -> None:  # noqa: ANN401 - openpyxl names no type
    cell.value = text
    cell.data_type, cell.number_format = "s", "@"
    cell.alignment = Alignment(vertical="top", wrap_text=True)
