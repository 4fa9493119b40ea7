"""Cutting and joining areas: no land is lost, none is counted twice."""

import math
from typing import Any

import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, box

from geodata.errors import GeometryError
from geodata.measure import area_m2
from geodata.redraw import merge, new_corners, split, with_corners
from tests.factories import SOUTH, WEST, cell, frame

radii = st.lists(st.floats(0.2, 1.0), min_size=3, max_size=24)
angles = st.floats(0, 2 * math.pi)


def star(lengths: list[float]) -> Any:
    """A polygon around the city of squares' corner, as jagged as its radii say."""
    turn = 2 * math.pi / len(lengths)
    points = [
        (WEST + r * 0.01 * math.cos(n * turn), SOUTH + r * 0.01 * math.sin(n * turn))
        for n, r in enumerate(lengths)
    ]
    shape = shapely.Polygon(points)
    assume(shape.is_valid and shape.area > 1e-6)
    return shape


def chord(angle: float, shift: float) -> LineString:
    """A line right across a star, so far beside its centre."""
    across, up = math.cos(angle), math.sin(angle)
    x, y = WEST - up * shift * 0.002, SOUTH + across * shift * 0.002
    return LineString([(x - across, y - up), (x + across, y + up)])


@given(lengths=radii, angle=angles, shift=st.floats(-1, 1))
def test_halves_are_the_whole_and_share_no_land(
    lengths: list[float], angle: float, shift: float
) -> None:
    shape, line = star(lengths), chord(angle, shift)
    assume(shape.intersection(line).length > 1e-5)
    try:
        left, right = split(shape, line)
    except GeometryError:
        assume(False)
    assert left.is_valid
    assert right.is_valid
    whole, one, two = area_m2([shape, left, right])
    assert one + two == pytest.approx(whole, abs=1e-2)
    assert area_m2([left.intersection(right)])[0] < 1e-2
    assert area_m2([shapely.symmetric_difference(shape, shapely.union(left, right))])[0] < 1e-2


@given(lengths=radii, angle=angles)
def test_halves_joined_are_what_was_cut(lengths: list[float], angle: float) -> None:
    shape = star(lengths)
    try:
        halves = split(shape, chord(angle, 0))
    except GeometryError:
        assume(False)
    again = merge(list(halves))
    assert area_m2([shapely.symmetric_difference(shape, again)])[0] < 1e-2


@given(lengths=radii, angle=angles)
def test_a_line_drawn_the_other_way_gives_the_same_halves_exchanged(
    lengths: list[float], angle: float
) -> None:
    shape, line = star(lengths), chord(angle, 0)
    try:
        there = split(shape, line)
    except GeometryError:
        assume(False)
    back = split(shape, line.reverse())
    assert back.left.normalize() == there.right.normalize()
    assert back.right.normalize() == there.left.normalize()


def test_left_is_left_of_the_line() -> None:
    northward = LineString([(104.005, 30), (104.005, 31)])
    left, right = split(cell(0, 0), northward)
    assert left.bounds[0] == 104.0
    assert right.bounds[2] == 104.01


def test_parts_that_the_line_does_not_cross_stay_with_the_left() -> None:
    shape = MultiPolygon([cell(0, 0), cell(5, 5)])
    left, right = split(shape, LineString([(104.005, 30), (104.005, 31)]))
    assert len(left.geoms) == 2
    assert right.geom_type == "Polygon"


def test_a_hole_may_be_cut_through() -> None:
    shape = box(0, 0, 3, 3).difference(box(1, 1, 2, 2))
    left, right = split(shape, LineString([(1.5, -1), (1.5, 4)]))
    assert left.area == right.area == 4


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (LineString([(103, 30), (103, 31)]), "cut_does_not_divide"),
        (LineString([(104.005, 30.605), (104.005, 31)]), "cut_does_not_divide"),
        (LineString([(104.0, 30), (104.0, 31)]), "cut_does_not_divide"),
        (LineString([(104, 30.6), (104.01, 30.61), (104, 30.61), (104.01, 30.6)]), "not_a_cut"),
        (LineString(), "not_a_cut"),
        (shapely.Point(104, 30), "not_a_cut"),
    ],
)
def test_a_line_that_is_no_cut_is_refused(line: Any, code: str) -> None:
    with pytest.raises(GeometryError) as error:
        split(cell(0, 0), line)
    assert error.value.code == code


def test_what_is_no_area_is_neither_cut_nor_joined() -> None:
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    for refused in (lambda: split(bow, chord(0, 0)), lambda: merge([cell(0, 0), bow])):
        with pytest.raises(GeometryError) as error:
            refused()
        assert error.value.code == "not_usable"


def test_neighbours_get_the_corners_of_a_cut() -> None:
    old, beside, apart = cell(0, 0), cell(1, 0), cell(5, 5)
    halves = split(old, LineString([(103, 30.6033), (105, 30.6071)]))
    corners = new_corners(old, list(halves))
    assert len(corners) == 2
    refined = with_corners(beside, corners)
    assert len(refined.exterior.coords) == len(beside.exterior.coords) + 1
    assert shapely.coverage_is_valid([*halves, refined])
    assert with_corners(apart, corners) is apart
    assert with_corners(refined, corners) is refined


def test_joined_squares_keep_their_corners() -> None:
    areas = frame(("A", "甲", None, cell(0, 0)), ("B", "乙", None, cell(1, 0)))
    assert merge(list(areas.geometry)).equals(cell(0, 0, 2, 1))
    assert merge([cell(0, 0), cell(5, 5)]).geom_type == "MultiPolygon"
