"""Putting a draft in force: for good, or in a savepoint, to see what the map would then be.

There is one way to put a draft in force, so that what was seen beforehand is what happens.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Release
from gridsvc.areas.publish import LayerSpec, Provenance, publish_areas
from gridsvc.errors import Invalid
from gridsvc.planning import repository
from gridsvc.planning.drafts import register_of
from gridsvc.planning.kinds import Kind, Put
from gridsvc.planning.model import Draft


@asynccontextmanager
async def rehearsed(db: AsyncSession, draft: Draft, *, at: datetime) -> AsyncIterator[None]:
    """Let the session see the map with the draft in force from a time on; nothing of it stays."""
    savepoint = await db.begin_nested()
    try:
        await put_in_force(db, draft, valid_from=at, who=None, findings={})
        yield
    finally:
        await savepoint.rollback()


async def put_in_force(
    db: AsyncSession,
    draft: Draft,
    *,
    valid_from: datetime,
    who: UUID | None,
    findings: Mapping[str, Any],
) -> Release | None:
    """Make what a draft holds the map from a time on; of a layer that is a release."""
    if draft.kind != Kind.LAYER:
        await register_of(draft.kind).put(db, draft.rows or [], Put(at=valid_from, who=who))
        return None
    areas = await repository.areas_of_draft(db, draft)
    if not areas:
        raise Invalid(
            "no_areas",
            en="The draft holds no areas; nothing would be in force.",
            zh="草案中没有区域；生效后将没有任何区域。",
        )
    spec = LayerSpec.of(await repository.layer_of(db, draft))
    provenance = Provenance(
        source=f"draft {draft.id}",
        recorded_by=who,
        findings=findings,
    )
    return await publish_areas(db, spec, areas, valid_from=valid_from, provenance=provenance)
