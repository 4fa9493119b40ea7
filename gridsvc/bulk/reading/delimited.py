"""CSV files of points, in UTF-8 or GB18030, cut into blocks of whole records.

Columns stay text: a code such as 007 is no number. A block in which every line is a record is read
by Arrow; any other (a line break inside quotes, a row of too many cells) by Python's own reader,
which knows the line of each record.
"""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow_csv

from geodata.encoding import declared
from gridsvc.bulk.reading.piece import BadRow, Piece, Unread
from gridsvc.errors import Invalid

BLOCK = 16 * 2**20
LONGEST = 2**20
"""Bytes; a quotation that is longer was never closed."""
CODECS = ("utf-8", "gb18030")
_END = "\x1e"


@dataclass(frozen=True, slots=True)
class Block:
    """Whole records of a CSV file."""

    number: int
    until: float
    data: bytes
    first_line: int
    names: Sequence[str]
    codec: str

    def read(self) -> Piece:
        """Read the records, the fast way where that is safe."""
        return _at_once(self) or _by_record(self)


class DelimitedFile:
    """A CSV file with a head line."""

    geometry = None
    crs = None

    def __init__(self, path: Path, *, encoding: str | None = None, block: int = BLOCK) -> None:
        self._path = path
        self._block = block
        with path.open("rb") as file:
            start = file.read(LONGEST)
        self._skip = len(codecs.BOM_UTF8) if start.startswith(codecs.BOM_UTF8) else 0
        self._codec = _codec(path, start[self._skip :], encoding)
        self.columns = _head(path, start[self._skip :], self._codec)

    def pieces(self) -> Iterator[Unread]:
        """Cut the file into blocks."""
        size = self._path.stat().st_size
        with self._path.open("rb") as file:
            file.seek(self._skip)
            line = 1 + _count_lines(file.readline())
            rest, number = b"", 0
            while data := file.read(self._block):
                whole, rest = _cut(rest + data)
                if whole:
                    until = (file.tell() - len(rest)) / size
                    yield Block(number, until, whole, line, self.columns, self._codec)
                    number, line = number + 1, line + _count_lines(whole)
            if rest.strip():
                yield Block(number, 1.0, rest, line, self.columns, self._codec)


def _codec(path: Path, start: bytes, encoding: str | None) -> str:
    if encoding is not None:
        return declared(encoding).codec
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _unreadable(path, en="it is in UTF-16", zh="编码为 UTF-16")
    whole = start[: start.rfind(b"\n") + 1] or start
    for codec in CODECS:
        try:
            whole.decode(codec)
        except UnicodeDecodeError:
            continue
        return codec
    raise _unreadable(
        path, en="it is neither in UTF-8 nor in GB18030", zh="既非 UTF-8 亦非 GB18030"
    )


def _head(path: Path, start: bytes, codec: str) -> Sequence[str]:
    line = start.partition(b"\n")[0].decode(codec, errors="replace").rstrip("\r")
    names = [name.strip() for name in next(csv.reader([line]), [])]
    if not names or len(set(names)) < len(names) or not all(names):
        raise _unreadable(
            path,
            en="its first line must name each column, each by another name",
            zh="首行须为各列列名，且不得重复或为空",
        )
    return names


def _unreadable(path: Path, *, en: str, zh: str) -> Invalid:
    return Invalid(
        "unreadable_points",
        en=f'{path.name} cannot be read: {en}; save it as "CSV UTF-8".',
        zh=f"无法读取 {path.name}：{zh}；请另存为“CSV UTF-8”。",
        field="file",
    )


def _count_lines(data: bytes) -> int:
    return data.count(b"\n") + (not data.endswith(b"\n"))


def _cut(data: bytes) -> tuple[bytes, bytes]:
    """Cut after the last record that is surely whole: the last line that ends outside quotes."""
    last = end = data.rfind(b"\n") + 1
    odd = data.count(b'"', 0, end) % 2
    while odd and end > last - LONGEST:
        before = data.rfind(b"\n", 0, end - 1) + 1
        odd = (odd - data.count(b'"', before, end)) % 2
        end = before
        if not end:
            return (b"", data) if len(data) < LONGEST else (data[:last], data[last:])
    end = last if odd else end
    return data[:end], data[end:]


def _at_once(block: Block) -> Piece | None:
    """Read a block each line of which is a record; None where one is not."""
    try:
        data = block.data if block.codec == "utf-8" else block.data.decode(block.codec).encode()
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=len(data) + 1, column_names=block.names
            ),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(block.names, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None
    if table.num_rows != _count_lines(block.data):
        return None
    return Piece(table, range(block.first_line, block.first_line + table.num_rows))


def _by_record(block: Block) -> Piece:
    lines, kept, bad = list[int](), list[list[str]](), list[BadRow]()
    for line, cells in _records(block):
        if isinstance(cells, BadRow):
            bad.append(cells)
        elif len(cells) == len(block.names):
            lines.append(line)
            kept.append(cells)
        elif cells:
            bad.append(_ragged(line, len(cells), len(block.names)))
    columns = zip(*kept, strict=True) if kept else [()] * len(block.names)
    texts = [pa.array([cell or None for cell in cells], pa.string()) for cells in columns]
    return Piece(pa.table(texts, names=list(block.names)), lines, bad)


def _records(block: Block) -> Iterator[tuple[int, list[str] | BadRow]]:
    """Read record after record; what opens a quotation and never closes it is one bad line."""
    lines, start = block.data.splitlines(keepends=True), 0
    while start < len(lines):
        reader, before = csv.reader(_texts(lines, start, block.codec)), 0
        try:
            for cells in reader:
                line = block.first_line + start + before
                if _END in cells[-1:]:
                    return
                if cells and cells[-1].endswith(_END):
                    yield line, _unclosed(line)
                    break
                yield line, cells
                before = reader.line_num
        except csv.Error:  # a cell is too long: a quotation that holds the rest of the file
            line = block.first_line + start + before
            yield line, _unclosed(line)
        except UnicodeDecodeError:
            before = reader.line_num
            line = block.first_line + start + before
            yield line, _undecodable(line, block.codec)
        start += before + 1


def _texts(lines: Sequence[bytes], start: int, codec: str) -> Iterator[str]:
    """Decode lines from one on; the end is marked, to be found inside what was never closed."""
    for line in islice(lines, start, None):
        yield line.decode(codec)
    yield _END


def _ragged(line: int, cells: int, names: int) -> BadRow:
    return BadRow(
        line,
        "ragged_row",
        en=f"The row has {cells} cells, the head line {names}; is there a comma outside quotes?",
        zh=f"该行有 {cells} 格，表头有 {names} 格；是否有未加引号的逗号？",
    )


def _unclosed(line: int) -> BadRow:
    return BadRow(
        line,
        "quotes_wrong",
        en='A quotation mark is not closed; one that is meant itself is doubled ("").',
        zh='引号未闭合；若引号本身是内容，请写作两个引号（""）。',
    )


def _undecodable(line: int, codec: str) -> BadRow:
    return BadRow(
        line,
        "undecodable_row",
        en=f"The row cannot be read in {codec.upper()}; name the encoding with --encoding.",
        zh=f"该行无法按 {codec.upper()} 解码；请用 --encoding 指定编码。",
    )
