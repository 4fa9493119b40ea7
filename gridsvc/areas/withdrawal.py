"""Taking back what was published for a time that has not come yet, as though it had never been.

Published ahead of its time, a change holds for every process at the same instant, without anybody
having to act then. To take it back, its rows lose their validity, and what came before goes on.
"""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.beginning import beginning
from gridsvc.areas.model import Area, Release, Responsibility
from gridsvc.errors import Conflict


async def withdraw_release(db: AsyncSession, release: Release) -> None:
    """Make a release that has not begun a draft again, and let the one before it go on."""
    begins, ends = release.valid_from, release.valid_to
    if begins is not None:
        await refuse_begun(db, begins)
    for table, key in ((Area, Area.release_id), (Release, Release.id)):
        nothing = update(table).where(key == release.id).values(valid_from=None, valid_to=None)
        await db.execute(nothing)
    before = (Release.layer_id == release.layer_id) & (Release.valid_to == begins)
    ended = await db.scalar(select(Release.id).where(before))
    for table, key in ((Release, Release.id), (Area, Area.release_id)):
        await db.execute(update(table).where(key == ended).values(valid_to=ends))


async def withdraw_responsibilities(db: AsyncSession, *, valid_from: datetime) -> None:
    """Take back the responsibilities that begin at a time, and let those go on that end then."""
    await refuse_begun(db, valid_from)
    table = Responsibility
    await db.execute(delete(table).where(table.valid_from == valid_from))
    await db.execute(update(table).where(table.valid_to == valid_from).values(valid_to=None))


async def refuse_begun(db: AsyncSession, valid_from: datetime) -> None:
    """Refuse where the time has come."""
    if await hold_decisions(db) >= valid_from:
        raise Conflict(
            "already_in_force",
            en=f"It is in force since {valid_from.isoformat()} and stays on record; roll it back "
            "instead.",
            zh=f"已自 {valid_from.isoformat()} 起生效，须保留记录；请改用回滚。",
        )


async def hold_decisions(db: AsyncSession) -> datetime:
    """Let no decision be written until the commit, and give the time since which that is so.

    Reports wait meanwhile, and decide anew where the map that they were decided by has changed.
    """
    await db.execute(select(func.pg_advisory_xact_lock(func.hashtext("gridsvc.map_version"))))
    now: datetime = (await db.execute(select(func.clock_timestamp()))).scalar_one()
    return now


async def held_beginning(db: AsyncSession, wanted: datetime | None, *, field: str) -> datetime:
    """Give the time from which a change is to hold that is written until the commit.

    Now is the time since which nothing is decided, not that of the request: what was decided in
    between was decided by what held before.
    """
    return beginning(wanted, await hold_decisions(db), field=field)
