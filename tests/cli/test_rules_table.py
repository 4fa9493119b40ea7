"""`gridsvc table rules|borders|special_days`: what planners keep in spreadsheets."""

import openpyxl
import pytest

from tests.cli.desk import Desk, ask

RULES = "code,title,category,hours,special_days,layers,priority"
NOISE = 'night,夜间噪声,0301,22:00-06:00,,"cleaning;street",'


def test_rules_land_with_the_days_that_they_name(desk: Desk) -> None:
    since = {"valid_from": "2026-02-01"}
    days = ("list,title,day", "ban,禁放日,2026-02-16", "ban,禁放日,2026-02-17")
    said = desk.load("special_days", *days, **since)
    assert (said.code, said.out) == (0, "2 rows of special_days loaded.\n")
    said = desk.load("rules", RULES, NOISE, "ban,禁放,0301,,ban,cleaning,1", **since)
    assert (said.code, said.out) == (0, "2 rows of rules loaded.\n")
    found = ask(desk.url, "SELECT code, hours, layers, recorded_by FROM routing_rule ORDER BY code")
    assert found == [
        ("ban", None, ["cleaning"], None),
        ("night", "22:00-06:00", ["cleaning", "street"], None),
    ]


def test_a_workbook_is_as_good(desk: Desk) -> None:
    book = openpyxl.Workbook()
    for row in (RULES.split(","), ["night", "夜间噪声", "0301", "22:00-06:00", None, "street", 2]):
        book.worksheets[0].append(row)
    file = desk.file.with_suffix(".xlsx")
    book.save(file)
    book.close()
    said = desk.prompt.run("table", "rules", str(file), GRIDSVC_DATABASE_URL=desk.url)
    assert (said.code, said.err) == (0, "")
    assert ask(desk.url, "SELECT code, priority FROM routing_rule") == [("night", 2)]


def test_loading_again_changes_only_what_changed(desk: Desk) -> None:
    other = "other,另一条,0301,,,street,1"
    assert desk.load("rules", RULES, NOISE, other, valid_from="2026-02-01").code == 0
    changed = other.replace("另一条", "改名")
    assert desk.load("rules", RULES, NOISE, changed, valid_from="2026-03-01").code == 0
    assert desk.load("rules", RULES, NOISE, valid_from="2026-04-01", replace="").code == 0
    found = ask(
        desk.url,
        "SELECT code, title, valid_to IS NULL FROM routing_rule ORDER BY code, valid_from",
    )
    assert found == [
        ("night", "夜间噪声", True),
        ("other", "另一条", False),
        ("other", "改名", False),
    ]


def test_what_is_odd_is_told_and_loaded(desk: Desk) -> None:
    said = desk.load(
        "rules", RULES, NOISE, "late,太晚,0301,,,street,", "never,从不,0301,,,street,3"
    )
    assert said.code == 0
    assert said.out.startswith('[warning] shadowed: "never" is never asked: "late" goes first')


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("r,规则,0301,22-6,,street,", 'Row 1: hours is "22-6", not like 22:00-06:00'),
        ("r,规则,9999,,,street,", 'Row 1: category "9999" is in force in 0 schemes'),
        ("r,规则,0301,,lost,street,", '"r" asks for the special days "lost"'),
        ("r,规则,0301,,,sewers,", '"r" names the layer "sewers", which is not there.'),
        ("r,,0301,,,street,", "Row 1: title is empty"),
        ("r,规则,0301,,,street,-1", 'Row 1: priority is "-1", not like 0 … 32767'),
    ],
)
def test_what_cannot_hold_is_refused(refused: Desk, row: str, sentence: str) -> None:
    said = refused.load("rules", RULES, row)
    assert (said.code, said.out) == (1, "")
    assert sentence in said.err
    assert ask(refused.url, "SELECT count(*) FROM routing_rule") == [(0,)]


def test_border_policies_land_with_shapes(desk: Desk) -> None:
    said = desk.load(
        "borders",
        "code,title,kind,layer,areas,within_m,shape",
        "line,中心线归北,side,grid,G01;G00,8,",
        'park,公园,exception,grid,G00;G01,,"POLYGON ((104.002 30.605, 104.004 30.605,'
        ' 104.004 30.615, 104.002 30.605))"',
        language="zh_CN.UTF-8",
    )
    assert (said.code, said.out) == (0, "已载入 borders 2 行。\n")
    found = ask(desk.url, "SELECT code, ST_NPoints(shape) FROM border_policy ORDER BY code")
    assert found == [("line", None), ("park", 4)]
    said = desk.load(
        "borders", "code,title,kind,layer,areas", "far,远,side,grid,G00;G30", language="zh_CN.UTF-8"
    )
    assert (said.code, "没有共同边界" in said.err) == (1, True)
