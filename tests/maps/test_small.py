"""Small maps for paper: paths in one box, with borders that neighbours share."""

import geopandas
import pytest
from shapely import box

from geodata.errors import CrsError
from maps.small import WIDTH, coloured, outlines_of


def frame(*shapes: object, crs: str = "EPSG:4326") -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(geometry=list(shapes), crs=crs)


def test_areas_fill_the_box_with_the_south_at_its_bottom() -> None:
    drawn = outlines_of(frame(box(104, 30, 104.2, 30.1), box(104, 30.1, 104.2, 30.2), None))
    south, north, none = drawn.paths
    assert none == ""
    corners = [
        {tuple(map(int, it.split())) for it in path[1:-1].split("L")} for path in (south, north)
    ]
    widest = max(x for x, _ in corners[0])
    assert WIDTH in {widest, drawn.height}
    assert max(y for _, y in corners[0]) == drawn.height
    assert min(y for _, y in corners[1]) == 0
    assert len(corners[0] & corners[1]) == 2


def test_a_hole_is_a_ring_of_its_own() -> None:
    with_hole = box(104, 30, 105, 31).difference(box(104.4, 30.4, 104.6, 30.6))
    (path,) = outlines_of(frame(with_hole)).paths
    assert path.count("M") == path.count("Z") == 2


def test_nothing_has_no_path() -> None:
    assert outlines_of(frame()).paths == ()
    assert outlines_of(frame(None)).paths == ("",)


def test_other_degrees_are_refused() -> None:
    with pytest.raises(CrsError):
        outlines_of(frame(box(0, 0, 1, 1), crs="EPSG:3857"))


def test_each_area_has_the_look_of_its_class() -> None:
    drawn = coloured([0.0, 3.0, 3.0, 9.0], "YlOrRd")
    zero, one, other, most = (look.fill for look in drawn.looks)
    assert (one == other, len({zero, one, most})) == (True, 3)
    assert [(it.low, it.high) for it in drawn.legend] == [(0, 0), (3, 3), (9, 9)]
