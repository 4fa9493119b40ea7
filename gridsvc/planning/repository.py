"""Drafts in the database: found, held, read, written. Each change leaves a line in the log."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import geopandas
from sqlalchemy import Uuid, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from geodata.frames import WGS84, as_areas
from gridsvc.areas.model import Area, Layer, Release
from gridsvc.areas.publish import AreaValues
from gridsvc.db.base import new_id
from gridsvc.errors import NotFound
from gridsvc.planning.model import Draft, DraftArea, DraftEdit

KEPT = (
    "code",
    "name",
    "parent_code",
    "geometry",
    "population",
    "households",
    "estate_type",
    "attributes",
)
"""What a draft and a release keep of an area."""


async def get(db: AsyncSession, draft_id: UUID, *, lock: bool = False) -> Draft:
    """Find a draft; `lock` lets nobody else change it until the commit."""
    statement = select(Draft).where(Draft.id == draft_id)
    if lock:
        # The session may know the draft as it was before it was waited for.
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found: Draft | None = await db.scalar(statement)
    if found is None:
        raise NotFound(en="There is no such draft.", zh="草案不存在。")
    return found


async def layer_of(db: AsyncSession, draft: Draft) -> Layer:
    """Read the layer of a draft of one."""
    return (await db.execute(select(Layer).where(Layer.id == draft.layer_id))).scalar_one()


async def release_by_number(db: AsyncSession, layer: Layer, number: int) -> Release:
    """Find a release of a layer."""
    numbered = (Release.layer_id == layer.id) & (Release.number == number)
    found: Release | None = await db.scalar(select(Release).where(numbered))
    if found is None:
        raise NotFound(
            en=f'Layer "{layer.name}" has no release {number}.',
            zh=f"图层“{layer.name}”没有第 {number} 版。",
        )
    return found


async def release_by_id(db: AsyncSession, release_id: UUID | None) -> Release | None:
    """Read a release."""
    found: Release | None = await db.scalar(select(Release).where(Release.id == release_id))
    return found


def _columns(table: type[Area | DraftArea]) -> list[InstrumentedAttribute[Any]]:
    return [getattr(table, name) for name in KEPT]


async def areas_of_release(db: AsyncSession, release_id: UUID | None) -> list[dict[str, Any]]:
    """Read the areas of a release, by code."""
    statement = select(*_columns(Area)).where(Area.release_id == release_id).order_by(Area.code)
    return [dict(row._mapping) for row in await db.execute(statement)]  # noqa: SLF001 - its public name


async def areas_of_draft(
    db: AsyncSession, draft: Draft, codes: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """Read areas of a draft, all or some, by code."""
    statement = select(*_columns(DraftArea)).where(DraftArea.draft_id == draft.id)
    if codes is not None:
        statement = statement.where(DraftArea.code.in_(list(codes)))
    rows = await db.execute(statement.order_by(DraftArea.code))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001 - its public name


async def codes_of_draft(db: AsyncSession, draft: Draft) -> set[str]:
    """List the codes of a draft's areas."""
    return set(await db.scalars(select(DraftArea.code).where(DraftArea.draft_id == draft.id)))


async def codes_beside(db: AsyncSession, draft: Draft, code: str) -> list[str]:
    """List the codes of the areas that touch one."""
    shape = select(DraftArea.geometry).where(DraftArea.draft_id == draft.id, DraftArea.code == code)
    beside = func.ST_DWithin(DraftArea.geometry, shape.scalar_subquery(), 1e-9)
    own = DraftArea.draft_id == draft.id
    statement = select(DraftArea.code).where(own, DraftArea.code != code, beside)
    return list(await db.scalars(statement))


async def copy_release(db: AsyncSession, draft: Draft, release_id: UUID) -> None:
    """Fill a draft with the areas of a release, to the last byte of their shapes."""
    kept = select(literal(draft.id, Uuid), *_columns(Area))
    rows = kept.where(Area.release_id == release_id)
    await db.execute(insert(DraftArea).from_select(["draft_id", *KEPT], rows))


async def put_areas(db: AsyncSession, draft: Draft, areas: Iterable[AreaValues]) -> None:
    """Write areas into a draft, in the place of those with the same codes."""
    rows = [{"draft_id": draft.id, **area} for area in areas]
    if rows:
        statement = upsert(DraftArea)
        changed = {name: statement.excluded[name] for name in KEPT if name != "code"}
        await db.execute(
            statement.on_conflict_do_update(index_elements=["draft_id", "code"], set_=changed),
            rows,
        )


async def remove_areas(
    db: AsyncSession, draft: Draft, codes: Collection[str] | None = None
) -> None:
    """Take areas out of a draft: some, or all."""
    statement = delete(DraftArea).where(DraftArea.draft_id == draft.id)
    if codes is not None:
        statement = statement.where(DraftArea.code.in_(list(codes)))
    await db.execute(statement)


def frame_of(areas: Sequence[AreaValues]) -> geopandas.GeoDataFrame:
    """Arrange areas as an AreaFrame."""
    names = {"code": "code", "name": "name", "parent": "parent_code"}
    columns = {name: [area[kept] for area in areas] for name, kept in names.items()}
    shapes = [area["geometry"] for area in areas]
    return as_areas(geopandas.GeoDataFrame(columns, geometry=shapes, crs=WGS84))


async def log(
    db: AsyncSession,
    draft: Draft,
    action: str,
    detail: Mapping[str, Any],
    *,
    who: UUID | None,
    now: datetime,
) -> None:
    """Write down what was done to a draft, which is another version by that."""
    own = DraftEdit.draft_id == draft.id
    last = await db.scalar(select(func.max(DraftEdit.sequence)).where(own))
    edit = {
        "id": new_id(),
        "draft_id": draft.id,
        "sequence": (last or 0) + 1,
        "at": now,
        "actor_id": who,
        "action": action,
        "detail": dict(detail),
    }
    await db.execute(insert(DraftEdit).values(**edit))
    draft.version += 1
    await db.flush()
