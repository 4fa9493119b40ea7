"""Where the very point decides: near a border that matters, and on ground that a policy declares.

Everywhere else all points that the same areas cover have one decision in common.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridsvc.bulk.points import Flags, Floats
from gridsvc.routing.edition import Edition
from gridsvc.routing.snapshot import MapView

EXACT_M = 1e-6
"""A point without accuracy is taken to be this good: as near as that is on the border."""


class Terrain:
    """The borders and grounds of one view that bear on decisions."""

    def __init__(self, view: MapView, edition: Edition, speaking: Flags) -> None:
        policies = edition.borders.policies
        along = [policy for policy in policies if policy.shape is None]
        named = {(policy.layer, code) for policy in along for code in policy.areas}
        self._declared = np.array([(a.layer.name, a.code) in named for a in view.areas], bool)
        self._layers = [area.layer.name for area in view.areas]
        self._reach_m = max((policy.within_m for policy in along), default=0.0)
        self._speaking, self._policed = (
            _Borders([view.shape(view.areas[position]) for position in np.flatnonzero(chosen)])
            for chosen in (speaking, self._declared)
        )
        self._shapes = _Borders([p.shape for p in policies if p.shape is not None])

    def alone(self, lon: Floats, lat: Floats, accuracy_m: Floats) -> Flags:
        """Tell where a decision depends on the very point; sometimes where it does not."""
        metres = np.maximum(accuracy_m, EXACT_M)
        return (
            self._speaking.near(lon, lat, metres)
            | self._policed.near(lon, lat, np.maximum(metres, self._reach_m))
            | self._shapes.near(lon, lat, metres)
            | self._shapes.cover(lon, lat)
        )

    def disputed(self, covering: Sequence[int]) -> bool:
        """Tell whether areas that a policy tells apart lie on each other."""
        layers = Counter(self._layers[p] for p in covering if self._declared[p])
        return max(layers.values(), default=0) > 1


class _Borders:
    """The borders of some areas."""

    def __init__(self, shapes: Sequence[BaseGeometry]) -> None:
        self._areas = shapely.STRtree(shapes)
        self._borders = shapely.STRtree(shapely.boundary(shapes))

    def near(self, lon: Floats, lat: Floats, metres: Floats) -> Flags:
        """Tell where a border may be within some metres; sometimes where none is."""
        degrees = metres / 110_000 / np.maximum(np.cos(np.radians(lat)), 1e-3) + 1e-11
        points = shapely.points(lon, lat)
        found = self._borders.query(points, predicate="dwithin", distance=degrees)
        flags = np.zeros(len(lon), dtype=np.bool_)
        flags[found[0]] = True
        return flags

    def cover(self, lon: Floats, lat: Floats) -> Flags:
        flags = np.zeros(len(lon), dtype=np.bool_)
        flags[self._areas.query(shapely.points(lon, lat), predicate="intersects")[0]] = True
        return flags
