"""A spreadsheet as departments keep it: CSV or Excel, the same lines either way."""

from datetime import date, datetime, time
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from gridsvc.errors import Invalid
from gridsvc.sheets import read_lines


def workbook(folder: Path, *rows: tuple[object, ...]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    file = folder / "table.xlsx"
    book.save(file)
    book.close()
    return file


def test_a_workbook_reads_as_the_same_table_saved_as_csv(tmp_path: Path) -> None:
    file = workbook(tmp_path, ("code", "name"), ("0101", "路灯"), ("0102", "井盖"))
    saved = tmp_path / "table.csv"
    saved.write_text("code,name\n0101,路灯\n0102,井盖\n", encoding="utf-8-sig")
    assert read_lines(file) == read_lines(saved)


def test_cells_are_written_as_a_person_reads_them(tmp_path: Path) -> None:
    moment = datetime(2026, 5, 1, 8, 30)  # noqa: DTZ001 - a workbook's times know no zone
    row = (2.0, 2.5, True, date(2026, 5, 1), moment, time(22, 0), None)
    _, lines = read_lines(workbook(tmp_path, tuple("abcdefg"), row))
    assert lines == [["2", "2.5", "True", "2026-05-01", "2026-05-01T08:30:00", "22:00", ""]]


def test_empty_lines_and_columns_are_nobodys(tmp_path: Path) -> None:
    file = workbook(
        tmp_path, (), ("code", "name", None, " "), (None, None), ("a", "甲", None, None)
    )
    assert read_lines(file) == (["code", "name"], [["a", "甲"]])


def test_a_cell_beyond_the_head_line_is_kept_to_be_refused(tmp_path: Path) -> None:
    _, lines = read_lines(workbook(tmp_path, ("code", None), ("a", "stray")))
    assert lines == [["a", "stray"]]


def test_an_empty_workbook_has_no_names(tmp_path: Path) -> None:
    assert read_lines(workbook(tmp_path)) == ([], [])


@pytest.mark.parametrize("content", [b"", b"code,name\n", b"PK\x03\x04 but no more"])
def test_what_only_has_the_name_of_a_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "table.xlsx"
    file.write_bytes(content)
    with pytest.raises(Invalid) as refused:
        read_lines(file)
    assert refused.value.code == "unreadable_table"


PARTS = ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml")
NO_LEAVES = (
    b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets/>'
    b"</workbook>"
)


@pytest.mark.parametrize(
    ("part", "content"),
    [
        *((part, b"<broken") for part in PARTS),
        *((part, b"") for part in PARTS),
        (PARTS[1], NO_LEAVES),
    ],
)
def test_a_damaged_workbook_is_refused(tmp_path: Path, part: str, content: bytes) -> None:
    whole, damaged = workbook(tmp_path, ("code",), ("a",)), tmp_path / "damaged.xlsx"
    with ZipFile(whole) as source, ZipFile(damaged, "w") as target:
        for name in source.namelist():
            target.writestr(name, content if name == part else source.read(name))
    with pytest.raises(Invalid) as refused:
        read_lines(damaged)
    assert refused.value.code == "unreadable_table"


def test_a_workbook_with_a_password_or_scrambled_bytes_is_refused(tmp_path: Path) -> None:
    whole = workbook(tmp_path, ("code",), *(("a",) for _ in range(99))).read_bytes()
    leaf = whole.index(b"xl/worksheets/sheet1.xml") + 40
    locked = whole.replace(b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\1")
    for content in (locked, whole[:leaf] + b"\xff" * 20 + whole[leaf + 20 :]):
        assert content != whole
        (tmp_path / "bad.xlsx").write_bytes(content)
        with pytest.raises(Invalid) as refused:
            read_lines(tmp_path / "bad.xlsx")
        assert refused.value.code == "unreadable_table"


def test_no_more_lines_are_read_than_show_that_there_are_too_many(tmp_path: Path) -> None:
    file = workbook(tmp_path, ("code",), (" ",), *((f"{number}",) for number in range(9)))
    saved = tmp_path / "table.csv"
    saved.write_text("code\n" + "".join(f"{number}\n" for number in range(9)), encoding="utf-8")
    for table in (file, saved):
        assert read_lines(table, most=2) == (["code"], [["0"], ["1"], ["2"]])


def test_a_missing_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        read_lines(tmp_path / "none.xlsx")


def test_a_cell_in_the_last_corner_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"], book.worksheets[0]["XFD1000"] = "code", "far"
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(Invalid, match="16,384"):
        read_lines(tmp_path / "far.xlsx")


def test_a_workbook_that_swells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = workbook(tmp_path, *[("a" * 1_000,)] * 100)
    monkeypatch.setattr("gridsvc.sheets.MOST_BYTES", 1_000)
    with pytest.raises(Invalid, match="far larger inside"):
        read_lines(file)
