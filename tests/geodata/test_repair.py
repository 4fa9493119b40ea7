from collections.abc import Callable

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geodata.findings import Fault
from geodata.measure import area_m2, metres_of_degree
from geodata.repair import Change, Fix, repair
from geodata.validate import validate
from tests import boundaries
from tests.boundaries import GOOD, NORTH_M, ZOO, box, plain, ring

Make = Callable[[], geopandas.GeoDataFrame]
ASKED = [*((fix,) for fix in Fix), tuple(Fix)]


def wkb(frame: geopandas.GeoDataFrame) -> list[bytes | None]:
    return list(shapely.to_wkb(frame.geometry.to_numpy()))


def fixed(changes: list[Change]) -> list[tuple[Fix, str]]:
    return [(change.fix, change.area) for change in changes]


@pytest.mark.parametrize("make", ZOO.values(), ids=ZOO)
def test_nothing_asked_is_nothing_changed(make: Make) -> None:
    repaired, changes = repair(make(), [])
    assert changes == []
    assert wkb(repaired) == wkb(make())
    assert repaired.drop(columns="geometry").equals(make().drop(columns="geometry"))


@pytest.mark.parametrize("make", ZOO.values(), ids=ZOO)
@pytest.mark.parametrize("fixes", ASKED)
def test_only_what_a_change_tells_has_changed(make: Make, fixes: tuple[Fix, ...]) -> None:
    frame = make()
    repaired, changes = repair(frame, fixes)
    assert wkb(frame) == wkb(make()), "the frame that came in"
    assert {change.fix for change in changes} <= set(fixes)
    dropped = {change.row for change in changes if change.fix is Fix.DROP_EMPTY}
    kept = [row for row in range(len(frame)) if row not in dropped]
    assert repaired["code"].tolist() == frame["code"].iloc[kept].tolist()
    told = {change.row for change in changes}
    for now, row in enumerate(kept):
        same = wkb(repaired)[now] == wkb(frame)[row]
        assert same == (row not in told)


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD)
def test_a_good_layer_needs_no_fix_but_a_grid(make: Make) -> None:
    frame, _ = repair(make(), [Fix.ORIENT])
    assert repair(frame, set(Fix) - {Fix.SNAP})[1] == []
    assert validate(repair(frame, list(Fix))[0], tiles=True) == []


@pytest.mark.parametrize("make", ZOO.values(), ids=ZOO)
@pytest.mark.parametrize("fix", Fix)
def test_a_fix_done_once_is_done(make: Make, fix: Fix) -> None:
    once, _ = repair(make(), [fix])
    again, changes = repair(once, [fix])
    assert changes == []
    assert wkb(again) == wkb(once)


def test_fixes_are_done_in_one_order_however_they_are_asked_for() -> None:
    frame = boundaries.bow_tie()
    forth, back = repair(frame, list(Fix)), repair(frame, list(Fix)[::-1])
    assert wkb(forth[0]) == wkb(back[0])
    assert forth[1] == back[1]


def test_heights_are_dropped_and_the_land_stays() -> None:
    repaired, (change,) = repair(boundaries.with_heights(), [Fix.FORCE_2D])
    assert not repaired.has_z.any()
    assert (change.fix, change.area, change.row) == (Fix.FORCE_2D, "A", 0)
    assert change.area_before_m2 == change.area_after_m2 == pytest.approx(10_000, rel=1e-4)


def test_a_ring_that_crosses_itself_becomes_its_two_halves() -> None:
    repaired, (change,) = repair(boundaries.bow_tie(), [Fix.MAKE_VALID])
    assert repaired.is_valid.all()
    assert (change.area, change.area_before_m2) == ("A", None)
    assert change.area_after_m2 == pytest.approx(5_000, rel=1e-4)
    assert "5,000 m²" in change.en
    assert "5,000 平方米" in change.zh


def test_what_remains_as_a_line_is_dropped_and_what_encloses_nothing_stays() -> None:
    spike = shapely.MultiPolygon([box(0, 0, 10, 10), ring((20, 0), (30, 0), (20, 0))])
    flat = ring((50, 0), (60, 0), (70, 0))
    repaired, changes = repair(plain(spike, flat), [Fix.MAKE_VALID, Fix.DROP_EMPTY])
    assert fixed(changes) == [(Fix.MAKE_VALID, "A")]
    assert shapely.equals(repaired.geometry[0], box(0, 0, 10, 10))
    assert wkb(repaired)[1] == flat.wkb


def test_areas_without_a_shape_are_removed_and_named() -> None:
    for make in (boundaries.null_shape, boundaries.empty_shape):
        repaired, (change,) = repair(make(), [Fix.DROP_EMPTY])
        assert repaired["code"].tolist() == ["B"]
        assert repaired.index.tolist() == [0]
        assert (change.area, change.row) == ("A", 0)
        assert (change.area_before_m2, change.area_after_m2) == (None, None)


def test_rings_are_turned_as_geojson_wants_them() -> None:
    wrong = shapely.orient_polygons(boundaries.open_hole().geometry[0], exterior_cw=True)
    repaired, (change,) = repair(plain(wrong), [Fix.ORIENT])
    (right,) = repaired.geometry
    assert right.exterior.is_ccw
    assert not right.interiors[0].is_ccw
    assert change.area_before_m2 == pytest.approx(change.area_after_m2)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-0.4, 0.4), min_size=18, max_size=18),
    st.sampled_from([0.01, 0.1, 1.0]),
)
def test_snapped_corners_lie_on_the_grid_and_common_borders_stay_common(
    shifts: list[float], grid_m: float
) -> None:
    knots = np.array([(x, y) for x in (0, 50, 100) for y in (0, 50, 100)], dtype=float)
    knots += np.array(shifts).reshape(-1, 2)
    corners = [tuple(knot) for knot in knots]
    cells = [
        ring(corners[at], corners[at + 3], corners[at + 4], corners[at + 1]) for at in (0, 1, 3, 4)
    ]
    frame = plain(*cells)
    snapped, _ = repair(frame, [Fix.SNAP], grid_m=grid_m)
    east, north = metres_of_degree(np.array(31.0))
    steps = shapely.get_coordinates(snapped.geometry.to_numpy()) * (east, north) / grid_m
    assert np.abs(steps - np.round(steps)).max() < 1e-3
    assert validate(snapped) == []
    moved = shapely.hausdorff_distance(frame.geometry.to_numpy(), snapped.geometry.to_numpy())
    assert moved.max() * NORTH_M <= grid_m


def test_a_polygon_smaller_than_the_grid_stays() -> None:
    tiny = plain(box(0.1, 0.1, 0.3, 0.3), box(50, 0, 100, 50))
    repaired, changes = repair(tiny, [Fix.SNAP], grid_m=1.0)
    assert "A" not in [change.area for change in changes]
    assert wkb(repaired)[0] == wkb(tiny)[0]


def test_a_sliver_overlap_stays_with_the_lower_code() -> None:
    frame = boundaries.sliver_overlap()
    for layer in (frame, frame.iloc[::-1].reset_index(drop=True)):
        repaired, (change,) = repair(layer, [Fix.CLOSE_SLIVERS])
        assert (change.fix, change.area) == (Fix.CLOSE_SLIVERS, "B")
        assert change.area_before_m2 is not None
        assert change.area_after_m2 == pytest.approx(change.area_before_m2 - 20, abs=0.01)
        assert validate(repaired, tiles=True) == []


def test_a_sliver_gap_goes_to_the_neighbour_with_the_longest_border() -> None:
    court = box(30, 30, 70, 30.4)
    around = shapely.difference(box(0, 0, 100, 100), shapely.union(court, box(30, 30.4, 70, 60)))
    frame = plain(box(30, 30.4, 70, 60), around)
    repaired, (change,) = repair(frame, [Fix.CLOSE_SLIVERS])
    assert change.area == "B"
    filled = shapely.difference(box(0, 0, 100, 100), box(30, 30.4, 70, 60))
    assert area_m2([shapely.symmetric_difference(repaired.geometry[1], filled)])[0] < 0.01
    assert validate(repaired, tiles=True) == []


def test_wide_gaps_and_overlaps_stay_as_they_are() -> None:
    for make in (boundaries.gap, boundaries.overlap, boundaries.inside, boundaries.open_hole):
        assert repair(make(), [Fix.CLOSE_SLIVERS])[1] == []
    _, changes = repair(boundaries.gap(), [Fix.CLOSE_SLIVERS], sliver_width_m=30)
    assert fixed(changes) == [(Fix.CLOSE_SLIVERS, "A")]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-0.3, 0.3), min_size=3, max_size=9), st.integers(-20, 20))
@example([0.3, -0.2, 0.2], 20)  # the gap touches its area only corner to corner
@example([0.25, 0.0, -0.25, 0.0], 0)
def test_a_border_drawn_twice_is_one_border_afterwards(wobbles: list[float], lean: int) -> None:
    step = 100 / (len(wobbles) + 1)
    drawn = [
        (100 + lean * at * step / 100 + wobble, at * step)
        for at, wobble in enumerate(wobbles, start=1)
    ]
    ends = (100.0, 0.0), (100.0 + lean, 100.0)
    west = ring((0, 0), ends[0], *drawn, ends[1], (0, 100))
    east = ring(ends[0], (200, 0), (200, 100), ends[1])
    repaired, _ = repair(plain(west, east), [Fix.CLOSE_SLIVERS])
    faults = {finding.code for finding in validate(repaired, tiles=True)}
    assert faults <= {Fault.UNMATCHED_EDGES}
    assert area_m2(repaired.geometry).sum() == pytest.approx(20_000, abs=1.0)


def test_a_broken_shape_with_heights_loses_them_and_is_not_measured() -> None:
    high = boundaries.bow_tie()
    high = high.set_geometry(shapely.force_3d(high.geometry.to_numpy(), 4.0))
    _, (broken, good) = repair(high, [Fix.FORCE_2D])
    assert (broken.area_before_m2, broken.area_after_m2) == (None, None)
    assert broken.en == "A 片区1: heights were dropped."
    assert good.area_after_m2 == pytest.approx(10_000, rel=1e-4)
