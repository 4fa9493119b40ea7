"""What a draft changes of the map: areas, land, rows, and the workers whose grids change."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import geopandas
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.compare import Difference, compare
from geodata.coverage import doubly_covered, uncovered
from geodata.measure import area_m2
from geodata.overlay import Pieces, difference, union_all
from gridsvc.areas.attributes import FIRST_CLASS
from gridsvc.errors import GridsvcError
from gridsvc.planning import repository
from gridsvc.planning.drafts import register_of, release_in_force
from gridsvc.planning.model import Draft, Rows
from gridsvc.planning.references import assignments
from gridsvc.planning.rehearsal import rehearsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Land:
    """A piece of ground, and the areas that it is or was part of."""

    areas: tuple[str, ...]
    area_m2: float
    place: BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerDiff:
    """What a draft of a layer changes."""

    old: geopandas.GeoDataFrame
    new: geopandas.GeoDataFrame
    areas: Difference
    revalued: tuple[str, ...]
    """Codes with other people, another type or other attributes."""
    uncovered: tuple[Land, ...]
    """Land of the layer that no area would cover any more."""
    doubled: tuple[Land, ...]
    """Land that two areas would cover, and did not before."""
    workers: tuple[tuple[str, str], ...]
    """Workers with their grids that are gone or changed."""

    @property
    def moved_m2(self) -> float:
        """How much land other areas would cover than before, each piece counted once."""
        places = [land.place for land in self.areas.moved if land.place is not None]
        return float(area_m2([shapely.union_all(places)])[0]) if places else 0.0

    @property
    def nothing(self) -> bool:
        """Whether the draft is what is in force already."""
        areas = self.areas
        labels = (areas.added, areas.removed, areas.renamed, areas.reparented)
        return not any((*labels, areas.moved, areas.rewritten, self.revalued))


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsDiff:
    """What a draft of a table changes."""

    added: Rows
    removed: Rows


async def layer_diff(db: AsyncSession, draft: Draft, *, at: datetime) -> LayerDiff:
    """Compare a draft of a layer with what is in force at a time."""
    current = await release_in_force(db, draft.layer_id, at=at)
    before = await repository.areas_of_release(db, current and current.id)
    after = await repository.areas_of_draft(db, draft)
    layer = await repository.layer_of(db, draft)
    assigned = await assignments(db, at=at) if layer.level == "grid" else []
    return await asyncio.to_thread(_compared, before, after, assigned)


def _compared(
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
    assigned: Sequence[tuple[str, str]],
) -> LayerDiff:
    old, new = repository.frame_of(before), repository.frame_of(after)
    found = compare(old, new)
    touched = {*found.removed, *(land.code for land in found.moved)}
    return LayerDiff(
        old=old,
        new=new,
        areas=found,
        revalued=_revalued(before, after),
        uncovered=_lost(old, new),
        doubled=_doubled(old, new),
        workers=tuple(pair for pair in assigned if pair[1] in touched),
    )


def _revalued(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> tuple[str, ...]:
    names = (*FIRST_CLASS, "attributes")
    olds = {area["code"]: [area[name] for name in names] for area in before}
    return tuple(
        area["code"]
        for area in after
        if area["code"] in olds and olds[area["code"]] != [area[name] for name in names]
    )


def _lost(old: geopandas.GeoDataFrame, new: geopandas.GeoDataFrame) -> tuple[Land, ...]:
    pieces = uncovered(old, new)
    return tuple(
        Land(areas=(code,), area_m2=float(size), place=place)
        for code, size, place in zip(
            pieces["code"], pieces["area_m2"], pieces.geometry, strict=True
        )
    )


def _doubled(old: geopandas.GeoDataFrame, new: geopandas.GeoDataFrame) -> tuple[Land, ...]:
    was, now = doubly_covered(old), doubly_covered(new)
    known = union_all(was.geometry.to_numpy())
    rows = np.arange(len(now))
    pieces = Pieces.of(difference(now.geometry.to_numpy(), np.full(len(now), known)), rows)
    return tuple(
        Land(
            areas=(now["code"][int(row)], now["other"][int(row)]),
            area_m2=float(area_m2([shape])[0]),
            place=shape,
        )
        for row, shape in zip(pieces.rows, pieces.shapes, strict=True)
    )


async def rows_diff(db: AsyncSession, draft: Draft, *, at: datetime) -> RowsDiff:
    """Compare a draft of a table with what is in force at a time."""
    current, own = await register_of(draft.kind).read(db, at), await rows_held(db, draft, at=at)
    return RowsDiff(
        added=[row for row in own if row not in current],
        removed=[row for row in current if row not in own],
    )


async def rows_held(db: AsyncSession, draft: Draft, *, at: datetime) -> Rows:
    """Give a draft's rows as they will be read once in force: a spreadsheet writes them otherwise.

    Those of a draft that cannot hold, as its checks say, are given as they stand.
    """
    try:
        async with rehearsed(db, draft, at=at):
            return await register_of(draft.kind).read(db, at)
    except GridsvcError:
        return draft.rows or []
