"""What a roll-back would put in force, to be looked at beforehand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.planning.drafts import Actor, Wanted, start
from gridsvc.planning.model import Draft


@asynccontextmanager
async def restored(db: AsyncSession, wanted: Wanted, actor: Actor) -> AsyncIterator[Draft]:
    """Lend the draft that a roll-back would activate; nothing of it stays."""
    savepoint = await db.begin_nested()
    try:
        yield await start(db, wanted, actor)
    finally:
        await savepoint.rollback()
