"""What the coverage page draws: areas, zones, what no zone covers, what several do. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import geopandas
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import LEVELS, Layer
from gridsvc.areas.repository import layers
from gridsvc.reports import shapes
from gridsvc.reports.holes import Holes, holes
from gridsvc.reports.plates import Ground, Stand, changes, stand_at
from maps.coverage import CoverageData, render_coverage
from maps.layers import AreaLayer
from maps.page import Page


@dataclass(frozen=True, slots=True)
class Extent:
    """What was read of who is responsible where; nothing is worked out yet."""

    version: str
    """Names all of it."""
    administrative: tuple[AreaLayer, ...]
    zones: tuple[AreaLayer, ...]
    tiling: frozenset[str]
    """The zone layers that are to leave no gap."""
    overlapping: frozenset[str]
    """The zone layers whose zones may overlap."""
    changes: tuple[datetime, ...]
    """When other areas came into force, in order."""


async def read_coverage(db: AsyncSession, *, at: datetime, ground: Ground, chinese: bool) -> Extent:
    """Read what was in force at a time inside a ground."""
    stand = await stand_at(db, at)
    known = [layer for layer, _ in await layers(db) if layer.name in stand.releases]
    reader = _Reader(db, stand, at, ground, chinese)
    return Extent(
        version=" ".join(stand.version(layer.name, ground) for layer in known),
        administrative=await reader.administrative(known),
        zones=await reader.zones(known),
        tiling=frozenset(layer.name for layer in known if layer.tiles),
        overlapping=frozenset(layer.name for layer in known if layer.overlap_allowed),
        changes=await changes(db),
    )


def found_in(extent: Extent) -> Holes:
    """Find the gaps and overlaps, if they are not known: seconds of work for a whole city."""
    return holes(
        extent.version,
        extent.administrative,
        extent.zones,
        tiling=extent.tiling,
        overlapping=extent.overlapping,
    )


def render(extent: Extent, page: Page, *, day: datetime, workers_most: int) -> str:
    """Find the gaps and overlaps, and draw the page; days are those of `day`'s time zone."""
    found = found_in(extent)
    data = CoverageData(
        at=day,
        administrative=extent.administrative,
        zones=extent.zones,
        uncovered=found.uncovered,
        partial=frozenset(layer.key for layer in extent.zones) - extent.tiling,
        overlaps=found.overlaps,
        workers_most=workers_most,
        changes=tuple(dict.fromkeys(it.astimezone(day.tzinfo).date() for it in extent.changes)),
    )
    return render_coverage(data, page)


def title(layer: Layer, *, chinese: bool) -> str:
    """Name a layer in a language."""
    return layer.title if chinese else layer.title_en or layer.title


@dataclass(frozen=True, slots=True)
class _Reader:
    """What all layers are read by."""

    db: AsyncSession
    stand: Stand
    at: datetime
    ground: Ground
    chinese: bool

    async def administrative(self, known: Sequence[Layer]) -> tuple[AreaLayer, ...]:
        """Read the levels, the largest areas first; of each grid how many work there."""
        workers = await shapes.workers_by_grid(self.db, at=self.at)
        found = []
        for layer in known:
            if layer.level is None:
                continue
            frame = await self._frame(layer)
            if layer.level == "grid":
                frame["workers"] = [workers.get(code, 0) for code in frame["code"].tolist()]
            found.append(self._drawn(layer, layer.level, frame))
        held = (layer for layer in found if len(layer.frame))
        return tuple(sorted(held, key=lambda layer: LEVELS.index(layer.key)))

    async def zones(self, known: Sequence[Layer]) -> tuple[AreaLayer, ...]:
        """Read the zone layers, with who leads on each zone."""
        leads = await shapes.leads(self.db, at=self.at, chinese=self.chinese)
        found = []
        for layer in known:
            if layer.level is not None:
                continue
            frame = await self._frame(layer)
            frame["organisation"] = [
                _joined(leads, layer.name, code, chinese=self.chinese)
                for code in frame["code"].tolist()
            ]
            found.append(self._drawn(layer, layer.name, frame))
        return tuple(layer for layer in found if len(layer.frame))

    async def _frame(self, layer: Layer) -> geopandas.GeoDataFrame:
        plate = await shapes.plate(self.db, layer.name, self.stand, at=self.at, ground=self.ground)
        return plate.frame.copy(deep=False)

    def _drawn(self, layer: Layer, key: str, frame: geopandas.GeoDataFrame) -> AreaLayer:
        return AreaLayer(
            key=key,
            name=title(layer, chinese=self.chinese),
            frame=frame,
            source=self.stand.source(layer.name, self.ground),
        )


def _joined(
    leads: Mapping[tuple[str, str | None], Sequence[str]], layer: str, code: str, *, chinese: bool
) -> str | None:
    """Name all who lead on an area, in whatever category: for itself first, then with the layer."""
    names = dict.fromkeys([*leads.get((layer, code), ()), *leads.get((layer, None), ())])
    return ("、" if chinese else "; ").join(names) or None
