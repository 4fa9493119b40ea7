"""CSV files: whatever is in them, each row comes with the number of its line, or is a bad one."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.bulk.reading.delimited import DelimitedFile
from gridsvc.bulk.reading.piece import Piece
from gridsvc.errors import Invalid

HEAD = "id,name\n"


def read(path: Path, **options: object) -> list[Piece]:
    return [unread.read() for unread in DelimitedFile(path, **options).pieces()]  # type: ignore[arg-type]  # options of a test


def rows(pieces: list[Piece]) -> list[tuple[int, str | None, str | None]]:
    return [
        (line, row["id"], row["name"])
        for piece in pieces
        for line, row in zip(piece.lines, piece.table.to_pylist(), strict=True)
    ]


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "points.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


CELLS = st.text(st.sampled_from('ab,"\n 路'), max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=30), st.integers(1, 80))
def test_every_record_is_read_with_its_line_wherever_the_file_is_cut(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, str]], block: int
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    expected = []
    text.write(HEAD)
    for record in records:
        line = text.getvalue().count("\n") + 1
        writer.writerow(record)
        expected.append((line, *(cell or None for cell in record)))
    path = written(tmp_path_factory.mktemp("csv"), text.getvalue())
    assert rows(read(path, block=block)) == expected


@pytest.mark.parametrize("block", [7, 10_000])
@pytest.mark.parametrize(
    ("bad_line", "code"),
    [
        ("3", "ragged_row"),
        ("3,x,y", "ragged_row"),
        ('3,"never closed', "quotes_wrong"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_costs_no_other(
    tmp_path: Path, block: int, bad_line: str, code: str
) -> None:
    path = written(tmp_path, f"{HEAD}1,a\n\n{bad_line}\n4,d\n5,e\n")
    pieces = read(path, block=block)
    assert rows(pieces) == [(2, "1", "a"), (5, "4", "d"), (6, "5", "e")]
    bad = [row for piece in pieces for row in piece.bad]
    assert [(row.line, row.code) for row in bad] == [(4, code)]
    assert bad[0].zh


@pytest.mark.parametrize("block", [7, 10_000])
def test_quotes_inside_a_cell_are_letters(tmp_path: Path, block: int) -> None:
    path = written(tmp_path, f'{HEAD}1,5" pipe\n2,"so" called\n\n3,c\n')
    expected = [(2, "1", '5" pipe'), (3, "2", "so called"), (5, "3", "c")]
    assert rows(read(path, block=block)) == expected


def test_a_row_of_another_encoding_is_a_bad_one(tmp_path: Path) -> None:
    path = written(tmp_path, "id,name\n1,路\n".encode() + b"2,\xff\xff\n3,c\n")
    pieces = read(path, encoding="utf-8")
    assert rows(pieces) == [(2, "1", "路"), (4, "3", "c")]
    assert [(row.line, row.code) for row in pieces[0].bad] == [(3, "undecodable_row")]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encoding_is_found(tmp_path: Path, codec: str) -> None:
    path = written(tmp_path, "id,name\n007,朝阳路北侧人行道\n".encode(codec))
    assert rows(read(path)) == [(2, "007", "朝阳路北侧人行道")]


@pytest.mark.parametrize(
    "text", [b"", b"id,id\n1,2\n", b"id,,x\n", "id,name\n1,a\n".encode("utf-16")]
)
def test_what_has_no_head_line_is_refused(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(Invalid, match="cannot be read") as refused:
        DelimitedFile(written(tmp_path, text))
    assert refused.value.code == "unreadable_points"
