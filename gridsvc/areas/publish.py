"""Publishing a release of a layer: one transaction, nothing in force edited, nothing destroyed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import geopandas
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.frames import COLUMNS
from geodata.measure import area_m2
from gridsvc.areas.model import Area, Layer, Release
from gridsvc.areas.repository import in_force, layer_by_name
from gridsvc.db.base import new_id
from gridsvc.errors import Conflict

FIRST_CLASS = ("population", "households", "estate_type")
"""Columns of a frame that have one of their own in the table; the others become attributes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSpec:
    """What a layer is; `level` for an administrative one."""

    name: str
    title: str
    title_en: str | None = None
    level: str | None = None
    basis: str = "territory"
    tiles: bool = False
    overlap_allowed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a release comes from and how its checks ended."""

    source: str
    digest: str
    recorded_by: UUID | None = None
    findings: Mapping[str, Any] = field(default_factory=dict)


async def publish(
    db: AsyncSession,
    spec: LayerSpec,
    frame: geopandas.GeoDataFrame,
    *,
    valid_from: datetime,
    provenance: Provenance,
) -> Release:
    """Put a checked AreaFrame in force from a time on, until a release that follows it."""
    layer = await _ensure_layer(db, spec)
    valid_to = await _make_room(db, layer, valid_from=valid_from)
    release = Release(
        layer_id=layer.id,
        number=await _next_number(db, layer),
        valid_from=valid_from,
        valid_to=valid_to,
        recorded_by=provenance.recorded_by,
        source=provenance.source,
        digest=provenance.digest,
        area_count=len(frame),
        findings=dict(provenance.findings),
    )
    db.add(release)
    await db.flush()
    await db.execute(insert(Area), _area_rows(frame, release))
    return release


async def _ensure_layer(db: AsyncSession, spec: LayerSpec) -> Layer:
    """Find the layer and hold it until the commit, or make it."""
    layer = await layer_by_name(db, spec.name)
    if layer is None:
        layer = Layer(
            name=spec.name,
            kind="administrative" if spec.level else "zone",
            level=spec.level,
            title=spec.title,
            title_en=spec.title_en,
            basis=spec.basis,
            tiles=spec.tiles,
            overlap_allowed=spec.overlap_allowed,
        )
        db.add(layer)
        await db.flush()
    await db.execute(select(Layer.id).where(Layer.id == layer.id).with_for_update())
    return layer


async def _make_room(db: AsyncSession, layer: Layer, *, valid_from: datetime) -> datetime | None:
    """End the release in force at that time; give when the one after it begins."""
    own = Release.layer_id == layer.id
    if await db.scalar(select(Release.id).where(own, Release.valid_from == valid_from)):
        raise Conflict(
            "release_exists",
            en=f'Layer "{layer.name}" already has a release from {valid_from.isoformat()} on.',
            zh=f"图层“{layer.name}”已有自 {valid_from.isoformat()} 起生效的版本。",
            field="valid_from",
        )
    following = select(func.min(Release.valid_from)).where(own, Release.valid_from > valid_from)
    until: datetime | None = await db.scalar(following)
    before = select(Release.id).where(own, in_force(Release, valid_from))
    ended = await db.scalar(before)
    if ended is not None:
        for table, key in ((Release, Release.id), (Area, Area.release_id)):
            await db.execute(update(table).where(key == ended).values(valid_to=valid_from))
    return until


async def _next_number(db: AsyncSession, layer: Layer) -> int:
    last = await db.scalar(select(func.max(Release.number)).where(Release.layer_id == layer.id))
    return (last or 0) + 1


def _area_rows(frame: geopandas.GeoDataFrame, release: Release) -> list[dict[str, Any]]:
    extras = [name for name in frame.columns if name not in {*COLUMNS, *FIRST_CLASS}]
    shapes = frame.geometry.to_numpy()
    sizes = area_m2(shapes)
    return [
        {
            "id": new_id(),
            "layer_id": release.layer_id,
            "release_id": release.id,
            "code": row["code"],
            "name": row["name"],
            "parent_code": row["parent"],
            "geometry": _multi(shape),
            "area_m2": float(size),
            "valid_from": release.valid_from,
            "valid_to": release.valid_to,
            **{name: _plain(row.get(name)) for name in FIRST_CLASS},
            "attributes": {name: _plain(row[name]) for name in extras},
        }
        for row, shape, size in zip(frame.to_dict("records"), shapes, sizes, strict=True)
    ]


def _multi(shape: BaseGeometry) -> BaseGeometry:
    return shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a file's column holds
    """Make a value of a file fit for JSON and SQL: None for nothing, Python's own for numpy's."""
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    if isinstance(value, bool | int | float | str):
        return value
    if hasattr(value, "item"):
        return value.item()
    return str(value)
