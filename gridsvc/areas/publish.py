"""Publishing a release of a layer: one transaction, nothing in force edited, nothing destroyed."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import geopandas
import orjson
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.measure import area_m2
from gridsvc.areas.attributes import FIRST_CLASS, kept_of
from gridsvc.areas.model import Area, Layer, Release
from gridsvc.areas.repository import in_force, layer_by_name
from gridsvc.db.base import new_id
from gridsvc.errors import Conflict


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

    @classmethod
    def of(cls, layer: Layer) -> "LayerSpec":
        """Read what a layer was declared to be."""
        return cls(
            name=layer.name,
            title=layer.title,
            title_en=layer.title_en,
            level=layer.level,
            basis=layer.basis,
            tiles=layer.tiles,
            overlap_allowed=layer.overlap_allowed,
        )


AreaValues = Mapping[str, Any]
"""An area as it is published, by column: code, name, parent_code, geometry and what else is kept.

The geometry is a MultiPolygon.
"""


_SAID = ("code", "name", "parent_code", *FIRST_CLASS, "attributes")
"""What an area says beside its shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a release comes from and how its checks ended."""

    source: str
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
    areas = area_values(frame)
    return await publish_areas(db, spec, areas, valid_from=valid_from, provenance=provenance)


async def publish_areas(
    db: AsyncSession,
    spec: LayerSpec,
    areas: Sequence[AreaValues],
    *,
    valid_from: datetime,
    provenance: Provenance,
) -> Release:
    """Put areas in force as they are, to the last byte of their shapes."""
    layer = await hold_layer(db, spec)
    valid_to = await _make_room(db, layer, valid_from=valid_from)
    release = Release(
        layer_id=layer.id,
        number=await _next_number(db, layer),
        valid_from=valid_from,
        valid_to=valid_to,
        recorded_by=provenance.recorded_by,
        source=provenance.source,
        digest=content_digest(areas),
        area_count=len(areas),
        findings=dict(provenance.findings),
    )
    db.add(release)
    await db.flush()
    await db.execute(insert(Area), _area_rows(areas, release))
    return release


def content_digest(areas: Iterable[AreaValues]) -> str:
    """Hash what areas say, whatever their order, their ids and where they came from."""
    found = hashlib.sha256()
    for area in sorted(areas, key=lambda one: str(one["code"])):
        said = {name: area.get(name) for name in _SAID}
        found.update(orjson.dumps(said, option=orjson.OPT_SORT_KEYS))
        found.update(shapely.to_wkb(area["geometry"]))
    return found.hexdigest()


async def hold_layer(db: AsyncSession, spec: LayerSpec) -> Layer:
    """Find the layer, or make it, and hold it until the commit: other loads of it wait."""
    made = {"id": new_id(), "kind": "administrative" if spec.level else "zone", **asdict(spec)}
    await db.execute(upsert(Layer).values(made).on_conflict_do_nothing())
    named = select(Layer).where(Layer.name == spec.name).with_for_update(key_share=True)
    layer: Layer | None = await db.scalar(named)
    if layer is None:
        raise Conflict(
            "level_taken",
            en=f'Another layer already holds the level "{spec.level}".',
            zh=f"级别“{spec.level}”已属于另一个图层。",
            field="level",
        )
    _refuse_other_layer(LayerSpec.of(layer), spec)
    return layer


def _refuse_other_layer(declared: LayerSpec, spec: LayerSpec) -> None:
    ours, theirs = asdict(declared), asdict(spec)
    differing = [name for name in ours if ours[name] != theirs[name]]
    if differing:
        seen = ", ".join(f"{name}: {ours[name]!r}, not {theirs[name]!r}" for name in differing)
        raise Conflict(
            "layer_declared_otherwise",
            en=f'Layer "{spec.name}" is declared otherwise ({seen}); leave that out, or choose '
            "another layer.",
            zh=f"图层“{spec.name}”的声明与此不同（{seen}）；请去掉该选项，或另选图层。",
            field=differing[0],
        )


async def refuse_conflicts(db: AsyncSession, spec: LayerSpec, *, valid_from: datetime) -> None:
    """Say before a release is made what would keep it from being published."""
    layer = await layer_by_name(db, spec.name)
    if layer is not None:
        _refuse_other_layer(LayerSpec.of(layer), spec)
        await _refuse_taken_time(db, layer, valid_from=valid_from)


async def _refuse_taken_time(db: AsyncSession, layer: Layer, *, valid_from: datetime) -> None:
    same = select(Release.id).where(Release.layer_id == layer.id, Release.valid_from == valid_from)
    if await db.scalar(same):
        raise Conflict(
            "release_exists",
            en=f'Layer "{layer.name}" already has a release from {valid_from.isoformat()} on; '
            "choose another time with --valid-from.",
            zh=f"图层“{layer.name}”已有自 {valid_from.isoformat()} 起生效的版本；"
            "请用 --valid-from 另选时间。",
            field="valid_from",
        )


async def _make_room(db: AsyncSession, layer: Layer, *, valid_from: datetime) -> datetime | None:
    """End the release in force at that time; give when the one after it begins."""
    await _refuse_taken_time(db, layer, valid_from=valid_from)
    own = Release.layer_id == layer.id
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


def area_values(frame: geopandas.GeoDataFrame) -> list[AreaValues]:
    """Read a checked AreaFrame, area by area, as the table has its columns."""
    shapes = frame.geometry.to_numpy()
    return [
        {"parent_code": parent, "geometry": _multi(shape), **kept}
        for kept, parent, shape in zip(kept_of(frame), frame["parent"], shapes, strict=True)
    ]


def _area_rows(areas: Sequence[AreaValues], release: Release) -> list[dict[str, Any]]:
    sizes = area_m2([area["geometry"] for area in areas])
    return [
        {
            "id": new_id(),
            "layer_id": release.layer_id,
            "release_id": release.id,
            "area_m2": float(size),
            "valid_from": release.valid_from,
            "valid_to": release.valid_to,
            **area,
        }
        for area, size in zip(areas, sizes, strict=True)
    ]


def _multi(shape: BaseGeometry) -> BaseGeometry:
    return shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape
