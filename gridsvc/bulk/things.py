"""The components near many points, as a single report's are found by PostGIS."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from gridsvc.assets.index import AssetColumns
from gridsvc.bulk.chart import Chart
from gridsvc.bulk.matter import Matter
from gridsvc.bulk.points import NONE, Ints, Points
from gridsvc.routing.facts import Kind, Thing


class Things:
    """The components of a chart."""

    def __init__(self, chart: Chart) -> None:
        self._assets = chart.assets
        self._tolerance_m = chart.asset_tolerance_m
        self._organisations = chart.edition.organisations

    def near(
        self, points: Points, numbers: Ints, matters: Sequence[Matter]
    ) -> Mapping[int, Sequence[Thing]]:
        """List, for each point that has any, the components of its class near it."""
        assets, things = self._assets, defaultdict[int, list[Thing]](list)
        if assets is None or not len(assets):
            return things
        kinds = np.array([self._kind(matter) for matter in matters], dtype=np.int64)[numbers]
        rows = np.flatnonzero((kinds != NONE) & ~np.isnan(points.lon))
        found = assets.near(
            points.lon[rows],
            points.lat[rows],
            kind=kinds[rows],
            reach_m=points.accuracy_m[rows] + self._tolerance_m,
            at=points.at[rows],
        )
        each = zip(rows[found.asked].tolist(), found.asset.tolist(), found.metres, strict=True)
        for row, asset, metres in each:
            thing = self._thing(assets.columns, asset, float(metres))
            things[row] += [] if thing is None else [thing]
        return things

    def _kind(self, matter: Matter) -> int:
        category = matter.category
        if self._assets is None or category.kind != Kind.COMPONENT:
            return NONE
        return self._assets.kinds.get((category.scheme, category.code), NONE)

    def _thing(self, columns: AssetColumns, asset: int, metres: float) -> Thing | None:
        owner = columns.organisations[columns.owner[asset]]
        maintainer = columns.organisations[columns.maintainer[asset]]
        if owner not in self._organisations:
            return None
        return Thing(
            code=f"{columns.code[asset]:016}",
            name=None,
            owner=self._organisations[owner],
            maintainer=self._organisations.get(maintainer) if maintainer else None,
            distance_m=metres,
        )
