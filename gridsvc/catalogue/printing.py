"""A scheme as the table that it came from: nine columns, merged, and ours behind them. Pure."""

from collections.abc import Iterator, Sequence

from gridsvc.catalogue.columns import CODE, MINOR, NINE, OURS, Column
from gridsvc.catalogue.entry import COMPONENT, EVENT, Entry, Filing
from gridsvc.sheets import Printed

COLUMNS: Sequence[Column] = tuple(CODE if one is MINOR else one for one in (*NINE, *OURS))
OF_MAJOR = ("kind", "major_code", "major_name", "major_name_en")
OF_CATEGORY = ("code", "name", "name_en")
LEAVES = ((COMPONENT, "部件", "Components"), (EVENT, "事件", "Events"))
KINDS = {COMPONENT: ("部件", "component"), EVENT: ("事件", "event")}

Row = dict[str, str | None]


def printed(entries: Sequence[Entry], language: str) -> list[Printed]:
    """Lay a scheme out in sheets of a workbook, one of each kind that it has."""
    head: list[str | None] = [column.head(language) for column in COLUMNS]
    leaves = []
    for kind, zh, en in LEAVES:
        rows = rows_of([entry for entry in entries if entry.kind == kind], language)
        if rows:
            cells = [[row.get(column.name) for column in COLUMNS] for row in rows]
            name = zh if language == "zh" else en
            leaves.append(Printed(name, [head, *cells], _merged(rows)))
    return leaves


def rows_of(entries: Sequence[Entry], language: str) -> list[Row]:
    """Write a row for each condition, or for the category where it has none."""
    ordered = sorted(entries, key=lambda entry: (entry.major_code, entry.code))
    return [
        {**_of_category(entry, language), **_of_condition(one, entry, language)}
        for entry in ordered
        for one in (entry.conditions or (None,))
    ]


def _of_category(entry: Entry, language: str) -> Row:
    return {
        "kind": KINDS[entry.kind][language != "zh"],
        "major_code": entry.major_code,
        "major_name": entry.major_name,
        "major_name_en": entry.major_name_en,
        "code": entry.code,
        "name": entry.name,
        "name_en": entry.name_en,
    }


def _of_condition(filing: Filing | None, entry: Entry, language: str) -> Row:
    limit = filing.limit if filing else entry.limit
    said: Row = {"limit": limit.zh if language == "zh" else limit.en}
    if filing is not None:
        said |= {
            "condition": filing.code,
            "text": filing.text,
            "text_en": filing.text_en,
            "closing": filing.closing,
            "closing_en": filing.closing_en,
            "lead": filing.lead,
            "supervisor": filing.supervisor,
        }
    return said


def _merged(rows: Sequence[Row]) -> list[tuple[int, int, int]]:
    """Give the column, first and last line of cells that say the same of one class."""
    return [
        (place, first, last)
        for names in (OF_MAJOR, OF_CATEGORY)
        for first, last in _runs([tuple(row[name] for name in names) for row in rows])
        for place, column in enumerate(COLUMNS, start=1)
        if column.name in names
    ]


def _runs(keys: Sequence[tuple[str | None, ...]]) -> Iterator[tuple[int, int]]:
    """Find lines that follow each other with one key; the head line is the first."""
    start = 0
    for end in range(1, len(keys) + 1):
        if end == len(keys) or keys[end] != keys[start]:
            if end - start > 1:
                yield start + 2, end + 1
            start = end
