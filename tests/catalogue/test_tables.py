"""A city's table of categories is read as it is meant, or refused cell by cell."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.catalogue.difference import difference
from gridsvc.catalogue.entry import COMPONENT, EVENT, Entry, Filing, shortest
from gridsvc.catalogue.numbering import NUMBERINGS
from gridsvc.catalogue.printing import printed
from gridsvc.catalogue.renumbering import followed, renumbered
from gridsvc.catalogue.settling import contradictions, settled
from gridsvc.catalogue.stated import SPREADSHEET_ERRORS, Table, read_table
from gridsvc.clock.limit import Limit, Unit
from gridsvc.errors import Invalid
from gridsvc.sheets import Leaf, merged_workbook, read_leaves
from tests.schemes.tables import (
    COVERS,
    EMERGENCIES_FIRST,
    NINE,
    RUBBISH,
    STREETS_FIRST,
    book,
)

OTHER_HEADS = (
    *("大类编码", "大类", "小类编码", "小类", "立案标准"),
    *("处理时限", "结案标准", "责任单位", "监督单位"),
)


def read(file: Path, kind: str | None = None) -> Table:
    return read_table(read_leaves(file), kind=kind)


def entries(file: Path) -> list[Entry]:
    table = read(file)
    assert not table.faults
    assert not list(contradictions(table.rows))
    return settled(table.rows, {})


@pytest.mark.parametrize("head", [NINE, OTHER_HEADS])
@pytest.mark.parametrize("title", [None, "标准"])
def test_merged_cells_a_title_and_two_sheets_are_read(
    tmp_path: Path, head: tuple[str, ...], title: str | None
) -> None:
    file = book(tmp_path, components=COVERS, events=RUBBISH, head=head, title=title)
    found = {entry.code: entry for entry in entries(file)}
    assert sorted(found) == ["C0101", "C0102", "E0101"]
    cover = found["C0101"]
    assert (cover.kind, cover.major_code, cover.major_name) == (COMPONENT, "C01", "公用设施")
    assert [(one.code, one.text, one.limit) for one in cover.conditions] == [
        ("1", "井盖缺失", Limit(2, Unit.URGENT_HOUR)),
        ("2", "井盖破损", Limit(4, Unit.WORK_HOUR)),
    ]
    assert cover.limit == Limit(2, Unit.URGENT_HOUR)
    assert (cover.conditions[0].lead, cover.conditions[0].supervisor) == ("供水公司", "城管局")
    assert found["E0101"].conditions[1].limit == Limit(90, Unit.WORK_MINUTE)


def test_a_csv_file_has_a_column_for_the_kind_or_is_told(tmp_path: Path) -> None:
    file = tmp_path / "categories.csv"
    lines = [",".join(cell or "" for cell in row) for row in (NINE, *RUBBISH)]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert {fault.column for fault in read(file).faults} == {"类型"}
    assert [row.code for row in read(file, EVENT).rows] == ["E0101", "E0101"]
    with_kind = ["类型," + lines[0], *("事件," + line for line in lines[1:])]
    file.write_text("\n".join(with_kind), encoding="utf-8")
    assert [row.kind for row in read(file).rows] == [EVENT, EVENT]


def test_a_code_is_read_as_it_is_shown(tmp_path: Path) -> None:
    file = book(tmp_path, components=COVERS)
    made = openpyxl.load_workbook(file)
    made["部件"]["A3"].value, made["部件"]["A3"].number_format = 1, "00"
    made["部件"]["C3"].value = "０１"
    made.save(file)
    assert entries(file)[0].code == "C0101"


BAD = (
    ({4: None}, "立案条件", "为空"),
    ({5: None}, "处置时限", "为空"),
    ({5: "2"}, "处置时限", "不是有效时限"),
    ({5: "2小时"}, "处置时限", "不是有效时限"),
    ({5: "0工作日"}, "处置时限", "无效"),
    ({5: "半个工作日"}, "处置时限", "改用工作时"),
    ({5: "#REF!"}, "处置时限", "表格错误"),
    ({3: "其他"}, "小类名称", "同一代码"),
    ({0: "01", 1: "别的"}, "大类名称", "同一代码"),
    ({4: "井盖缺失"}, "立案条件", "重复"),
    ({4: "井\x08盖"}, "立案条件", "控制字符"),
    ({4: "长" * 2001}, "立案条件", "超过"),
    ({0: "02", 1: None}, "大类名称", "为空"),
)


@pytest.mark.parametrize(("cells", "column", "sentence"), BAD)
def test_every_bad_cell_is_named_by_row_and_column(
    cells: dict[int, Any], column: str, sentence: str
) -> None:
    second = ["", "", "01", "上水井盖", *COVERS[1][4:]]
    for place, text in cells.items():
        second[place] = text
    lines = [NINE, COVERS[0], second]
    leaf = Leaf("部件", [(n, [cell or "" for cell in line]) for n, line in enumerate(lines, 3)])
    table = read_table([leaf], kind=None)
    faults = [*table.faults, *contradictions(table.rows)]
    whole = [fault for fault in faults if fault.column == column]
    assert [(fault.leaf, fault.row) for fault in whole][:1] == [("部件", 5)]
    assert sentence in whole[0].zh
    assert whole[0].en


@pytest.mark.parametrize("line", [[], ["a", "b"], ["大类代码", "小类代码"], NINE[:5]])
def test_a_table_that_lacks_a_column_is_refused(line: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        read_table([Leaf("部件", [(1, list(line))] if line else [])], kind=None)
    assert refused.value.code == "columns_missing"


def test_a_sheet_beside_the_table_is_left_alone(tmp_path: Path) -> None:
    file = book(tmp_path, components=COVERS)
    made = openpyxl.load_workbook(file)
    made.create_sheet("说明").append(["本表由城管局编制"])
    made.create_sheet("旧表").append(["大类代码", "大类名称", "小类名称"])
    made["旧表"].sheet_state = "hidden"
    made.save(file)
    assert len(read(file).rows) == 3


def test_a_file_that_merges_more_than_there_is_is_refused(tmp_path: Path) -> None:
    file = book(tmp_path, components=COVERS)
    made = openpyxl.load_workbook(file)
    made["部件"].merged_cells.add("J20:XFD1048576")
    made.save(file)
    with pytest.raises(Invalid) as refused:
        read_leaves(file)
    assert refused.value.code == "unreadable_table"


def test_conditions_keep_their_codes_by_their_wording(tmp_path: Path) -> None:
    before = {entry.code: entry for entry in entries(book(tmp_path, components=COVERS))}
    swapped = (
        (*COVERS[0][:4], *COVERS[1][4:5], "8工作时", *COVERS[1][6:]),
        (None, None, None, None, "井盖异响", "2工作日", "修复", None, None),
        (None, None, None, None, *COVERS[0][4:]),
    )
    table = read(book(tmp_path, components=swapped))
    [after] = settled(table.rows, before)
    assert [(one.code, one.text) for one in after.conditions] == [
        ("2", "井盖破损"),
        ("3", "井盖异响"),
        ("1", "井盖缺失"),
    ]


class TestNumbering:
    def test_the_order_is_told_by_the_names(self, tmp_path: Path) -> None:
        for rows, name in (
            (STREETS_FIRST, "streets_first"),
            (EMERGENCIES_FIRST, "emergencies_first"),
        ):
            found = followed(read(book(tmp_path, events=rows)).rows)
            assert found is not None
            assert found.name == name
        assert followed(read(book(tmp_path, events=RUBBISH)).rows) is None

    def test_a_table_of_the_other_order_comes_out_the_same(self, tmp_path: Path) -> None:
        to = NUMBERINGS["streets_first"]
        ours, silent = renumbered(read(book(tmp_path, events=STREETS_FIRST)).rows, to)
        theirs, said = renumbered(read(book(tmp_path, events=EMERGENCIES_FIRST)).rows, to)
        assert settled(ours, {}) == settled(theirs, {})
        assert silent == []
        assert {one.zh[:6] for one in said} == {"“街面秩序”", "“突发事件”"}


# Tables that hold what a spreadsheet writes where it could not calculate are refused.
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8
).filter(lambda it: it not in SPREADSHEET_ERRORS)
MAYBE = st.none() | TEXTS
LIMITS = st.builds(Limit, st.integers(1, 10_000), st.sampled_from(Unit))


@st.composite
def schemes(draw: st.DrawFn) -> list[Entry]:
    """Whole schemes: majors with names, minors with or without conditions, both kinds."""
    codes = st.text("0123456789ABC", min_size=1, max_size=4)
    found = []
    for kind, letter in ((COMPONENT, "C"), (EVENT, "E")):
        majors = draw(st.dictionaries(codes, st.tuples(TEXTS, MAYBE), max_size=2))
        for major, (name, name_en) in majors.items():
            for minor in sorted(draw(st.sets(codes, max_size=2))):
                conditions = draw(_conditions())
                found.append(
                    Entry(
                        code=f"{letter}{major}-{minor}",
                        name=draw(TEXTS),
                        name_en=draw(MAYBE),
                        major_code=letter + major,
                        major_name=name,
                        major_name_en=name_en,
                        kind=kind,
                        limit=shortest(conditions).limit if conditions else draw(LIMITS),
                        conditions=conditions,
                    )
                )
    return sorted(found, key=lambda entry: entry.code)


@st.composite
def _conditions(draw: st.DrawFn) -> tuple[Filing, ...]:
    texts = draw(st.lists(TEXTS, max_size=3, unique=True))
    codes = draw(st.permutations(["1", "2", "a"]))
    return tuple(
        Filing(
            code=code,
            text=text,
            text_en=draw(MAYBE),
            limit=draw(LIMITS),
            closing=draw(MAYBE),
            closing_en=draw(MAYBE),
            lead=draw(MAYBE),
            supervisor=draw(MAYBE),
        )
        for code, text in zip(codes, texts, strict=False)
    )


@settings(max_examples=50)
@given(schemes().filter(bool), st.sampled_from(["zh", "en"]))
def test_what_is_taken_away_and_brought_back_differs_in_nothing(
    tmp_path_factory: pytest.TempPathFactory, scheme: list[Entry], language: str
) -> None:
    file = tmp_path_factory.mktemp("book") / "scheme.xlsx"
    file.write_bytes(merged_workbook(printed(scheme, language)))
    table = read(file)
    assert not [*table.faults, *contradictions(table.rows)]
    assert difference(scheme, settled(table.rows, {})) == ()
