"""Questions about a draft that go through the whole map."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.planning import activation, consequences, repository, telling
from gridsvc.planning.checks import check
from gridsvc.planning.difference import LayerDiff, RowsDiff, layer_diff, rows_diff
from gridsvc.planning.drafts import refuse_not_open
from gridsvc.planning.findings import Check
from gridsvc.planning.kinds import Kind
from gridsvc.planning.replay import Order
from gridsvc.routing.service import Router
from gridsvc.settings import Settings


async def checks(db: AsyncSession, draft_id: UUID, *, at: datetime) -> Sequence[Check]:
    """Check a draft against the map that is in force at a time."""
    return await check(db, await repository.get(db, draft_id), at=at)


async def refuse_unready(
    db: AsyncSession, draft_id: UUID, *, at: datetime | None, now: datetime
) -> None:
    """Refuse what an activation would refuse; None is now."""
    draft = await repository.get(db, draft_id)
    refuse_not_open(draft)
    await activation.ready(db, draft, at=at, now=now)


async def diff(db: AsyncSession, draft_id: UUID, *, at: datetime) -> LayerDiff | RowsDiff:
    """Compare a draft with what is in force at a time."""
    draft = await repository.get(db, draft_id)
    if draft.kind == Kind.LAYER:
        return await layer_diff(db, draft, at=at)
    return await rows_diff(db, draft, at=at)


async def cases(
    db: AsyncSession,
    router: Router,
    draft_id: UUID | None,
    *,
    at: datetime,
    who: Principal,
    now: datetime,
) -> dict[str, Any]:
    """Say which open cases would change owner, of those that the caller may see.

    By the map with a draft, or without one by the map as it stands: as a re-routing would.
    """
    draft = await repository.get(db, draft_id) if draft_id else None
    found = await consequences.changes(db, router, draft, at=at, who=who, now=now)
    return telling.cases_body(found)


async def workload(
    db: AsyncSession,
    settings: Settings,
    draft_id: UUID,
    *,
    at: datetime,
    days: int,
    who: Principal,
    now: datetime,
) -> dict[str, Any]:
    """Say who would have had how much to do in the past days, without and with the draft."""
    order = Order(
        draft=await repository.get(db, draft_id),
        at=at,
        since=now - timedelta(days=days),
        until=now,
        who=who,
        now=now,
        settings=settings,
    )
    return telling.workload_body(await consequences.workload(db, order))
