"""Questions about a draft that go through the whole map."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.planning import repository
from gridsvc.planning.checks import Check, check


async def checks(db: AsyncSession, draft_id: UUID, *, at: datetime) -> Sequence[Check]:
    """Check a draft against the map that is in force at a time."""
    return await check(db, await repository.get(db, draft_id), at=at)
