"""Points where an index may go wrong: vertices, places along edges, the floats beside them."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.index import AreaIndex

Floats = NDArray[np.float64]
Pairs = NDArray[np.intp]


def hard_points(
    shapes: Sequence[shapely.Geometry], count: int, *, seed: int = 7
) -> tuple[Floats, Floats]:
    """Draw points on borders, a float beside them, a little off, and anywhere."""
    chance = np.random.default_rng(seed)
    corners = shapely.get_coordinates(shapes)
    at = chance.integers(0, len(corners) - 1, count)
    along = chance.choice([0.0, 0.5, 1.0, np.nan], count)
    along = np.where(np.isnan(along), chance.random(count), along)
    points = corners[at] + along[:, None] * (corners[at + 1] - corners[at])
    how = chance.integers(0, 4, count)
    beside, off, anywhere = how == 1, how == 2, how == 3
    points[beside] = np.nextafter(points[beside], chance.choice([-999.0, 999.0], (beside.sum(), 2)))
    low, high = corners.min(axis=0), corners.max(axis=0)
    points[off] += chance.normal(0, 1e-3, (off.sum(), 2)) * (high - low)
    points[anywhere] = chance.uniform(low, high, (anywhere.sum(), 2))
    lon, lat = points.clip([-180, -90], [180, 90]).T
    return lon.copy(), lat.copy()


def by_index(shapes: Sequence[shapely.Geometry], lon: Floats, lat: Floats) -> set[tuple[int, int]]:
    return pairs(*AreaIndex(shapes).covers_many(lon, lat))


def by_shapely(
    shapes: Sequence[shapely.Geometry], lon: Floats, lat: Floats
) -> set[tuple[int, int]]:
    tree = shapely.STRtree(shapes)
    return pairs(*tree.query(shapely.points(lon, lat), predicate="covered_by"))


def pairs(points: Pairs, areas: NDArray[np.integer]) -> set[tuple[int, int]]:
    return set(zip(points.tolist(), areas.tolist(), strict=True))
