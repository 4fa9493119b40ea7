"""A spreadsheet as lines of text: a CSV file, or the first sheet of an Excel workbook."""

import codecs
import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from geodata.encoding import Statement, Text, declared, settle
from gridsvc.errors import Invalid

WORKBOOKS = (".xlsx", ".xlsm")

Lines = tuple[list[str], list[list[str]]]
"""The head line's names, and the cells of each line that is not empty."""


def read_lines(file: Path, *, encoding: str | None = None) -> Lines:
    """Read a file's lines. A file that is none of the two is refused."""
    workbook = file.suffix.lower() in WORKBOOKS
    lines = _of_workbook(file) if workbook else _of_csv(file, encoding)
    return ([name.strip() for name in lines[0]], lines[1:]) if lines else ([], [])


def _of_csv(file: Path, encoding: str | None) -> list[list[str]]:
    try:
        text = _decoded(file, encoding)
        return [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
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


def _of_workbook(file: Path) -> list[list[str]]:
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise Invalid(
            "unreadable_table",
            en=f"{file.name} cannot be read as an Excel workbook ({error}).",
            zh=f"{file.name} 无法按 Excel 工作簿读取（{error}）。",
            field="file",
        ) from error
    try:
        rows = [[_text(cell) for cell in row] for row in book.worksheets[0].values]
    finally:
        book.close()
    return list(_trimmed(rows))


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
    """Leave out empty lines, and the empty columns right of the head line's names."""
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if not filled:
        return
    width = max(number for number, name in enumerate(filled[0], start=1) if name.strip())
    for row in filled:
        beyond = any(cell.strip() for cell in row[width:])
        yield row if beyond else row[:width]
