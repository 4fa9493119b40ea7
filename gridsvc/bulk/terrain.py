"""Where the very point decides: near a border that matters, and on ground that a policy declares.

Everywhere else all points that the same areas cover have one decision in common.
"""

from collections import defaultdict
from collections.abc import Container, Hashable, Iterator, Mapping, Sequence

import numpy as np

from geodata.index import AreaIndex
from gridsvc.bulk.points import NONE, Flags, Floats
from gridsvc.routing.borders import AreaKey
from gridsvc.routing.edition import Edition
from gridsvc.routing.snapshot import MapView
from gridsvc.rules.border import BorderPolicy

Grounds = Mapping[int, Hashable]
"""The points on declared ground, by row, with what tells one such ground from another."""


class Terrain:
    """The borders and grounds of one view that bear on decisions."""

    def __init__(self, view: MapView, edition: Edition, speaking: Container[int]) -> None:
        policies = edition.borders.policies
        self._along = [policy for policy in policies if policy.shape is None]
        named = {key for policy in self._along for key in _areas(policy)}
        self._keys = [(area.layer.name, area.code) for area in view.areas]
        self._policed = [at for at, key in enumerate(self._keys) if key in named]
        self._disputable = frozenset(self._policed)
        self._layers = {policy.layer for policy in policies}
        self._widths = np.array(sorted({-policy.within_m for policy in self._along}))
        self._reach_m = max((policy.within_m for policy in self._along), default=0.0)
        spoken = [at for at in range(len(view.areas)) if at in speaking]
        self._speaking, self._common = (
            AreaIndex([view.shape(view.areas[at]) for at in chosen])
            for chosen in (spoken, self._policed)
        )
        self._shapes = AreaIndex([p.shape for p in policies if p.shape is not None])

    def alone(self, lon: Floats, lat: Floats, accuracy_m: Floats) -> tuple[Flags, Grounds]:
        """Tell where a decision depends on the very point; sometimes where it does not.

        Elsewhere the points on ground that a policy declares have a decision in common with those
        on like ground.
        """
        flags: Flags = self._speaking.borders_within(lon, lat, accuracy_m)
        flags |= self._shapes.borders_within(lon, lat, accuracy_m)
        grounds = defaultdict[int, list[Hashable]](list)
        for row in np.flatnonzero(self._shapes.owner(lon, lat) != NONE).tolist():
            grounds[row].append(self._shapes.covers(lon[row], lat[row]))
        reach = accuracy_m + self._reach_m
        rows = np.flatnonzero(self._common.borders_within(lon, lat, reach))
        for at, near in self._between(lon[rows], lat[rows], reach[rows]):
            row = int(rows[at])
            grounds[row].append(near)
            flags[row] |= accuracy_m[row] > 0
        return flags, {row: tuple(ground) for row, ground in grounds.items()}

    def policed(self, covering: Sequence[int]) -> tuple[int, ...]:
        """List those of some areas that count in policies: all of their layers."""
        return tuple(p for p in covering if self._keys[p][0] in self._layers)

    def disputed(self, covering: Sequence[int]) -> bool:
        """Tell whether areas that a policy tells apart lie on each other."""
        keys = {self._keys[p] for p in covering if p in self._disputable}
        return len(keys) > 1 and any(
            len(keys.intersection(_areas(policy))) > 1 for policy in self._along
        )

    def _between(
        self, lon: Floats, lat: Floats, reach: Floats
    ) -> Iterator[tuple[int, frozenset[Hashable]]]:
        """List the points to which two areas of one policy come near, with all that do.

        Of how near they come, what matters to a point without accuracy is on which side of a
        border and of a declared strip it lies.
        """
        points, areas, measures = self._common.near_many(lon, lat, reach)
        sides = np.sign(measures[:, 0]).astype(np.int64)
        strips = (measures[:, :1] >= self._widths).sum(axis=1)
        found: dict[int, list[tuple[int, ...]]] = defaultdict(list)
        columns = (column.tolist() for column in (points, areas, sides, strips))
        for point, *near in zip(*columns, strict=True):
            found[point].append(tuple(near))
        for point, all_near in found.items():
            keys = {self._keys[self._policed[near[0]]] for near in all_near}
            if any(len(keys.intersection(_areas(policy))) > 1 for policy in self._along):
                yield point, frozenset(all_near)


def _areas(policy: BorderPolicy) -> list[AreaKey]:
    return [(policy.layer, code) for code in policy.areas]
