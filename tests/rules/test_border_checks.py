"""What is wrong or odd in a set of border policies; grids are cells of the city of squares."""

from typing import Any

import pytest
import shapely

from gridsvc.rules.border import BorderKind, BorderPolicy
from gridsvc.rules.border_checks import check_policies, gap_m
from gridsvc.rules.known import Category, Known
from tests.factories import cell
from tests.rules.values import policy

KNOWN = Known(
    layers=frozenset({"grid", "street"}),
    organisations={},
    categories={
        ("test", "0201"): Category(frozenset({"event"}), "02"),
        ("test", "02"): Category(frozenset({"event"}), None),
    },
    special={},
    estate_types=frozenset(),
    areas={
        ("grid", f"G{column}{row}"): cell(column, row) for column in range(4) for row in range(2)
    }
    | {("grid", "apart"): cell(0, 2.01)},
)
PARK = cell(0.5, 0.5)
EXCEPTION = {"kind": BorderKind.EXCEPTION, "shape": PARK}
PARITY = {"kind": BorderKind.PARITY, "road": "人民路"}
JOINT = {"kind": BorderKind.JOINT}


def found(*policies: BorderPolicy) -> list[tuple[str, tuple[str, ...]]]:
    return [(finding.code.value, finding.rows) for finding in check_policies(policies, KNOWN)]


class TestEachAlone:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"layer": "sewers"}, "unknown_layer"),
            ({"areas": ("G00", "G01", "G99")}, "unknown_area"),
            ({"scheme": "test", "category_code": "0301"}, "unknown_category"),
            ({"areas": ("G00",)}, "too_few_areas"),
            ({**JOINT, "areas": ("G00",)}, "too_few_areas"),
            ({**PARITY, "areas": ("G00", "G01", "G10")}, "not_two_areas"),
            ({**PARITY, "road": None}, "road_missing"),
            ({"kind": BorderKind.EXCEPTION}, "shape_missing"),
            ({"shape": PARK}, "shape_not_meant"),
            ({**PARITY, "shape": PARK}, "shape_not_meant"),
            ({"areas": ("G00", "G20")}, "no_common_border"),
            ({**PARITY, "areas": ("G00", "G20")}, "no_common_border"),
            ({**JOINT, "areas": ("G00", "G10", "G30")}, "no_common_border"),
            ({"areas": ("G01", "apart"), "within_m": 4.0}, "no_common_border"),
            ({"areas": ("G00", "G11")}, "corner_only"),
            ({**EXCEPTION, "areas": ("G30",)}, "shape_elsewhere"),
            ({**EXCEPTION, "areas": ("G00", "G30")}, "shape_elsewhere"),
            (
                {**EXCEPTION, "shape": cell(0.2, 0.2, 0.5, 0.5), "areas": ("G00",)},
                "changes_nothing",
            ),
        ],
    )
    def test_what_is_wrong_is_found(self, changes: dict[str, Any], code: str) -> None:
        assert found(policy(**({"areas": ("G00", "G01")} | changes))) == [(code, ("B1",))]

    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"areas": ("G00", "G01", "G10")},
            {"areas": ("G01", "apart"), "within_m": 6.0},
            {"scheme": "test", "category_code": "02"},
            PARITY,
            EXCEPTION,
            {**EXCEPTION, "areas": ("G00",)},
            JOINT,
            {**JOINT, "shape": PARK},
            {**JOINT, "shape": cell(0.2, 0.2, 0.5, 1)},
        ],
    )
    def test_nothing_is_found_in_what_is_right(self, changes: dict[str, Any]) -> None:
        assert found(policy(**({"areas": ("G00", "G01")} | changes))) == []


class TestTies:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({}, {}),
            (PARITY, PARITY),
            (EXCEPTION, EXCEPTION),
            (JOINT, {}),
            (EXCEPTION, {**JOINT, "shape": PARK}),
            ({"areas": ("G00", "G01", "G10")}, {"areas": ("G10", "G00")}),
        ],
    )
    def test_two_that_give_the_same_ground_to_different_areas(
        self, one: dict[str, Any], other: dict[str, Any]
    ) -> None:
        first = policy("B", **({"areas": ("G00", "G01")} | one))
        second = policy("A", **({"areas": ("G01", "G00")} | other))
        assert found(first, second) == [("tie", ("A", "B"))]

    @pytest.mark.parametrize(
        "changes",
        [
            {"areas": ("G00", "G01")},
            {"areas": ("G01", "G11")},
            {"priority": 1},
            {"scheme": "test", "category_code": "02"},
            PARITY,
            EXCEPTION,
        ],
    )
    def test_not_where_one_goes_first_or_the_ground_is_another(
        self, changes: dict[str, Any]
    ) -> None:
        first = policy("B", areas=("G00", "G01"))
        assert found(first, policy("A", **({"areas": ("G01", "G00")} | changes))) == []

    def test_not_on_two_roads_nor_in_shapes_that_touch(self) -> None:
        roads = [
            policy("A", **PARITY),
            policy("B", areas=("G00", "G01"), kind=BorderKind.PARITY, road="南京路"),
        ]
        assert found(*roads) == []
        east = policy("B", **EXCEPTION | {"shape": cell(1.5, 0.5), "areas": ("G10",)})
        assert found(policy("A", **EXCEPTION, areas=("G00",)), east) == []


@pytest.mark.parametrize(("west", "metres"), [(0.5, 0.0), (1.0, 0.0), (1.1, 95.9), (2.0, 958.6)])
def test_gaps_are_measured_in_metres(west: float, metres: float) -> None:
    """One cell is 0.01 degrees; at 30.6 N that is 958.6 m from west to east."""
    assert gap_m(cell(0, 0), cell(west, 0)) == pytest.approx(metres, abs=0.5)
    assert gap_m(shapely.Point(0, 0), shapely.Point(0, 0)) == 0
