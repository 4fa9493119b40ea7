"""Areas and places near Chengdu on a lattice, so that they touch; its steps are exact in binary."""

from collections.abc import Sequence

import shapely
from hypothesis import assume
from hypothesis import strategies as st


def at(x: float, y: float) -> tuple[float, float]:
    """A place near Chengdu by steps of about 0.8 m; whole steps are exact in binary."""
    return 104.0 + x * 2.0**-17, 30.5 + y * 2.0**-17


def area(
    *corners: tuple[float, float], holes: Sequence[Sequence[tuple[float, float]]] = ()
) -> shapely.Polygon:
    return shapely.Polygon(
        [at(*corner) for corner in corners], [[at(*corner) for corner in hole] for hole in holes]
    )


def square(x: float, y: float, side: float) -> list[tuple[float, float]]:
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]


WEST = area(*square(0, 0, 100))
EAST = area(*square(100, 0, 100))
NORTH = area((0, 100), (100, 100), (200, 100), (200, 200), (0, 200))
OVERLAP = area(*square(50, 50, 100))
HOLED = area(*square(300, 0, 100), holes=[square(330, 30, 40)])
ISLAND = area(*square(340, 40, 20))
PARTED = shapely.MultiPolygon([area(*square(500, 0, 50)), area(*square(600, 0, 50))])
CORNERED = shapely.MultiPolygon([area(*square(700, 0, 50)), area(*square(750, 50, 50))])
ZOO = [WEST, EAST, NORTH, OVERLAP, HOLED, ISLAND, PARTED, CORNERED]

lattice = st.tuples(st.integers(0, 12), st.integers(0, 12))


@st.composite
def shapes(draw: st.DrawFn) -> list[shapely.Geometry]:
    """Some areas with corners on a lattice, so that they touch; with holes and several parts."""
    hulls = st.lists(lattice, min_size=3, max_size=6).map(
        lambda corners: shapely.convex_hull(shapely.MultiPoint([at(*corner) for corner in corners]))
    )
    drawn = []
    for keep, take, add in draw(st.lists(st.tuples(hulls, hulls, hulls), min_size=1, max_size=6)):
        shape = shapely.union(shapely.difference(keep, take), add)
        drawn += [shape] if shape.geom_type in ("Polygon", "MultiPolygon") else []
    assume(drawn)
    return drawn


anywhere = st.tuples(st.floats(-2, 14), st.floats(-2, 14)) | lattice
