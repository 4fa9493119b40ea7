"""The columns of a city's table of categories, by the heads that cities give them. Pure.

Nine make the table: major class, minor class (a code and a name each), filing condition, time
limit, closing condition, and the units that handle and supervise. What we add stands behind them.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column, its heads in both languages, and other heads by which it is known."""

    name: str
    zh: str
    en: str
    also: tuple[str, ...] = ()

    def head(self, language: str) -> str:
        """Give its head in a language."""
        return self.zh if language == "zh" else self.en


CODE = Column("code", "类别代码", "Category code")
"""A whole code, as reports name it, in the place of the number of a minor class in its major."""
MINOR = Column("minor_code", "小类代码", "Minor code", ("小类编码", "小类编号"))
NINE: Sequence[Column] = (
    Column("major_code", "大类代码", "Major code", ("大类编码", "大类编号")),
    Column("major_name", "大类名称", "Major class", ("大类",)),
    MINOR,
    Column("name", "小类名称", "Minor class", ("小类",)),
    Column("text", "立案条件", "Filing condition", ("立案标准", "立案情形")),
    Column("limit", "处置时限", "Time limit", ("处理时限", "结案时限", "办理时限", "时限")),
    Column("closing", "结案条件", "Closing condition", ("结案标准", "结案要求")),
    Column(
        "lead",
        "处置单位",
        "Handling unit",
        ("责任单位", "责任部门", "主责单位", "牵头单位", "主管部门"),
    ),
    Column("supervisor", "监管单位", "Supervising unit", ("监管部门", "监督单位", "监督部门")),
)
OURS: Sequence[Column] = (
    Column("kind", "类型", "Kind"),
    Column("condition", "条件代码", "Condition code"),
    Column("major_name_en", "大类英文名", "Major class in English"),
    Column("name_en", "小类英文名", "Minor class in English"),
    Column("text_en", "立案条件英文", "Filing condition in English"),
    Column("closing_en", "结案条件英文", "Closing condition in English"),
)
COLUMN_OF: Mapping[str, Column] = {column.name: column for column in (*NINE, CODE, *OURS)}
NEEDED = ("major_code", "major_name", "name", "text", "limit")
"""Without these, and one of the two codes, a table says nothing."""
MOST_TITLES = 10
"""In how many lines, from the top, the head line is looked for: titles stand above it."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head line of a sheet: its number, and where each known column is."""

    number: int
    places: Mapping[str, int]
    shown: Mapping[str, str]
    """The heads as the sheet has them."""

    @property
    def missing(self) -> list[Column]:
        """Which columns a table needs and this one lacks."""
        wanted = [column for column in NINE if column.name in NEEDED]
        codes = [] if {"code", "minor_code"} & self.places.keys() else [MINOR]
        return [column for column in (*wanted, *codes) if column.name not in self.places]


def find_head(lines: Sequence[tuple[int, list[str]]]) -> Head | None:
    """Find the line that has most of the known heads, three at least."""
    heads = [_head(number, cells) for number, cells in lines[:MOST_TITLES]]
    best = max(heads, key=lambda head: len(head.places), default=None)
    return best if best and len(best.places) >= 3 else None


def _head(number: int, cells: Sequence[str]) -> Head:
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = _KNOWN.get(_plain(cell))
        if name is not None:
            places.setdefault(name, place)
    shown = {name: cells[place].strip() for name, place in places.items()}
    return Head(number, places, shown)


def _plain(text: str) -> str:
    kept = unicodedata.normalize("NFKC", text).lower()
    return "".join(sign for sign in kept if sign.isalnum())


_KNOWN: Mapping[str, str] = {
    _plain(head): column.name
    for column in COLUMN_OF.values()
    for head in (column.name, column.zh, column.en, *column.also)
}
