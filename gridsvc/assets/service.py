"""Changing single components: each change ends one version and begins another."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.repository import organisation_by_code
from gridsvc.areas.withdrawal import held_beginning
from gridsvc.assets.classes import refuse_wrong_code
from gridsvc.assets.ground import refuse_far_outside
from gridsvc.assets.model import Asset
from gridsvc.assets.search import in_force
from gridsvc.assets.staging import take_turn
from gridsvc.assets.state import State
from gridsvc.auth.principal import Principal
from gridsvc.catalogue.lookup import catalogue_of, find_category
from gridsvc.catalogue.repository import CategoryRecord, categories
from gridsvc.errors import Invalid, NotFound, StaleVersion, VersionRequired


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a component is from a time on, as somebody says it."""

    scheme: str | None
    category: str
    name: str | None
    geometry: BaseGeometry
    """WGS84."""
    owner: str
    maintainer: str | None
    state: State
    attributes: dict[str, Any]
    valid_from: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes which component, in which version; `version` None makes a new one."""

    code: str
    version: UUID | None
    who: Principal
    now: datetime


async def begins(db: AsyncSession, wanted: datetime | None, *, field: str) -> datetime:
    """Give the time from which a change holds that somebody asks for now, by now or for later."""
    await take_turn(db)
    return await held_beginning(db, wanted, field=field)


async def put(
    db: AsyncSession, change: Change, content: Content, *, margin_m: float
) -> tuple[UUID, bool]:
    """Let a component be so from a time on; give its version, and whether it is a new component."""
    since = content.valid_from
    category = await _component_class(db, content)
    refuse_wrong_code(change.code, category.code)
    await refuse_far_outside(db, content.geometry, at=since, margin_m=margin_m)
    maintainer = content.maintainer and (
        await organisation_by_code(db, content.maintainer, field="maintainer")
    )
    version = Asset(
        code=change.code,
        scheme=category.scheme,
        category_code=category.code,
        name=content.name or category.name,
        geometry=content.geometry,
        owner_id=(await organisation_by_code(db, content.owner, field="owner")).id,
        maintainer_id=maintainer.id if maintainer else None,
        state=content.state.value,
        attributes=content.attributes,
        valid_from=since,
        valid_to=await _next_begins(db, change.code, since),
        recorded_by=change.who.account_id,
    )
    before = await _held(db, change, at=since)
    if before is not None:
        await _end(db, before, change, at=since)
    db.add(version)
    await _flush(db)
    return version.id, before is None


async def end(db: AsyncSession, change: Change, *, at: datetime) -> None:
    """End what is in force; versions that begin later stay."""
    held = await _held(db, change, at=at)
    if held is None:
        raise NotFound(
            en=f'No component "{change.code}" is in force then.',
            zh=f"届时没有编码为“{change.code}”的部件。",
        )
    await _end(db, held, change, at=at)


async def _component_class(db: AsyncSession, content: Content) -> CategoryRecord:
    catalogue = catalogue_of(await categories(db))
    found = find_category(catalogue, content.category, scheme=content.scheme, at=content.valid_from)
    if found.kind != "component":
        raise Invalid(
            "not_a_component",
            en=f'"{found.code}" {found.name} is a class of events, not of components.',
            zh=f"“{found.code}”{found.name} 是事件类别，不是部件类别。",
            field="category",
        )
    return found


async def _next_begins(db: AsyncSession, code: str, since: datetime) -> datetime | None:
    later = select(func.min(Asset.valid_from)).where(
        Asset.code == code,
        Asset.valid_from > since,
        Asset.valid_from.is_distinct_from(Asset.valid_to),
    )
    found: datetime | None = await db.scalar(later)
    return found


async def _held(db: AsyncSession, change: Change, *, at: datetime) -> Asset | None:
    """Hold the version in force until the commit, if it is the one that the caller has read."""
    wanted = select(Asset).where(Asset.code == change.code, in_force(at)).with_for_update()
    held: Asset | None = await db.scalar(wanted)
    if held is not None and change.version is None:
        raise VersionRequired(
            en=f"The component {change.code} exists: send If-Match with the ETag that you read.",
            zh=f"部件 {change.code} 已存在：请在 If-Match 中带上所读版本的 ETag。",
            field="If-Match",
        )
    if change.version is not None and (held is None or held.id != change.version):
        raise _stale()
    return held


async def _end(db: AsyncSession, held: Asset, change: Change, *, at: datetime) -> None:
    held.valid_to, held.ended_at, held.ended_by = at, change.now, change.who.account_id
    await db.flush()


async def _flush(db: AsyncSession) -> None:
    try:
        await db.flush()
    except IntegrityError as error:
        if "ex_asset_one_version_in_force" not in str(error.orig):
            raise
        raise _stale() from error


def _stale() -> StaleVersion:
    return StaleVersion(
        en="Somebody changed this component meanwhile; read it again.",
        zh="该部件已被他人修改，请重新读取。",
        field="If-Match",
    )
