"""Where the very point decides: near a border that matters, and on ground that a policy declares.

Everywhere else all points that the same areas cover have one decision in common.
"""

from collections import defaultdict
from collections.abc import Container, Sequence

import numpy as np

from geodata.index import AreaIndex
from gridsvc.bulk.points import NONE, Flags, Floats, Ints
from gridsvc.routing.borders import AreaKey
from gridsvc.routing.edition import Edition
from gridsvc.routing.snapshot import MapView
from gridsvc.rules.border import BorderPolicy


class Terrain:
    """The borders and grounds of one view that bear on decisions."""

    def __init__(self, view: MapView, edition: Edition, speaking: Container[int]) -> None:
        policies = edition.borders.policies
        self._along = [policy for policy in policies if policy.shape is None]
        named = {key for policy in self._along for key in _areas(policy)}
        self._keys = [(area.layer.name, area.code) for area in view.areas]
        self._policed = [at for at, key in enumerate(self._keys) if key in named]
        self._reach_m = max((policy.within_m for policy in self._along), default=0.0)
        spoken = [at for at in range(len(view.areas)) if at in speaking]
        self._speaking, self._common = (
            AreaIndex([view.shape(view.areas[at]) for at in chosen])
            for chosen in (spoken, self._policed)
        )
        self._shapes = AreaIndex([p.shape for p in policies if p.shape is not None])

    def alone(self, lon: Floats, lat: Floats, accuracy_m: Floats) -> Flags:
        """Tell where a decision depends on the very point; sometimes where it does not."""
        flags: Flags = (
            self._speaking.borders_within(lon, lat, accuracy_m)
            | self._shapes.borders_within(lon, lat, accuracy_m)
            | (self._shapes.owner(lon, lat) != NONE)
        )
        reach = accuracy_m + self._reach_m
        rows = np.flatnonzero(self._common.borders_within(lon, lat, reach))
        flags[rows[self._between(lon[rows], lat[rows], reach[rows])]] = True
        return flags

    def disputed(self, covering: Sequence[int]) -> bool:
        """Tell whether areas that a policy tells apart lie on each other."""
        keys = {self._keys[position] for position in covering}
        return any(len(keys.intersection(_areas(policy))) > 1 for policy in self._along)

    def _between(self, lon: Floats, lat: Floats, reach: Floats) -> Ints:
        """List the points to which two areas of one policy come near."""
        points, areas, _ = self._common.near_many(lon, lat, reach)
        found: dict[int, set[AreaKey]] = defaultdict(set)
        for point, area in zip(points.tolist(), areas.tolist(), strict=True):
            found[point].add(self._keys[self._policed[area]])
        between = (
            point
            for point, keys in found.items()
            if any(len(keys.intersection(_areas(policy))) > 1 for policy in self._along)
        )
        return np.fromiter(between, dtype=np.int64)


def _areas(policy: BorderPolicy) -> list[AreaKey]:
    return [(policy.layer, code) for code in policy.areas]
