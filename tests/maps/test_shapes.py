from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import CrsError
from maps.shapes import (
    UNIT,
    UNIT_EXACT,
    Bounds,
    Shapes,
    ShapeSet,
    bounds_of,
    drawable,
    pack,
    simplified,
)
from tests.maps.frames import SOUTH, WEST, District, cells, frame_of


def set_of(*shapes: shapely.Geometry | None, exact: bool = True) -> ShapeSet:
    return ShapeSet(
        key="set",
        title="Area",
        geometries=np.array([*shapes, None], dtype=object)[:-1],
        names=[str(row) for row in range(len(shapes))],
        exact=exact,
    )


def unpacked(rings: list[list[int]], bounds: Bounds) -> list[shapely.LinearRing]:
    """What the browser does (shapes.js)."""
    return [
        shapely.LinearRing(np.cumsum(np.reshape(ring, (-1, 2)), axis=0) * UNIT_EXACT + bounds[:2])
        for ring in rings
    ]


def packed(shapes: ShapeSet) -> tuple[dict[str, Any], Bounds]:
    bounds = bounds_of([shapes])
    assert bounds is not None
    return pack(shapes, bounds), bounds


def test_a_packed_polygon_comes_back_with_its_hole_and_its_parts() -> None:
    ring = (
        shapely.Point(WEST, SOUTH).buffer(0.01).difference(shapely.Point(WEST, SOUTH).buffer(0.004))
    )
    shape = shapely.union_all([ring, shapely.box(WEST + 0.02, SOUTH, WEST + 0.03, SOUTH + 0.01)])
    written, bounds = packed(set_of(shape))
    rings = unpacked(written["rings"][0], bounds)
    assert len(rings) == 3
    even_odd = shapely.build_area(shapely.GeometryCollection(rings))
    assert even_odd.symmetric_difference(shape).area < 1e-3 * shape.area


@given(st.floats(-179, 179), st.floats(-84, 84), st.floats(0.0005, 1.0))
def test_a_vertex_of_an_exact_set_moves_by_less_than_a_decimetre_or_so(
    lon: float, lat: float, size: float
) -> None:
    shape = shapely.box(lon, lat, lon + size, lat + size)
    written, bounds = packed(set_of(shape))
    ring = unpacked(written["rings"][0], bounds)[0]
    assert np.abs(np.array(ring.bounds) - shape.bounds).max() <= UNIT_EXACT


def test_neighbours_share_their_border_after_simplification() -> None:
    shapes = np.array(cells(5, 4), dtype=object)
    bounds = bounds_of([set_of(*shapes)])
    assert bounds is not None
    light = simplified(shapes, (*bounds[:2], bounds[2] + 0.5, bounds[3] + 0.5))
    assert shapely.get_num_coordinates(light).sum() < shapely.get_num_coordinates(shapes).sum()
    assert shapely.coverage_is_valid(light)
    assert shapely.is_valid(light).all()


def test_a_simplified_set_is_packed_by_the_metre() -> None:
    written, bounds = packed(set_of(shapely.box(WEST, SOUTH, WEST + 0.1, SOUTH + 0.1), exact=False))
    assert written["unit"] == UNIT
    corners = np.cumsum(np.reshape(written["rings"][0], (-1, 2)), axis=0)
    assert {tuple(corner) for corner in corners} == {
        (0, 0),
        (10_000, 0),
        (10_000, 10_000),
        (0, 10_000),
    }
    assert bounds[:2] == (WEST, SOUTH)


def test_an_exact_set_keeps_every_vertex() -> None:
    shape = shapely.Point(WEST, SOUTH).buffer(0.05, quad_segs=200)
    bounds = (WEST - 20, SOUTH - 20, WEST + 20, SOUTH + 20)
    exact, light = (vertices(pack(set_of(shape, exact=keep), bounds)) for keep in (True, False))
    assert exact == shapely.get_num_coordinates(shape) - 1
    assert light < exact / 10


def vertices(written: dict[str, Any]) -> int:
    return len(written["rings"][0][0]) // 2


def test_the_spot_for_a_label_lies_inside_a_crescent() -> None:
    moon = shapely.Point(0, 0).buffer(1).difference(shapely.Point(0.5, 0).buffer(1))
    written, bounds = packed(set_of(moon))
    east, north, radius = written["spots"][0]
    spot = shapely.Point(bounds[0] + east * UNIT_EXACT, bounds[1] + north * UNIT_EXACT)
    assert moon.contains(spot)
    assert 0.8 < radius / (moon.exterior.distance(spot) * 111_320) < 1.1


BOW_TIE = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1), (0, 0)])
FLAT = shapely.Polygon([(0, 0), (1, 1), (0.5, 0.5), (0, 0)])


@pytest.mark.parametrize(
    "odd",
    [
        BOW_TIE,
        FLAT,
        None,
        shapely.Polygon(),
        shapely.Point(),
        shapely.Point(0.5, 0.5),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.MultiPoint([(0, 0), (1, 1)]),
        shapely.GeometryCollection([BOW_TIE, BOW_TIE, shapely.Point(0, 0)]),
        shapely.GeometryCollection([shapely.LineString([(0, 0), (1, 1)]), shapely.Point(0, 0)]),
        shapely.GeometryCollection(),
    ],
)
@pytest.mark.parametrize("exact", [True, False])
def test_whatever_a_shape_is_the_page_can_be_made(
    odd: shapely.Geometry | None, exact: bool
) -> None:
    shapes = set_of(shapely.box(0, 0, 2, 2), odd, exact=exact)
    written, _ = packed(shapes)
    assert len(written["rings"]) == len(written["spots"]) == 2
    assert (written["spots"][1] is None) == (odd is None or odd.is_empty)


def test_a_line_is_a_ring_without_an_inside() -> None:
    written, bounds = packed(set_of(shapely.LineString([(0, 0), (1, 0), (1, 1)])))
    ring = unpacked(written["rings"][0], bounds)[0]
    assert shapely.Polygon(ring).area == 0


def test_nothing_has_no_bounds() -> None:
    assert bounds_of([]) is None
    assert bounds_of([set_of(None, shapely.Polygon())]) is None


@pytest.mark.parametrize("crs", [None, "EPSG:4490", "EPSG:3857"])
def test_a_frame_in_another_system_is_refused(crs: str | None) -> None:
    frame = geopandas.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=crs)
    with pytest.raises(CrsError) as refused:
        drawable(frame)
    assert refused.value.code == "not_wgs84"


def test_what_is_out_of_range_is_not_drawn() -> None:
    wrong = [shapely.Point(0, 200), shapely.Point(np.inf, 0), shapely.box(0, 0, 1, 1), None]
    shapes: Shapes = drawable(frame_of(list("abcd"), wrong))
    assert list(shapely.is_missing(shapes)) == [True, True, False, True]


def test_the_frame_is_left_as_it_was(district: District) -> None:
    before = district.grid.copy(deep=True)
    simplified(drawable(district.grid), (WEST, SOUTH, WEST + 1, SOUTH + 1))
    assert before.equals(district.grid)
