"""What a replay found, on paper: as lines for a terminal, as JSON, as a workbook, as a page."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from gridsvc.cli.language import in_chinese
from gridsvc.cli.load import ASSETS
from gridsvc.errors import Invalid
from gridsvc.http.language import LanguageCode
from gridsvc.lab.drawing import figures, replay_data
from gridsvc.planning.desk import called
from maps.page import Page, read_assets
from maps.replay import render_replay
from maps.words import Language, words

SHOWN = 50
"""How many lines of a table are printed; all of them go into the files."""

Table = tuple[str, Sequence[str], Sequence[Sequence[Any]]]
"""Title, names of the columns, rows."""


def told(result: Mapping[str, Any], *, chinese: bool) -> Iterator[str]:
    """Say it in lines, columns under each other."""
    language: LanguageCode = "zh" if chinese else "en"
    text = words(Language(language))
    yield from _aligned([(text[name], value) for name, value in figures(dict(result))])
    for title, head, rows in _tables(result, language)[:2]:
        shown = [[f"{cell:,}" if isinstance(cell, int) else cell for cell in row] for row in rows]
        yield ""
        yield title
        yield from _aligned([head, *shown[:SHOWN]])
        if len(rows) > SHOWN:
            yield f"… +{len(rows) - SHOWN}"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ]
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """Count columns of a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _tables(result: Mapping[str, Any], language: LanguageCode) -> list[Table]:
    text = words(Language(language))
    matrix = [
        (_called(one["before"], language), _called(one["after"], language), one["count"])
        for one in result["matrix"]
    ]
    load = [
        (_called(one["organisation"], language), one["before"], one["after"])
        for one in result["organisations"]
    ]
    outcomes = [(name, one["before"], one["after"]) for name, one in result["outcomes"].items()]
    squares = [
        (one["lon"], one["lat"], one["changed"], one["total"]) for one in result["where"]["squares"]
    ]
    loads = (text["load_before"], text["load_after"])
    return [
        (text["matrix"], (text["owner_before"], text["owner_after"], text["cases"]), matrix),
        (text["replay_load"], (text["organisation"], *loads), load),
        (text["outcome"], (text["outcome"], *loads), outcomes),
        (text["squares"], ("lon", "lat", text["replay_changed"], text["cases"]), squares),
    ]


def _called(organisation: dict[str, Any] | None, language: LanguageCode) -> str:
    code = f"{organisation['code']} " if organisation else ""
    return code + called(organisation, language)


def require_form(out: Path) -> None:
    """Refuse a file of another form before the work is done, not after."""
    if out.suffix.lower() not in FORMS:
        raise Invalid(
            "unknown_form",
            en=f"{out.name} ends in none of {', '.join(FORMS)}, which say what to write.",
            zh=f"{out.name} 的扩展名须为 {'、'.join(FORMS)} 之一，以说明输出格式。",
            field="out",
        )


def write(result: dict[str, Any], out: Path, *, title: str) -> None:
    """Write it in the form that the name asks for; the file appears when it is whole."""
    partial = out.with_name(f"{out.name}.partial")
    try:
        FORMS[out.suffix.lower()](result, partial, title)
        partial.replace(out)
    except OSError as error:
        raise Invalid(
            "unwritable_file",
            en=f"{out} cannot be written ({error.strerror}).",
            zh=f"无法写入 {out}（{error.strerror}）。",
            field="out",
        ) from error


def _json(result: dict[str, Any], path: Path, _: str) -> None:
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _workbook(result: dict[str, Any], path: Path, _: str) -> None:
    language: LanguageCode = "zh" if in_chinese() else "en"
    text = words(Language(language))
    book = Workbook(write_only=True)
    summary: Table = (text["replay"], (), [(text[name], said) for name, said in figures(result)])
    for title, head, rows in (summary, *_tables(result, language)):
        sheet = book.create_sheet(title[:31])
        for row in (head, *rows) if head else rows:
            sheet.append([_cell(sheet, value) for value in row])
    book.save(path)


def _cell(sheet: Any, value: Any) -> Any:  # noqa: ANN401 - openpyxl has no types
    """Make a cell; a text is a text, even one that begins like a formula."""
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def _page(result: dict[str, Any], path: Path, title: str) -> None:
    language: LanguageCode = "zh" if in_chinese() else "en"
    page = Page(title=title, language=Language(language), embedded=read_assets(ASSETS))
    path.write_text(render_replay(replay_data(result, language), page), encoding="utf-8")


FORMS: Mapping[str, Callable[[dict[str, Any], Path, str], None]] = {
    ".json": _json,
    ".xlsx": _workbook,
    ".html": _page,
}
