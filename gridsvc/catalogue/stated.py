"""The rows of a city's table of categories, each read or refused by its place in the sheet. Pure.

Nothing is guessed: a limit is what its wording says, and whether a class is of components or of
events says a column, the name of the sheet or whoever loads it.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gridsvc.catalogue.columns import COLUMN_OF, Head, find_head
from gridsvc.catalogue.entry import COMPONENT, EVENT
from gridsvc.clock.limit import Limit, Unit, parse_limit
from gridsvc.errors import Invalid
from gridsvc.sheets import Leaf

LETTERS: Mapping[str, str] = {COMPONENT: "C", EVENT: "E"}
"""Components and events are both numbered from 01: the letter tells one from the other."""
WORDS: Mapping[str, str] = {
    "部件": COMPONENT,
    "component": COMPONENT,
    "事件": EVENT,
    "event": EVENT,
}
LONGEST: Mapping[str, int] = {"major_code": 16, "minor_code": 16, "code": 32, "condition": 16}
LONGEST_NAME, LONGEST_TEXT = 200, 2_000
SPREADSHEET_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell, and where it is."""

    leaf: str
    row: int
    column: str
    zh: str
    en: str

    @property
    def place(self) -> dict[str, str]:
        """Say where it is in both languages."""
        return {
            "zh": f"{self.leaf and f'“{self.leaf}”'}第 {self.row} 行“{self.column}”",
            "en": f"{self.leaf and f'{self.leaf}, '}row {self.row}, {self.column}",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A row that can be read: a minor class, and one of its filing conditions if it has any."""

    leaf: str
    row: int
    kind: str
    code: str
    major_code: str
    limit: Limit
    cells: Cells
    """Of the columns that its sheet has, empty ones too."""

    def said(self, name: str) -> str | None:
        """Give what a cell says, None for nothing."""
        return self.cells.get(name) or None

    def fault(self, column: str, *, zh: str, en: str) -> Fault:
        """Say what is wrong with one of its cells."""
        return Fault(self.leaf, self.row, COLUMN_OF[column].zh, zh, en)


@dataclass(frozen=True, slots=True)
class Table:
    """What a file states: its rows, and what is wrong with it."""

    rows: tuple[Stated, ...]
    faults: tuple[Fault, ...]


def read_table(leaves: Sequence[Leaf], *, kind: str | None) -> Table:
    """Read every sheet that has a table of categories; `kind` is of those that do not say."""
    found = [(leaf, head) for leaf in leaves if (head := find_head(leaf.lines))]
    _refuse_headless(leaves, found)
    read = [one for leaf, head in found for one in _rows(leaf, head, kind)]
    return Table(
        rows=tuple(one for one in read if isinstance(one, Stated)),
        faults=tuple(one for one in read if isinstance(one, Fault)),
    )


def _refuse_headless(leaves: Sequence[Leaf], found: Sequence[tuple[Leaf, Head]]) -> None:
    lacking = next(((leaf, head.missing) for leaf, head in found if head.missing), None)
    if found and lacking is None:
        return
    leaf, missing = lacking or (leaves[0] if leaves else Leaf("", []), [])
    names_zh = "、".join(column.zh for column in missing) or "大类代码、大类名称等表头"
    names_en = (
        ", ".join(column.en for column in missing) or "a head line such as 大类代码, 大类名称"
    )
    raise Invalid(
        "columns_missing",
        en=f"The table {leaf.name} lacks {names_en}.".replace("  ", " "),
        zh=f"表格{leaf.name and f'“{leaf.name}”'}缺少：{names_zh}。",
        field="file",
    )


def _rows(leaf: Leaf, head: Head, kind: str | None) -> Iterator[Stated | Fault]:
    above: Cells = {}
    of_leaf = _kind(leaf.name) or kind
    for number, line in leaf.lines:
        if number > head.number:
            cells = {
                name: _plain(name, line[place]) if place < len(line) else ""
                for name, place in head.places.items()
            }
            if any(cells.values()):
                above = _filled(cells, above)
                yield from _row(leaf.name, number, above, of_leaf)


def _plain(name: str, text: str) -> str:
    """Write the ends of lines as workbooks do, and a code's wide digits as others write them."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return unicodedata.normalize("NFKC", plain) if name in LONGEST else plain


def _kind(text: str) -> str | None:
    named = {kind for word, kind in WORDS.items() if word in text.lower()}
    return named.pop() if len(named) == 1 else None


MAJOR = ("kind", "major_code", "major_name", "major_name_en")
OF_MINOR = ("minor_code", "code", "name", "name_en")


def _filled(cells: Cells, above: Cells) -> Cells:
    """Carry on a class that stands in the first of its rows only, as merged cells leave it."""
    filled = dict(cells)
    if _continues(cells, above, ("major_code", "major_name")):
        filled |= _carried(MAJOR, cells, above)
        if _continues(cells, above, ("minor_code", "code", "name")):
            filled |= _carried(OF_MINOR, cells, above)
    return filled


def _continues(cells: Cells, above: Cells, names: Sequence[str]) -> bool:
    return all(cells.get(name, "") in {"", above.get(name, "")} for name in names)


def _carried(names: Sequence[str], cells: Cells, above: Cells) -> dict[str, str]:
    return {name: cells[name] or above.get(name, "") for name in names if name in cells}


def _row(leaf: str, number: int, cells: Cells, kind: str | None) -> Iterator[Stated | Fault]:
    faults = [Fault(leaf, number, COLUMN_OF[name].zh, zh, en) for name, zh, en in _faults(cells)]
    kind = _kind(cells.get("kind", "")) or (None if cells.get("kind") else kind)
    if kind is None:
        zh = "未说明是部件还是事件：请用“类型”列、工作表名称或载入选项说明"
        en = "nothing says whether it is a component or an event: name it in a column 类型, in the "
        en += "name of the sheet, or when loading"
        faults.append(Fault(leaf, number, COLUMN_OF["kind"].zh, zh, en))
    if faults or kind is None:
        yield from faults
        return
    code, major_code = _codes(cells, LETTERS[kind])
    yield Stated(
        leaf=leaf,
        row=number,
        kind=kind,
        code=code,
        major_code=major_code,
        limit=_limit(cells["limit"]),
        cells=cells,
    )


def _codes(cells: Cells, letter: str) -> tuple[str, str]:
    """Give the whole code of a row, and that of its major class.

    A number of a minor class that begins with that of its major, and is two signs longer, is whole.
    """
    major, minor = cells["major_code"], cells.get("minor_code", "")
    if cells.get("code"):
        return cells["code"], major
    before = letter if major.isdecimal() else ""
    whole = minor.startswith(major) and len(minor) >= len(major) + 2
    return before + (minor if whole else major + minor), before + major


def _faults(cells: Cells) -> Iterator[tuple[str, str, str]]:
    code = "code" if "code" in cells else "minor_code"
    for name in ("major_code", "major_name", code, "name", "limit"):
        if not cells[name]:
            yield name, "为空", "is empty"
    unfit = [(name, *words) for name, cell in cells.items() if (words := _unfit(name, cell))]
    yield from unfit
    if cells["limit"] and "limit" not in {name for name, _, _ in unfit}:
        try:
            _limit(cells["limit"])
        except Invalid as error:
            yield "limit", error.zh, error.en


def _unfit(name: str, cell: str) -> tuple[str, str] | None:
    """Say why a text is none that a category can have."""
    longest = LONGEST.get(name, LONGEST_NAME if "name" in name else LONGEST_TEXT)
    if cell in SPREADSHEET_ERRORS:
        return f"是表格错误 {cell}", f"holds the spreadsheet error {cell}"
    if len(cell) > longest:
        return f"超过 {longest} 个字符", f"is longer than {longest} characters"
    if any(ord(sign) < 32 and sign not in "\n\t" for sign in cell):
        return "含控制字符", "holds control characters"
    return None


_FINER: Mapping[Unit, tuple[Unit, int]] = {
    Unit.URGENT_HOUR: (Unit.URGENT_MINUTE, 60),
    Unit.WORK_HOUR: (Unit.WORK_MINUTE, 60),
    Unit.NATURAL_DAY: (Unit.URGENT_HOUR, 24),
}


def _limit(wording: str) -> Limit:
    """Read a limit in whole units; how long half a working day is, depends on the calendar."""
    limit = parse_limit(wording)
    while not float(limit.value).is_integer():
        if limit.unit not in _FINER:
            raise Invalid(
                "limit_fraction",
                en=f'"{wording}" is not whole; write it in working hours (工作时).',
                zh=f"“{wording}”不是整数，请改用工作时。",
                field="limit",
            )
        finer, times = _FINER[limit.unit]
        limit = Limit(round(limit.value * times, 6), finer)
    return limit
