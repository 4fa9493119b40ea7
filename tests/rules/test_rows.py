"""Cells of spreadsheets: read, written again, or refused with their row."""

from typing import Any

import pytest
import shapely
from hypothesis import given

from gridsvc.db.base import new_id
from gridsvc.errors import Invalid
from gridsvc.rules.cells import read_codes, read_shape, read_weekdays, write_shape
from gridsvc.rules.line import Line, Names
from gridsvc.rules.rows import policy_of, row_of_rule, rule_of, special_day_of
from gridsvc.rules.rule import Rule
from tests.factories import BEGAN, cell
from tests.rules import values
from tests.rules.sheets import DAY, border_row, rule_row

CODES = {new_id(): "power", new_id(): "city"}
NAMES = Names(
    {code: id_ for id_, code in CODES.items()},
    {
        "02": frozenset({"test"}),
        "0201": frozenset({"test"}),
        "03": frozenset({"test"}),
        "0301": frozenset({"test"}),
        "0101": frozenset({"test", "own"}),
    },
)


class TestReading:
    @given(rules=values.rules)
    def test_a_rule_is_read_from_the_row_that_it_is_written_as(self, rules: list[Rule]) -> None:
        rows = [row_of_rule(rule, CODES) for rule in rules]
        again = [
            rule_of(Line(row, number), NAMES, valid_from=BEGAN) for number, row in enumerate(rows)
        ]
        assert [row_of_rule(rule, CODES) for rule in again] == rows
        assert [rule.window for rule in again] == [rule.window for rule in rules]

    @pytest.mark.parametrize("cell", ["a;b", "a | b", "a；b", "a、b;a", ["a", "b"], ";a;;b;"])
    def test_lists_are_written_in_many_ways(self, cell: Any) -> None:
        assert read_codes(cell) == ("a", "b")

    @pytest.mark.parametrize(
        ("cell", "days"),
        [
            ("1-5", {1, 2, 3, 4, 5}),
            ("6;7", {6, 7}),
            ("6-1", {6, 7, 1}),
            ("3", {3}),
            ("1-2;7", {1, 2, 7}),
        ],
    )
    def test_weekdays_too(self, cell: str, days: set[int]) -> None:
        assert read_weekdays(cell) == days

    def test_a_scheme_may_be_left_out_where_one_has_the_category(self) -> None:
        read = [
            rule_of(Line(rule_row(**cells), 1), NAMES, valid_from=BEGAN)
            for cells in (
                {"category": "02"},
                {"category": "0101", "scheme": "own"},
                {"category": None, "scheme": "own"},
            )
        ]
        assert [(one.scheme, one.category_code) for one in read] == [
            ("test", "02"),
            ("own", "0101"),
            (None, None),
        ]

    def test_a_shape_is_read_from_wkt_or_geojson_and_loses_no_digit(self) -> None:
        shape = shapely.multipolygons([cell(1 / 3, 1 / 7)])
        assert read_shape(write_shape(shape)) == shape
        assert read_shape(shapely.to_geojson(shape)) == shape
        assert read_shape(shapely.geometry.mapping(cell(1 / 3, 1 / 7))) == shape


class TestRefusing:
    @pytest.mark.parametrize(
        ("cells", "field"),
        [
            ({"code": None}, "code"),
            ({"code": "x" * 65}, "code"),
            ({"title": "  "}, "title"),
            ({"title": "a\0b"}, "title"),
            ({"category": "9999"}, "category"),
            ({"category": "0101"}, "category"),
            ({"kind": "thing"}, "kind"),
            ({"hours": "22-6"}, "hours"),
            ({"hours": "25:00-06:00"}, "hours"),
            ({"hours": "06:00-06:00"}, "hours"),
            ({"season": "02-30..03-15"}, "season"),
            ({"season": "11-15/03-15"}, "season"),
            ({"weekdays": "0-5"}, "weekdays"),
            ({"weekdays": "2026-01-05"}, "weekdays"),
            ({"priority": "-1"}, "priority"),
            ({"priority": "32768"}, "priority"),
            ({"lead": "nobody"}, "lead"),
            ({"lead": "power;city"}, "lead"),
            ({"co_handlers": "power;nobody"}, "co_handlers"),
            ({"layers": [7]}, "layers"),
        ],
    )
    def test_a_cell_that_cannot_be_read_is_named(self, cells: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as error:
            rule_of(Line(rule_row(**cells), 2), NAMES, valid_from=BEGAN)
        assert (error.value.code, error.value.field) == ("invalid_cell", field)
        assert error.value.en.startswith(f"Row 2: {field} ")
        assert error.value.zh.startswith(f"第 2 行：{field} ")

    @pytest.mark.parametrize(
        ("cells", "field"),
        [
            ({"kind": "guess"}, "kind"),
            ({"kind": None}, "kind"),
            ({"areas": " ; "}, "areas"),
            ({"within_m": "far"}, "within_m"),
            ({"within_m": "nan"}, "within_m"),
            ({"within_m": "1001"}, "within_m"),
            ({"shape": "POINT (104 30)"}, "shape"),
            ({"shape": "POLYGON EMPTY"}, "shape"),
            ({"shape": "POLYGON ((1 1, 2 2, 1 2, 2 1, 1 1))"}, "shape"),
            ({"shape": "POLYGON ((500 1, 2 2, 1 2, 500 1))"}, "shape"),
            ({"shape": "a park"}, "shape"),
            ({"shape": '{"type": "Polygon"}'}, "shape"),
            ({"shape": 7}, "shape"),
        ],
    )
    def test_so_is_one_of_a_border_policy(self, cells: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as error:
            policy_of(Line(border_row(**cells), 1), NAMES, valid_from=BEGAN)
        assert (error.value.code, error.value.field) == ("invalid_cell", field)

    @pytest.mark.parametrize("day", ["2026-02-30", "", None, "17.2.2026"])
    def test_so_is_a_day_that_is_none(self, day: str | None) -> None:
        with pytest.raises(Invalid, match="Row 1: day"):
            special_day_of(Line({**DAY, "day": day}, 1), NAMES, valid_from=BEGAN)
