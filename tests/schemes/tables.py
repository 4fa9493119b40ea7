"""Tables of categories as cities keep them: a title above, merged cells, two sheets."""

from collections.abc import Sequence
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

NINE = (
    *("大类代码", "大类名称", "小类代码", "小类名称", "立案条件"),
    *("处置时限", "结案条件", "处置单位", "监管单位"),
)
COVERS = (
    ("01", "公用设施", "01", "上水井盖", "井盖缺失", "2个紧急工作时", "恢复", "供水公司", "城管局"),
    (None, None, None, None, "井盖破损", "4工作时", "更换", "供水公司", "城管局"),
    (None, None, "02", "污水井盖", "井盖缺失", "2个紧急工作时", "恢复", "排水公司", "城管局"),
)
RUBBISH = (
    ("01", "市容环境", "01", "暴露垃圾", "垃圾成堆", "1工作日", "清理", None, None),
    (None, None, None, None, "垃圾遗撒", "1.5工作时", "清扫", None, None),
)
STREETS_FIRST = (
    ("04", "街面秩序", "01", "无照游商", "占道经营", "2紧急工作时", "劝离", None, None),
    ("05", "突发事件", "01", "路面塌陷", "路面塌陷", "1紧急工作时", "围挡", None, None),
)
EMERGENCIES_FIRST = (
    ("04", "突发事件", "01", "路面塌陷", "路面塌陷", "1紧急工作时", "围挡", None, None),
    ("05", "街面秩序", "01", "无照游商", "占道经营", "2紧急工作时", "劝离", None, None),
)
Row = Sequence[str | None]


def book(
    folder: Path,
    *,
    components: Sequence[Row] = (),
    events: Sequence[Row] = (),
    head: Sequence[str] = NINE,
    title: str | None = "某市立案、处置与结案标准",
) -> Path:
    """Save a workbook in which a class stands in the first of its rows, its cells merged."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in (("部件", components), ("事件", events)):
        if rows:
            _fill(made.create_sheet(name), head, rows, title)
    file = folder / "categories.xlsx"
    made.save(file)
    return file


def _fill(
    leaf: Worksheet,
    head: Sequence[str],
    rows: Sequence[Row],
    title: str | None,
) -> None:
    if title:
        leaf.append([title])
        leaf.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(head))
    for line in (head, *rows):
        leaf.append(list(line))
    above = leaf.max_row - len(rows)
    for column in range(1, 5):
        for first, last in _runs([row[column - 1] for row in rows]):
            leaf.merge_cells(
                start_row=above + first,
                end_row=above + last,
                start_column=column,
                end_column=column,
            )


def _runs(cells: Sequence[str | None]) -> list[tuple[int, int]]:
    """Find a filled cell and the empty ones below it."""
    filled = [place for place, cell in enumerate(cells, start=1) if cell is not None]
    ends = [*(place - 1 for place in filled[1:]), len(cells)]
    return [(first, last) for first, last in zip(filled, ends, strict=True) if last > first]
