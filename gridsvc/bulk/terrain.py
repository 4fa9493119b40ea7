"""Where the very point decides: near a border that matters, and on ground that a policy declares.

Everywhere else all points that the same areas cover have one decision in common.
"""

from collections.abc import Container, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from geodata.index import AreaIndex
from gridsvc.bulk.points import Flags, Floats, Ints
from gridsvc.routing.borders import AreaKey
from gridsvc.routing.edition import Edition
from gridsvc.routing.snapshot import MapView
from gridsvc.rules.border import BorderPolicy

NO_GROUND = 0
"""The number of ground of which no policy speaks."""
_SHIFT = 32


class Terrain:
    """The borders and grounds of one view that bear on decisions; for any number of threads."""

    def __init__(self, view: MapView, edition: Edition, speaking: Container[int]) -> None:
        policies = edition.borders.policies
        self._along = [policy for policy in policies if policy.shape is None]
        named = {key for policy in self._along for key in _areas(policy)}
        self._keys = [(area.layer.name, area.code) for area in view.areas]
        policed = [at for at, key in enumerate(self._keys) if key in named]
        self.disputable = frozenset(policed)
        """The areas that policies name."""
        layers = {policy.layer for policy in policies}
        self.policed = frozenset(at for at, key in enumerate(self._keys) if key[0] in layers)
        """The areas that count in policies: all of their layers."""
        self._told_apart = self._members(policed)
        self._widths = np.array(sorted({-policy.within_m for policy in self._along}))
        self._reach_m = max((policy.within_m for policy in self._along), default=0.0)
        spoken = [at for at in range(len(view.areas)) if at in speaking]
        self._speaking, self._common = (
            AreaIndex([view.shape(view.areas[at]) for at in chosen]) for chosen in (spoken, policed)
        )
        self._shapes = AreaIndex([p.shape for p in policies if p.shape is not None])
        self._shaped = self._shapes.sets()
        self._sides: dict[tuple[int, ...], int] = {}
        self._numbering = Lock()

    def alone(self, lon: Floats, lat: Floats, accuracy_m: Floats) -> tuple[Flags, Ints]:
        """Tell where a decision depends on the very point; sometimes where it does not.

        Elsewhere the points on ground that a policy declares have a decision in common with those
        on ground of the same number.
        """
        alone: Flags = self._speaking.borders_within(lon, lat, accuracy_m)
        alone |= self._shapes.borders_within(lon, lat, accuracy_m)
        sides = self._sides_at(lon, lat, accuracy_m + self._reach_m)
        alone |= (sides != NO_GROUND) & (accuracy_m > 0)
        return alone, sides << _SHIFT | self._shaped.ids(lon, lat)

    def disputed(self, covering: Sequence[int]) -> bool:
        """Tell whether areas that a policy tells apart lie on each other."""
        keys = {self._keys[position] for position in covering if position in self.disputable}
        return any(len(keys.intersection(_areas(policy))) > 1 for policy in self._along)

    def _sides_at(self, lon: Floats, lat: Floats, reach: Floats) -> Ints:
        """Give a number to the points to which two areas of one policy come near, by all that do.

        Of how near they come, what matters to a point without accuracy is on which side of a
        border and of a declared strip it lies.
        """
        numbers = np.full(len(lon), NO_GROUND, dtype=np.int64)
        rows = np.flatnonzero(self._common.borders_within(lon, lat, reach))
        if not len(rows):
            return numbers
        points, areas, measures = self._common.near_many(lon[rows], lat[rows], reach[rows])
        firsts = np.flatnonzero(np.diff(points, prepend=-1))
        between = (np.add.reduceat(self._told_apart[areas], firsts) > 1).any(axis=1)
        strips = (measures[:, :1] >= self._widths).sum(axis=1)
        near = (3 * areas + np.sign(measures[:, 0]) + 2) * (len(self._widths) + 1) + strips
        listed = _side_by_side(near.astype(np.int64), firsts)[between]
        numbers[rows[points[firsts[between]]]] = self._numbered(listed)
        return numbers

    def _numbered(self, listed: Ints) -> Ints:
        """Give rows numbers by what stands in them, the same at any time."""
        found, which = np.unique(listed, axis=0, return_inverse=True)
        with self._numbering:
            numbers = [
                self._sides.setdefault(tuple(row), NO_GROUND + 1 + len(self._sides))
                for row in found.tolist()
            ]
        return np.array(numbers, dtype=np.int64)[which.reshape(-1)]

    def _members(self, positions: Sequence[int]) -> NDArray[np.int64]:
        """Tell which of some areas (rows) which of the policies along borders (columns) name."""
        named = [set(_areas(policy)) for policy in self._along]
        rows = [[self._keys[position] in keys for keys in named] for position in positions]
        return np.array(rows, dtype=np.int64).reshape(len(positions), len(named))


def _side_by_side(values: Ints, firsts: Ints) -> Ints:
    """Put runs of positive values, which begin at some places, into a row each, 0 behind them."""
    lengths = np.diff(firsts, append=len(values))
    rows = np.repeat(np.arange(len(firsts)), lengths)
    table = np.zeros((len(firsts), lengths.max()), dtype=np.int64)
    table[rows, np.arange(len(values)) - firsts[rows]] = values
    return table


def _areas(policy: BorderPolicy) -> list[AreaKey]:
    return [(policy.layer, code) for code in policy.areas]
