"""Areas beside one another and inside their parents: overlaps, gaps, slivers, nesting."""

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.findings import Fault, Severity
from geodata.validate import Limits, validate
from tests import boundaries
from tests.boundaries import box, degrees, layer, plain, ring
from tests.geodata.test_validate import faults, only


def test_a_crooked_mesh_tiles_its_blocks() -> None:
    cells = boundaries.mesh(6, 6, seed=1)
    blocks = boundaries.blocks_of(cells)
    assert validate(cells, parents=blocks, tiles=True) == []
    holed = cells.drop(index=14).reset_index(drop=True)
    (finding,) = validate(holed, parents=blocks, tiles=True)
    assert finding.code is Fault.GAP
    assert shapely.hausdorff_distance(finding.place, cells.geometry[14]) < 1e-9


def test_an_overlap_is_an_error_unless_the_layer_declares_it() -> None:
    (finding,) = validate(boundaries.overlap(), tiles=True)
    assert (finding.code, finding.severity) == (Fault.OVERLAP, Severity.ERROR)
    assert finding.areas == ("A", "B")
    assert finding.area_m2 == pytest.approx(2_000, rel=1e-4)
    assert shapely.equals(finding.place, box(80, 0, 100, 100))
    assert "2,000 m²" in finding.en
    assert "2,000 平方米" in finding.zh
    (declared,) = validate(boundaries.overlap(), tiles=True, overlap_allowed=True)
    assert (declared.code, declared.severity) == (Fault.OVERLAP, Severity.INFO)


def test_an_area_wholly_inside_another_overlaps_it() -> None:
    (finding,) = validate(boundaries.inside(), tiles=True)
    assert (finding.code, finding.areas) == (Fault.OVERLAP, ("A", "B"))
    assert finding.area_m2 == pytest.approx(400, rel=1e-4)


def test_three_areas_on_one_spot_are_three_overlaps() -> None:
    frame = plain(box(0, 0, 50, 50), box(40, 0, 90, 50), box(30, 30, 80, 80))
    assert [finding.areas for finding in validate(frame) if finding.code is Fault.OVERLAP] == [
        ("A", "B"),
        ("A", "C"),
        ("B", "C"),
    ]


def test_twins_are_not_an_overlap_too_but_a_third_over_them_is() -> None:
    frame = plain(box(0, 0, 50, 50), box(0, 0, 50, 50), box(40, 0, 90, 50))
    found = validate(frame)
    assert only(found, Fault.DUPLICATE_GEOMETRY).areas == ("A", "B")
    overlaps = [finding.areas for finding in found if finding.code is Fault.OVERLAP]
    assert overlaps == [("A", "C"), ("B", "C")]


def test_twins_in_a_layer_that_may_overlap_are_a_warning() -> None:
    (finding,) = validate(boundaries.twins(), overlap_allowed=True)
    assert (finding.code, finding.severity) == (Fault.DUPLICATE_GEOMETRY, Severity.WARNING)


def test_a_border_drawn_twice_is_a_sliver_and_no_error() -> None:
    (finding,) = validate(boundaries.sliver_overlap(), tiles=True)
    assert (finding.code, finding.severity) == (Fault.SLIVER_OVERLAP, Severity.WARNING)
    assert finding.area_m2 == pytest.approx(20, rel=1e-3)
    (wide,) = validate(boundaries.sliver_overlap(), limits=Limits(sliver_width_m=0.1))
    assert wide.code is Fault.OVERLAP


def test_a_gap_is_found_where_the_layer_must_tile() -> None:
    (finding,) = validate(boundaries.gap(), tiles=True)
    assert (finding.code, finding.severity) == (Fault.GAP, Severity.WARNING)
    assert finding.areas == ("A", "B", "C", "D")
    assert finding.area_m2 == pytest.approx(1_600, rel=1e-4)
    assert shapely.equals(finding.place, box(30, 30, 70, 70))
    assert validate(boundaries.gap()) == []


def test_a_hole_of_one_area_is_a_gap_until_another_fills_it() -> None:
    assert faults(validate(boundaries.open_hole(), tiles=True)) == [Fault.GAP]
    assert validate(boundaries.filled_hole(), tiles=True) == []


def test_a_sliver_gap_is_a_finding_of_its_own() -> None:
    (finding,) = validate(boundaries.sliver_gap(), tiles=True)
    assert (finding.code, finding.severity) == (Fault.SLIVER_GAP, Severity.WARNING)
    assert finding.areas == ("A", "B")
    assert finding.area_m2 == pytest.approx(12, rel=1e-2)


def test_gaps_are_measured_against_the_layer_above() -> None:
    alone = boundaries.children().iloc[:1]
    (finding,) = validate(alone, parents=boundaries.district(), tiles=True)
    assert finding.code is Fault.GAP
    assert finding.areas == ("310101002",)
    assert finding.area_m2 == pytest.approx(10_000, rel=1e-4)
    assert "310101 黄浦区" in finding.en
    assert "黄浦区（310101）内" in finding.zh


def test_what_the_layer_above_leaves_out_too_is_no_gap() -> None:
    lake = boundaries.open_hole().assign(code="P")
    children = boundaries.open_hole().assign(parent="P")
    assert validate(children, parents=lake, tiles=True) == []


def test_a_parent_without_children_is_a_gap_as_a_whole() -> None:
    (finding,) = validate(layer(), parents=boundaries.district(), tiles=True)
    assert (finding.code, finding.areas) == (Fault.GAP, ())
    assert shapely.equals(finding.place, box(0, 0, 200, 100))


def test_where_an_invalid_polygon_lies_is_no_gap_beside_its_own_finding() -> None:
    crossed = ring((40, 40), (60, 60), (60, 40), (40, 60))
    frame = plain(boundaries.open_hole().geometry[0], crossed)
    found = validate(frame, tiles=True)
    assert only(found, Fault.INVALID_RING).areas == ("B",)
    gaps = [finding for finding in found if finding.code is Fault.GAP]
    assert sum(finding.area_m2 or 0 for finding in gaps) == pytest.approx(200, rel=1e-4)


def test_edges_without_common_corners_are_said_once_for_the_layer() -> None:
    (finding,) = validate(boundaries.t_junction(), tiles=True)
    assert (finding.code, finding.severity) == (Fault.UNMATCHED_EDGES, Severity.INFO)
    assert finding.areas == ("A", "B", "C")
    assert "400 m" in finding.en


def test_a_child_that_sticks_out_is_a_warning_with_what_sticks_out() -> None:
    (finding,) = validate(boundaries.child_outside(), parents=boundaries.district(), tiles=True)
    assert (finding.code, finding.severity) == (Fault.OUTSIDE_PARENT, Severity.WARNING)
    assert finding.areas == ("310101013",)
    assert finding.area_m2 == pytest.approx(5_000, rel=1e-4)
    assert shapely.equals(finding.place, box(200, 0, 250, 100))
    assert "33.3%" in finding.en
    assert "黄浦区（310101）" in finding.zh


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        (Limits(outside_share=0.3, outside_width_m=10), [Fault.OUTSIDE_PARENT]),
        (Limits(outside_share=0.4, outside_width_m=10), []),
        (Limits(outside_share=0.3, outside_width_m=40), []),
    ],
)
def test_both_limits_must_be_passed_to_lie_outside(limits: Limits, found: list[Fault]) -> None:
    frame = boundaries.child_outside()
    assert faults(validate(frame, parents=boundaries.district(), limits=limits)) == found


def test_a_child_of_a_broken_parent_is_said_not_to_be_compared() -> None:
    parents = boundaries.bow_tie()
    children = layer(
        ("c", "丙", "A", box(500, 0, 600, 100)), ("d", "丁", "B", box(100, 0, 200, 90))
    )
    (finding,) = validate(children, parents=parents)
    assert (finding.code, finding.severity) == (Fault.PARENT_NOT_USABLE, Severity.INFO)
    assert finding.areas == ("c",)


SPOTS = st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(5, 20), st.integers(5, 20))


@settings(max_examples=50, deadline=None)
@given(st.lists(SPOTS, min_size=1, max_size=6))
def test_overlaps_and_gaps_add_up_to_what_a_plain_overlay_gives(
    spots: list[tuple[int, int, int, int]],
) -> None:
    blocks = [shapely.box(x, y, x + width, y + height) for x, y, width, height in spots]
    yard = shapely.box(0, 0, 50, 50)
    frame = plain(*map(degrees, blocks)).assign(parent="P")
    parents = layer(("P", "院", None, degrees(yard)))
    found = validate(frame, parents=parents, tiles=True, limits=Limits(sliver_width_m=0.1))
    doubled = [finding for finding in found if finding.code is Fault.OVERLAP]
    gaps = [finding for finding in found if finding.code is Fault.GAP]
    pairs = [
        shapely.area(shapely.intersection(one, other))
        for at, one in enumerate(blocks)
        for other in blocks[:at]
        if not one.equals(other)
    ]
    left = shapely.area(yard) - shapely.area(shapely.union_all(blocks))
    assert sum(it.area_m2 or 0 for it in doubled) == pytest.approx(sum(pairs), rel=1e-3, abs=1e-3)
    assert sum(it.area_m2 or 0 for it in gaps) == pytest.approx(left, rel=1e-3, abs=1e-3)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(10, 90), min_size=9, max_size=9), st.floats(0, 360))
def test_a_layer_cut_out_of_one_sheet_tiles_it(cuts: list[float], turn: float) -> None:
    sheet = shapely.affinity.rotate(shapely.box(0, 0, 100, 100), turn, origin=(0, 0))
    west, south, east, north = sheet.bounds
    height = (north - south) / 10
    lines = [
        shapely.LineString(
            [(west - 1, south + at * height + cut / 90), (east + 1, south + at * height)]
        )
        for at, cut in enumerate(cuts, start=1)
    ]
    pieces = list(shapely.ops.split(sheet, shapely.MultiLineString(lines)).geoms)
    frame = plain(*map(degrees, pieces)).assign(parent="P")
    parents = layer(("P", "院", None, degrees(sheet)))
    assert set(faults(validate(frame, parents=parents, tiles=True))) <= {Fault.UNMATCHED_EDGES}
