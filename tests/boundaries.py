"""A zoo of small layers, each with one thing in it that real layers have: by name, and all in ZOO.

Shapes are given in metres east and north of a place in Shanghai and stand in degrees.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import geopandas
import numpy as np
import pandas as pd
import shapely

from geodata.frames import WGS84

PLACE: Final = (121.5, 31.2)
# Metres of one degree there, eastward and northward (GRS80/WGS84 radii of curvature).
EAST_M: Final = 95_304.357
NORTH_M: Final = 110_872.908

Area = tuple[str | None, str | None, str | None, Any]


def degrees(shape: Any) -> Any:
    """Draw a shape given in metres at the zoo's place, with nine decimals, as files have them."""
    return shapely.transform(shape, lambda at: np.round(at / (EAST_M, NORTH_M) + PLACE, 9))


def box(west: float, south: float, east: float, north: float) -> Any:
    return degrees(shapely.box(west, south, east, north))


def ring(*corners: tuple[float, float], holes: Sequence[Any] = ()) -> Any:
    return degrees(shapely.Polygon(corners, holes))


def layer(*areas: Area) -> geopandas.GeoDataFrame:
    """Make a layer of (code, name, parent, shape in degrees)."""
    texts = {
        name: pd.Series([area[at] for area in areas], dtype=object)
        for at, name in enumerate(("code", "name", "parent"))
    }
    shapes = geopandas.GeoSeries([area[3] for area in areas], crs=WGS84)
    return geopandas.GeoDataFrame(texts, geometry=shapes)


def plain(*shapes: Any) -> geopandas.GeoDataFrame:
    """Make a layer of shapes with free codes A, B, C ... and names."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return layer(*((letters[at], f"片区{at + 1}", None, shape) for at, shape in enumerate(shapes)))


def shared_edge() -> geopandas.GeoDataFrame:
    """Two squares of a hectare each with one edge in common: nothing is wrong."""
    return plain(box(0, 0, 100, 100), box(100, 0, 200, 100))


def four_cells() -> geopandas.GeoDataFrame:
    """Four squares around one corner, corner by corner: nothing is wrong."""
    return plain(
        box(0, 0, 100, 100),
        box(100, 0, 200, 100),
        box(0, 100, 100, 200),
        box(100, 100, 200, 200),
    )


def overlap() -> geopandas.GeoDataFrame:
    """Two squares which both cover 20 m by 100 m."""
    return plain(box(0, 0, 100, 100), box(80, 0, 200, 100))


def sliver_overlap() -> geopandas.GeoDataFrame:
    """Two squares which both cover 20 cm by 100 m."""
    return plain(box(0, 0, 100.1, 100), box(99.9, 0, 200, 100))


def inside() -> geopandas.GeoDataFrame:
    """A square wholly inside another, without a hole for it."""
    return plain(box(0, 0, 100, 100), box(40, 40, 60, 60))


def twins() -> geopandas.GeoDataFrame:
    """One square twice, its ring begun at another corner."""
    square = box(0, 0, 100, 100)
    return plain(square, shapely.Polygon([*square.exterior.coords[1:], square.exterior.coords[1]]))


def gap() -> geopandas.GeoDataFrame:
    """Four strips around a court of 40 m by 40 m that none of them covers."""
    return plain(
        ring((0, 0), (100, 0), (100, 30), (70, 30), (30, 30), (0, 30)),
        ring((0, 70), (30, 70), (70, 70), (100, 70), (100, 100), (0, 100)),
        ring((0, 30), (30, 30), (30, 70), (0, 70)),
        ring((70, 30), (100, 30), (100, 70), (70, 70)),
    )


def sliver_gap() -> geopandas.GeoDataFrame:
    """Two areas that bound each other all around a slit of 40 cm by 60 m."""
    return plain(
        ring((0, 0), (100, 0), (100, 20), (99.8, 50), (100, 80), (100, 100), (0, 100)),
        ring((100, 0), (200, 0), (200, 100), (100, 100), (100, 80), (100.2, 50), (100, 20)),
    )


def open_hole() -> geopandas.GeoDataFrame:
    """One area with a hole of 20 m by 20 m."""
    court = ((40, 40), (60, 40), (60, 60), (40, 60))
    return plain(ring((0, 0), (100, 0), (100, 100), (0, 100), holes=[court]))


def filled_hole() -> geopandas.GeoDataFrame:
    """The same with another area in the hole: nothing is wrong."""
    return plain(open_hole().geometry[0], box(40, 40, 60, 60))


def island() -> geopandas.GeoDataFrame:
    """Two areas with water between: nothing is wrong, not even where they must tile."""
    return plain(box(0, 0, 100, 100), box(150, 0, 200, 100))


def multi_part() -> geopandas.GeoDataFrame:
    """One area in two parts, another between them: nothing is wrong."""
    parts = shapely.MultiPolygon([box(0, 0, 100, 100), box(200, 0, 300, 100)])
    return plain(parts, box(100, 0, 200, 100))


def thread() -> geopandas.GeoDataFrame:
    """One area with a second part of 50 cm by 40 m."""
    return plain(shapely.MultiPolygon([box(0, 0, 100, 100), box(200, 0, 200.5, 40)]))


def t_junction() -> geopandas.GeoDataFrame:
    """Two squares meet at the middle of a third's edge, where it has no corner."""
    return plain(box(0, 0, 100, 200), box(100, 0, 200, 100), box(100, 100, 200, 200))


def antimeridian() -> geopandas.GeoDataFrame:
    """One area split at the 180th meridian, as RFC 7946 asks for: nothing is wrong."""
    west, east = shapely.box(179.99, 0, 180, 0.01), shapely.box(-180, 0, -179.99, 0.01)
    return plain(shapely.MultiPolygon([west, east]))


def beyond_180() -> geopandas.GeoDataFrame:
    """The same drawn on beyond 180 degrees."""
    return plain(shapely.box(179.99, 0, 180.01, 0.01))


def bow_tie() -> geopandas.GeoDataFrame:
    """A ring that crosses itself, beside a good square."""
    return plain(ring((0, 0), (100, 100), (100, 0), (0, 100)), box(100, 0, 200, 100))


def no_number() -> geopandas.GeoDataFrame:
    """A corner at infinity."""
    return plain(shapely.Polygon([(0, 0), (1, 0), (1, float("inf"))]), box(0, 0, 100, 100))


def with_heights() -> geopandas.GeoDataFrame:
    """A square with heights."""
    return plain(shapely.force_3d(box(0, 0, 100, 100), 12.5))


def empty_shape() -> geopandas.GeoDataFrame:
    """A polygon with nothing in it, beside a good square."""
    return plain(shapely.Polygon(), box(0, 0, 100, 100))


def null_shape() -> geopandas.GeoDataFrame:
    """No shape at all, beside a good square."""
    return plain(None, box(0, 0, 100, 100))


def line() -> geopandas.GeoDataFrame:
    """A line where an area should be, beside a good square."""
    return plain(degrees(shapely.LineString([(0, 0), (100, 100)])), box(0, 0, 100, 100))


def nobody() -> geopandas.GeoDataFrame:
    """A layer without areas."""
    return layer()


def mesh(columns: int, rows: int, seed: int) -> geopandas.GeoDataFrame:
    """Cells of about a hectare with crooked common borders, corner by corner: nothing is wrong."""
    chance = np.random.default_rng(seed)
    knots = np.array(
        [[(x * 100.0, y * 100.0) for y in range(rows + 1)] for x in range(columns + 1)]
    )
    knots += chance.uniform(-20, 20, knots.shape)
    east = {at: _crooked(knots, at, (1, 0), chance) for at in np.ndindex(columns, rows + 1)}
    north = {at: _crooked(knots, at, (0, 1), chance) for at in np.ndindex(columns + 1, rows)}
    cells = [
        np.vstack([east[x, y], north[x + 1, y], east[x, y + 1][::-1], north[x, y][::-1]])
        for x, y in np.ndindex(columns, rows)
    ]
    codes = [f"{x // 2:02d}{y // 2:02d}-{x:02d}{y:02d}" for x, y in np.ndindex(columns, rows)]
    shapes = [ring(*cell) for cell in cells]
    return layer(*((code, code, code[:4], it) for code, it in zip(codes, shapes, strict=True)))


def _crooked(
    knots: Any, at: tuple[int, int], step: tuple[int, int], chance: np.random.Generator
) -> Any:
    """Draw one border in eleven corners, none farther than 4 m from the straight line."""
    start, end = knots[at], knots[at[0] + step[0], at[1] + step[1]]
    along = np.linspace(0, 1, 11)[:, None]
    aside = np.array([start[1] - end[1], end[0] - start[0]]) * chance.uniform(-0.03, 0.03, (11, 1))
    aside[[0, -1]] = 0
    return start + along * (end - start) + aside


def blocks_of(cells: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Join the cells of a mesh into their parents."""
    parents = sorted(set(cells["parent"]))
    shapes = [
        shapely.coverage_union_all(cells.geometry[cells["parent"] == code].to_numpy())
        for code in parents
    ]
    return layer(*((code, code, None, it) for code, it in zip(parents, shapes, strict=True)))


def district() -> geopandas.GeoDataFrame:
    """A parent of 200 m by 100 m."""
    return layer(("310101", "黄浦区", None, box(0, 0, 200, 100)))


def children() -> geopandas.GeoDataFrame:
    """Two streets that fill `district`: nothing is wrong."""
    return layer(
        ("310101002", "南京东路街道", "310101", box(0, 0, 100, 100)),
        ("310101013", "外滩街道", "310101", box(100, 0, 200, 100)),
    )


def child_outside() -> geopandas.GeoDataFrame:
    """Two streets of which the second sticks 50 m by 100 m out of `district`."""
    return layer(
        ("310101002", "南京东路街道", "310101", box(0, 0, 100, 100)),
        ("310101013", "外滩街道", "310101", box(100, 0, 250, 100)),
    )


GOOD: Final[dict[str, Callable[[], geopandas.GeoDataFrame]]] = {
    make.__name__: make
    for make in (
        shared_edge,
        four_cells,
        filled_hole,
        island,
        multi_part,
        antimeridian,
        nobody,
        children,
    )
}
ZOO: Final[dict[str, Callable[[], geopandas.GeoDataFrame]]] = GOOD | {
    make.__name__: make
    for make in (
        overlap,
        sliver_overlap,
        inside,
        twins,
        gap,
        sliver_gap,
        open_hole,
        thread,
        t_junction,
        beyond_180,
        bow_tie,
        no_number,
        with_heights,
        empty_shape,
        null_shape,
        line,
        child_outside,
    )
}
