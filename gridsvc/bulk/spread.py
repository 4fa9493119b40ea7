"""What bulk routing asks of the index of areas, many points at a time."""

import numpy as np

from geodata.index import AreaIndex
from gridsvc.bulk.points import Floats, Ints


def cover_sets(index: AreaIndex, lon: Floats, lat: Floats) -> tuple[Ints, list[tuple[int, ...]]]:
    """Find for each point the number of the set of areas that cover it, and the sets."""
    points, areas = index.covers_many(lon, lat)
    covering: list[list[int]] = [[] for _ in range(len(lon))]
    for point, area in zip(points.tolist(), areas.tolist(), strict=True):
        covering[point].append(area)
    numbers: dict[tuple[int, ...], int] = {}
    ids = [numbers.setdefault(tuple(one), len(numbers)) for one in covering]
    return np.array(ids, dtype=np.int64), list(numbers)


def distances(index: AreaIndex, areas: Ints, lon: Floats, lat: Floats) -> Floats:
    """Measure in metres from each point to the border of the area that is named for it."""
    return np.array(
        [
            abs(index.distance_to_border(*one))
            for one in zip(areas.tolist(), lon.tolist(), lat.tolist(), strict=True)
        ],
        dtype=np.float64,
    )
