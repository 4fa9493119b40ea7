from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.generalise import Faces, generalised

TOLERANCES = (20.0, 80.0, 320.0)
SITES = st.lists(
    st.tuples(st.integers(0, 2_000), st.integers(0, 2_000)), min_size=3, max_size=9, unique=True
)


def ragged(shape: shapely.Polygon, seed: int) -> shapely.Polygon:
    """The same ground with borders that are anything but straight, the same for both sides."""

    def bent(xy: np.ndarray) -> np.ndarray:
        wave = np.sin(xy[:, ::-1] / 37.0 + seed) + np.sin(xy[:, ::-1] / 11.0)
        return np.asarray(xy + 9.0 * wave)

    return shapely.transform(shapely.segmentize(shape, 40.0), bent)


def town(sites: list[tuple[int, int]], seed: int = 0) -> np.ndarray:
    """Areas that tile a square, drawn along wavy lines."""
    cells = shapely.voronoi_polygons(
        shapely.MultiPoint(sites), extend_to=shapely.box(0, 0, 2_000, 2_000)
    )
    faces = shapely.set_precision(shapely.get_parts(cells), 0.01)
    waved = np.array([ragged(face, seed) for face in faces])
    return waved if shapely.coverage_is_valid(waved) else faces


def holes_of(shapes: np.ndarray) -> int:
    return sum(len(part.interiors) for part in shapely.get_parts(shapely.union_all(shapes)))


def shared_ground(shapes: np.ndarray) -> dict[tuple[int, int], float]:
    pairs = combinations(range(len(shapes)), 2)
    return {(a, b): shapely.intersection(shapes[a], shapes[b]).area for a, b in pairs}


@given(sites=SITES, seed=st.integers(0, 50))
@settings(max_examples=10)
def test_a_layer_without_gap_or_overlap_keeps_neither(
    sites: list[tuple[int, int]], seed: int
) -> None:
    areas = town(sites, seed)
    corners = shapely.get_num_coordinates(areas).sum()
    for drawn in generalised(areas, TOLERANCES):
        assert shapely.coverage_is_valid(drawn)
        assert not shapely.is_empty(drawn).any()
        assert shapely.is_valid(drawn).all()
        assert shapely.get_num_coordinates(drawn).sum() <= corners
        assert holes_of(drawn) <= holes_of(areas), "a crack"
        corners = shapely.get_num_coordinates(drawn).sum()


@given(sites=SITES, other=SITES)
@settings(max_examples=10)
def test_what_only_touched_still_does_where_others_overlap(
    sites: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    zones = np.concatenate([town(sites), town(other, 3)])
    before = shared_ground(zones)
    for drawn in generalised(zones, TOLERANCES):
        assert not shapely.is_empty(drawn).any()
        after = shared_ground(drawn)
        apart = [pair for pair, area in before.items() if area < 1e-6]
        assert max((after[pair] for pair in apart), default=0.0) < 1.0
    assert shapely.coverage_is_valid(Faces.cut(zones).simplified(80.0).shapes)


def test_a_border_is_one_line_for_both_sides() -> None:
    west, east = (ragged(shapely.box(x, 0, x + 500, 500), 1) for x in (0, 500))
    [drawn] = generalised(np.array([west, east]), [40.0])
    border = shapely.intersection(drawn[0], drawn[1])
    assert border.length > 490
    assert border.area == 0
    assert (
        shapely.get_num_coordinates(drawn).sum() < shapely.get_num_coordinates([west, east]).sum()
    )


def test_a_zone_thinner_than_the_grid_is_not_lost() -> None:
    thread = shapely.box(0, 0, 100, 0.001)
    [drawn] = generalised(np.array([shapely.box(-50, -50, 50, 50), thread]), [1.0])
    assert shapely.equals(drawn[1], thread)


@pytest.mark.parametrize("count", [0, 1])
def test_few_are_no_special_case(count: int) -> None:
    [drawn] = generalised(np.array([shapely.box(0, 0, 9, 9)] * count, dtype=object), [1.0])
    assert len(drawn) == count
