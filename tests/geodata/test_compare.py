from collections.abc import Callable

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.compare import Relabelled, compare
from geodata.errors import ColumnError
from geodata.frames import as_areas
from geodata.measure import area_m2
from tests import boundaries
from tests.boundaries import ZOO, box, degrees, layer, plain

Make = Callable[[], geopandas.GeoDataFrame]
UNIQUE = st.lists(st.sampled_from("ABCDEFGH"), unique=True)


@pytest.mark.parametrize("make", ZOO.values(), ids=ZOO)
def test_a_layer_does_not_differ_from_itself_in_any_order(make: Make) -> None:
    frame = make()
    found = compare(frame, frame.iloc[::-1].reset_index(drop=True))
    assert found.unchanged == len(frame)
    assert found.sentences == ()
    assert (found.added, found.removed, found.moved) == ((), (), ())
    assert (found.renamed, found.reparented) == ((), ())


@given(UNIQUE, UNIQUE)
def test_what_one_edition_adds_the_way_back_removes(old: list[str], new: list[str]) -> None:
    def edition(codes: list[str]) -> geopandas.GeoDataFrame:
        return layer(*((code, code, None, box(0, 0, 9, 9)) for code in codes))

    there, back = compare(edition(old), edition(new)), compare(edition(new), edition(old))
    assert there.added == back.removed == tuple(sorted(set(new) - set(old)))
    assert there.removed == back.added == tuple(sorted(set(old) - set(new)))
    assert there.unchanged == back.unchanged == len(set(old) & set(new))
    assert len(there.sentences) == len(there.added) + len(there.removed)


def test_a_new_name_and_a_new_parent_are_told_apart() -> None:
    old = boundaries.children()
    new = as_areas(old.assign(name=["南京东路街道", None], parent=["310104", "310101"]))
    found = compare(old, new)
    assert found.renamed == (Relabelled(code="310101013", old="外滩街道", new=""),)
    assert found.reparented == (Relabelled(code="310101002", old="310101", new="310104"),)
    assert found.unchanged == 0
    assert [sentence.zh for sentence in found.sentences] == [
        "310101013原名为“外滩街道”。",
        "南京东路街道（310101002）上级由 310101 改为 310104。",
    ]
    assert found.sentences[1].en == (
        "310101002 南京东路街道 moved from the parent 310101 to 310104."
    )


def test_land_that_changes_hands_is_measured_on_both_sides() -> None:
    old = boundaries.shared_edge()
    found = compare(old, plain(box(0, 0, 120, 100), box(120, 0, 200, 100)))
    gainer, loser = found.moved
    assert (gainer.code, loser.code) == ("A", "B")
    assert (gainer.gained_m2, gainer.lost_m2) == pytest.approx((2_000, 0), rel=1e-4)
    assert (loser.gained_m2, loser.lost_m2) == pytest.approx((0, 2_000), rel=1e-4)
    assert loser.moved_m2 == pytest.approx(2_000, rel=1e-4)
    assert shapely.equals(gainer.place, box(100, 0, 120, 100))
    assert "2,000 m²" in found.sentences[0].en
    assert found.summary.en == (
        "0 added, 0 removed, 0 renamed, 0 under another parent, 2 moved, 0 unchanged."
    )


def test_an_area_that_moved_gains_and_loses() -> None:
    (moved,) = compare(plain(box(0, 0, 100, 100)), plain(box(30, 0, 130, 100))).moved
    assert (moved.gained_m2, moved.lost_m2) == pytest.approx((3_000, 3_000), rel=1e-4)
    assert moved.moved_m2 == pytest.approx(6_000, rel=1e-4)


def test_coordinates_written_anew_are_no_change_of_land() -> None:
    old = boundaries.shared_edge()
    rounded = old.set_geometry(shapely.set_precision(old.geometry.to_numpy(), 1e-8))
    turned = old.set_geometry(shapely.normalize(shapely.reverse(old.geometry.to_numpy())))
    denser = old.set_geometry(shapely.segmentize(old.geometry.to_numpy(), 1e-4))
    for new in (rounded, turned, denser):
        found = compare(old, new)
        assert (found.moved, found.unchanged) == ((), 2)
        assert found.rewritten == ("A", "B")


def test_a_shape_that_appears_or_goes_is_all_gained_or_all_lost() -> None:
    there = plain(box(0, 0, 100, 100))
    for nothing in (plain(None), plain(shapely.Polygon())):
        (gained,) = compare(nothing, there).moved
        (lost,) = compare(there, nothing).moved
        assert (gained.gained_m2, gained.lost_m2) == pytest.approx((10_000, 0), rel=1e-4)
        assert (lost.gained_m2, lost.lost_m2) == pytest.approx((0, 10_000), rel=1e-4)


def test_an_invalid_shape_is_said_to_differ_and_not_measured() -> None:
    mended = plain(box(0, 0, 100, 100), box(100, 0, 200, 100))
    found = compare(boundaries.bow_tie(), mended)
    (moved,) = found.moved
    assert (moved.code, moved.moved_m2, moved.place) == ("A", None, None)
    assert "nothing can be measured" in found.sentences[0].en
    assert "无法量算" in found.sentences[0].zh
    assert found.unchanged == 1


def test_rows_that_cannot_be_told_apart_are_counted_not_compared() -> None:
    squares = [box(at, 0, at + 9, 9) for at in (0, 20, 40)]
    codes = ["A", None, "A"]
    new = layer(*((code, "甲", None, square) for code, square in zip(codes, squares, strict=True)))
    found = compare(layer(("A", "甲", None, squares[0])), new)
    assert (found.unchanged, found.left_out) == (1, 2)
    assert found.sentences[-1].en.startswith("2 rows without a code of their own")
    assert found.sentences[-1].zh.startswith("有 2 行")


def test_what_is_no_layer_of_areas_is_refused() -> None:
    frame = boundaries.shared_edge()
    with pytest.raises(ColumnError):
        compare(frame, frame.drop(columns="name"))


SIDES = st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(1, 20), st.integers(1, 20))


@settings(max_examples=60, deadline=None)
@given(SIDES, SIDES)
def test_what_moved_is_the_symmetric_difference_and_the_same_both_ways(
    old: tuple[int, int, int, int], new: tuple[int, int, int, int]
) -> None:
    shapes = [shapely.box(x, y, x + wide, y + high) for x, y, wide, high in (old, new)]
    frames = [plain(degrees(shape)) for shape in shapes]
    there, back = compare(*frames), compare(*reversed(frames))
    expected = shapely.area(shapely.symmetric_difference(*shapes))
    assert sum(it.moved_m2 or 0 for it in there.moved) == pytest.approx(expected, rel=1e-3)
    for forth, returned in zip(there.moved, back.moved, strict=True):
        assert forth.gained_m2 == pytest.approx(returned.lost_m2)
        assert area_m2(np.array([forth.place]))[0] == pytest.approx(forth.moved_m2)
