"""Where the very point decides: near a border that matters, and on ground that a policy declares.

Everywhere else all points that the same areas cover have one decision in common.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from geodata.index import AreaIndex
from gridsvc.bulk.points import NONE, Flags, Floats
from gridsvc.routing.edition import Edition
from gridsvc.routing.snapshot import MapView


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
            AreaIndex([view.shape(view.areas[position]) for position in np.flatnonzero(chosen)])
            for chosen in (speaking, self._declared)
        )
        self._shapes = AreaIndex([p.shape for p in policies if p.shape is not None])

    def alone(self, lon: Floats, lat: Floats, accuracy_m: Floats) -> Flags:
        """Tell where a decision depends on the very point; sometimes where it does not."""
        flags: Flags = (
            self._speaking.borders_within(lon, lat, accuracy_m)
            | self._policed.borders_within(lon, lat, accuracy_m + self._reach_m)
            | self._shapes.borders_within(lon, lat, accuracy_m)
            | (self._shapes.owner(lon, lat) != NONE)
        )
        return flags

    def disputed(self, covering: Sequence[int]) -> bool:
        """Tell whether areas that a policy tells apart lie on each other."""
        layers = Counter(self._layers[p] for p in covering if self._declared[p])
        return max(layers.values(), default=0) > 1
