"""The components near many points, as a single report's are found by PostGIS."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridsvc.assets.index import AssetColumns
from gridsvc.bulk.chart import Chart
from gridsvc.bulk.matter import Matter
from gridsvc.bulk.points import NONE, Flags, Floats, Ints, Points
from gridsvc.routing.facts import Kind, Thing

_NOBODY = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Nearby:
    """Components near points: by point, the nearest first."""

    rows: Ints
    """The points that have any."""
    first: Ints
    """Where their components begin in the columns below, and where the last ones end."""
    asset: Ints
    owner: Ints
    """By number."""
    metres: Floats

    def owners(self) -> tuple[Ints, Flags]:
        """Tell whose the nearest component of each point is, and whether another's is near, too."""
        pick = self.owner[self.first[:-1]]
        other = self.owner != np.repeat(pick, np.diff(self.first))
        counted = np.concatenate([[0], np.cumsum(other)])
        return pick, np.diff(counted[self.first]) > 0


class Things:
    """The components of a chart."""

    def __init__(self, chart: Chart) -> None:
        self._assets = chart.assets
        self._tolerance_m = chart.asset_tolerance_m
        self._organisations = chart.edition.organisations

    def near(self, points: Points, numbers: Ints, matters: Sequence[Matter]) -> Nearby:
        """Find the components of each point's class near it; those of unknown owners are none."""
        assets = self._assets
        if assets is None or not len(assets):
            return Nearby(_NOBODY, np.zeros(1, np.int64), _NOBODY, _NOBODY, np.zeros(0))
        kinds = np.array([self._kind(matter) for matter in matters], dtype=np.int64)[numbers]
        asking = np.flatnonzero(kinds != NONE)
        found = assets.near(
            points.lon[asking],
            points.lat[asking],
            kind=kinds[asking],
            reach_m=points.accuracy_m[asking] + self._tolerance_m,
            at=points.at[asking],
        )
        owner = assets.columns.owner[found.asset].astype(np.int64)
        known = np.array([one in self._organisations for one in assets.columns.organisations])
        kept = known[owner]
        rows, first = np.unique(asking[found.asked[kept]], return_index=True)
        ends = np.append(first, np.count_nonzero(kept))
        return Nearby(rows, ends, found.asset[kept], owner[kept], found.metres[kept])

    def listed(self, near: Nearby, nth: int) -> Sequence[Thing]:
        """List the components of one of the points that have any."""
        if self._assets is None:
            return ()
        columns, each = self._assets.columns, range(near.first[nth], near.first[nth + 1])
        return [self._thing(columns, int(near.asset[at]), float(near.metres[at])) for at in each]

    def _kind(self, matter: Matter) -> int:
        category = matter.category
        if self._assets is None or category.kind != Kind.COMPONENT:
            return NONE
        return self._assets.kinds.get((category.scheme, category.code), NONE)

    def _thing(self, columns: AssetColumns, asset: int, metres: float) -> Thing:
        owner = columns.organisations[columns.owner[asset]]
        maintainer = columns.organisations[columns.maintainer[asset]]
        return Thing(
            code=f"{columns.code[asset]:016}",
            name=None,
            owner=self._organisations[owner],
            maintainer=self._organisations.get(maintainer) if maintainer else None,
            distance_m=metres,
        )
