"""The table and the single shape: codes, names, parents, rings; what holds for every finding."""

from collections.abc import Callable

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import ColumnError, CrsError
from geodata.explain import explain
from geodata.findings import ACCEPTABLE, Fault, Finding, Severity, findings_frame
from geodata.frames import check_areas
from geodata.repair import Fix
from geodata.validate import Limits, validate
from tests import boundaries
from tests.boundaries import GOOD, ZOO, box, layer, plain

Make = Callable[[], geopandas.GeoDataFrame]


def faults(found: list[Finding]) -> list[Fault]:
    return [finding.code for finding in found]


def only(found: list[Finding], fault: Fault) -> Finding:
    (finding,) = [finding for finding in found if finding.code is fault]
    return finding


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD)
def test_a_good_layer_has_no_findings(make: Make) -> None:
    assert validate(make(), tiles=True) == []


@pytest.mark.parametrize("make", ZOO.values(), ids=ZOO)
@pytest.mark.parametrize("tiles", [False, True])
@pytest.mark.parametrize("parents", [None, boundaries.district, boundaries.bow_tie])
def test_every_layer_is_checked_to_the_end_and_changed_in_nothing(
    make: Make, tiles: bool, parents: Make | None
) -> None:
    frame = make()
    found = validate(frame, tiles=tiles, parents=parents() if parents else None)
    assert frame.to_wkb().equals(make().to_wkb())
    for finding in found:
        assert finding.en.endswith(".")
        assert finding.zh.endswith("。")
        assert len(finding.areas) == len(finding.rows)
        assert finding.area_m2 is None or finding.area_m2 > 0
        assert finding.place is None or np.isfinite(shapely.get_coordinates(finding.place)).all()


@pytest.mark.parametrize("make", ZOO.values(), ids=ZOO)
def test_findings_come_in_one_order_whatever_the_order_of_rows(make: Make) -> None:
    frame = make()
    turned = frame.iloc[::-1].reset_index(drop=True)

    def said(layer: geopandas.GeoDataFrame) -> list[tuple[str, ...]]:
        return [(f.severity, f.code, *sorted(f.areas)) for f in validate(layer, tiles=True)]

    assert validate(frame, tiles=True) == validate(frame, tiles=True)
    assert sorted(said(turned)) == sorted(said(frame))
    severities = [list(Severity).index(f.severity) for f in validate(frame, tiles=True)]
    assert severities == sorted(severities)


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_an_area_without_a_code_is_named_by_its_row(blank: str | None) -> None:
    frame = layer(("A", "甲", None, box(0, 0, 9, 9)), (blank, "乙", None, box(20, 0, 29, 9)))
    (finding,) = validate(frame)
    assert (finding.code, finding.severity) == (Fault.MISSING_CODE, Severity.ERROR)
    assert (finding.rows, finding.areas) == ((1,), ("",))
    assert "row 2" in finding.en
    assert "第 2 行" in finding.zh
    assert shapely.covers(frame.geometry[1], finding.place)


def test_a_code_that_stands_three_times_is_one_error_with_three_rows() -> None:
    squares = [box(at, 0, at + 9, 9) for at in (0, 20, 40, 60)]
    codes = ["A", "B", "A", "A"]
    frame = layer(*((code, code, None, box) for code, box in zip(codes, squares, strict=True)))
    (finding,) = validate(frame)
    assert (finding.code, finding.severity) == (Fault.DUPLICATE_CODE, Severity.ERROR)
    assert (finding.areas, finding.rows) == (("A", "A", "A"), (0, 2, 3))
    assert "1, 3, 4" in finding.en


def test_a_missing_name_is_a_warning() -> None:
    (finding,) = validate(layer(("A", " ", None, box(0, 0, 9, 9))))
    assert (finding.code, finding.severity) == (Fault.MISSING_NAME, Severity.WARNING)


@pytest.mark.parametrize(
    ("make", "fault", "severity"),
    [
        (boundaries.null_shape, Fault.NULL_GEOMETRY, Severity.ERROR),
        (boundaries.empty_shape, Fault.EMPTY_GEOMETRY, Severity.ERROR),
        (boundaries.line, Fault.WRONG_TYPE, Severity.ERROR),
        (boundaries.beyond_180, Fault.OUT_OF_RANGE, Severity.ERROR),
        (boundaries.no_number, Fault.OUT_OF_RANGE, Severity.ERROR),
        (boundaries.bow_tie, Fault.INVALID_RING, Severity.ERROR),
        (boundaries.with_heights, Fault.HAS_Z, Severity.INFO),
        (boundaries.thread, Fault.SLIVER_PART, Severity.WARNING),
        (boundaries.twins, Fault.DUPLICATE_GEOMETRY, Severity.ERROR),
    ],
)
def test_each_fault_of_a_shape_is_found_and_nothing_else(
    make: Make, fault: Fault, severity: Severity
) -> None:
    (finding,) = validate(make(), tiles=True)
    assert (finding.code, finding.severity, finding.areas[0]) == (fault, severity, "A")


@pytest.mark.parametrize(
    ("wkt", "en", "zh"),
    [
        ("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", "Self-intersection", "边界自相交"),
        ("POLYGON ((0 0, 2 0, 1 1, 2 2, 0 2, 1 1, 0 0))", "Ring Self-intersection", "与自身相接"),
        (
            "POLYGON ((0 0, 1 0, 1 1, 0 0), (2 2, 3 2, 3 3, 2 2))",
            "Hole lies outside shell",
            "孔洞在外环之外",
        ),
        (
            "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((1 1, 2 1, 2 2, 1 2, 1 1)))",
            "Nested shells",
            "外环互相嵌套",
        ),
        ("POLYGON ((0 0, 1 0, 0 0, 0 0))", "Too few points", "点数不足"),
        (
            "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (0 2, 2 0, 4 2, 2 4, 0 2))",
            "Interior is disconnected",
            "内部不连通",
        ),
        ("POLYGON ((0 0, 1 0, 1 nan, 0 0))", "Invalid Coordinate", "坐标不是有限数"),
    ],
)
def test_an_invalid_ring_is_explained_in_both_languages_and_shown(
    wkt: str, en: str, zh: str
) -> None:
    with np.errstate(invalid="ignore"):  # making a corner that is no number
        shape = shapely.from_wkt(wkt)
    (finding,) = validate(plain(shape))
    assert finding.code is Fault.INVALID_RING
    assert en in finding.en
    assert zh in finding.zh
    assert "leave it out" in finding.en
    assert "nan" in wkt or shapely.dwithin(shape.boundary, finding.place, 1e-9)


def test_the_wrong_type_is_named() -> None:
    finding = only(validate(boundaries.line()), Fault.WRONG_TYPE)
    assert "LineString" in finding.en
    assert "不是面" in finding.zh


def test_parents_are_asked_for_only_where_a_layer_above_is_given() -> None:
    assert validate(boundaries.shared_edge()) == []
    found = validate(boundaries.shared_edge(), parents=boundaries.district())
    assert faults(found) == [Fault.MISSING_PARENT] * 2
    assert {finding.severity for finding in found} == {Severity.WARNING}


def test_a_parent_that_is_not_there_is_an_error() -> None:
    frame = boundaries.children().assign(parent=["310101", "310104"])
    (finding,) = validate(frame, parents=boundaries.district())
    assert (finding.code, finding.severity) == (Fault.UNKNOWN_PARENT, Severity.ERROR)
    assert finding.areas == ("310101013",)
    assert "310104" in finding.en
    assert "310104" in finding.zh


def test_a_code_from_under_another_parent_is_a_warning() -> None:
    frame = boundaries.children().assign(code=["310101002", "310104003"])
    (finding,) = validate(frame, parents=boundaries.district())
    assert (finding.code, finding.severity) == (Fault.CODE_NOT_UNDER_PARENT, Severity.WARNING)
    assert finding.areas == ("310104003",)


def test_codes_in_long_form_and_free_codes_are_at_home_under_a_short_code() -> None:
    frame = boundaries.children().assign(code=["310101002000", "外滩"])
    assert validate(frame, parents=boundaries.district()) == []


def test_no_error_of_form_can_be_accepted() -> None:
    assert {Fault.OVERLAP, Fault.DUPLICATE_GEOMETRY} == ACCEPTABLE


@pytest.mark.parametrize("fault", Fault)
def test_every_kind_of_finding_is_explained(fault: Fault) -> None:
    explained = explain(fault)
    assert explained.en.endswith(".")
    assert explained.zh.endswith("。")
    assert explained.fix is None or explained.fix in Fix


@given(st.floats(0.05, 2), st.floats(0.05, 2))
def test_the_width_of_a_sliver_is_what_the_caller_says(width: float, limit: float) -> None:
    strip = shapely.MultiPolygon([box(0, 0, 100, 100), box(200, 0, 200 + width, 1_000)])
    found = validate(plain(strip), limits=Limits(sliver_width_m=limit))
    # The strip is a thousandth narrower by its measure than by its side.
    if abs(width - limit) > 0.01:
        assert faults(found) == ([Fault.SLIVER_PART] if width < limit else [])


def test_findings_become_a_table_for_maps() -> None:
    table = findings_frame(validate(boundaries.overlap()))
    assert table.crs == "EPSG:4326"
    assert table.loc[0, ["code", "severity", "areas", "rows"]].tolist() == [
        "overlap",
        "error",
        "A,B",
        "0,1",
    ]
    assert table["area_m2"][0] == pytest.approx(2_000, rel=1e-4)
    assert table.geometry[0].equals(box(80, 0, 100, 100))
    assert findings_frame([]).columns.tolist() == table.columns.tolist()


def test_a_finding_without_a_place_or_an_area_has_its_row_in_the_table() -> None:
    table = findings_frame(validate(boundaries.null_shape()))
    assert table.geometry.tolist() == [None]
    assert np.isnan(table["area_m2"][0])


def test_what_is_no_layer_of_areas_is_refused() -> None:
    frame = boundaries.shared_edge()
    with pytest.raises(ColumnError):
        validate(frame.drop(columns="code"))
    with pytest.raises(CrsError):
        validate(frame.set_crs("EPSG:4490", allow_override=True))
    with pytest.raises(CrsError):
        validate(frame, parents=frame.set_crs("EPSG:4490", allow_override=True))


def test_a_clean_layer_of_the_zoo_is_an_area_frame() -> None:
    for make in GOOD.values():
        check_areas(make())
