"""What bulk routing asks of the index of areas, many points at a time."""

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.index import AreaIndex
from gridsvc.routing.snapshot import MapView

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


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


class Borders:
    """The borders of some areas of a view."""

    def __init__(self, view: MapView, chosen: Flags) -> None:
        shapes = view.index._areas[chosen]
        self._tree = shapely.STRtree(shapely.boundary(shapes))

    def near(self, lon: Floats, lat: Floats, metres: Floats) -> Flags:
        """Tell where a border may be within some metres; sometimes where none is."""
        degrees = metres / 110_000 / np.maximum(np.cos(np.radians(lat)), 1e-3) + 1e-11
        found = self._tree.query(shapely.points(lon, lat), predicate="dwithin", distance=degrees)
        flags = np.zeros(len(lon), dtype=np.bool_)
        flags[found[0]] = True
        return flags
