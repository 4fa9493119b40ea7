"""Replays as somebody asks for them: begun, read and ended. Each is for who asked only.

What is counted depends on what the asker may see, so nobody else reads it, and neither do they
once they see something else.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.auth.sight import sight_of
from gridsvc.db.base import new_id
from gridsvc.db.jobs import defer
from gridsvc.errors import Conflict, NotFound
from gridsvc.lab.interval import Interval
from gridsvc.lab.keeping import forget_ended, keep
from gridsvc.lab.model import UNDER_WAY, Replay
from gridsvc.lab.said import SaidOfPast
from gridsvc.planning import repository
from gridsvc.planning.drafts import STATES
from gridsvc.planning.model import Draft


async def begin(
    db: AsyncSession, draft_id: UUID, interval: Interval, *, who: Principal, now: datetime
) -> Replay:
    """Begin a replay; the job process does it. The same question under way is not asked twice."""
    refuse_unless_open(await repository.get(db, draft_id, lock=True))
    going = await _under_way(db, draft_id, who)
    if going is not None:
        return _same(going, interval)
    run = _asked(draft_id, who, now)
    run.since, run.until = interval.since, interval.until
    return await _begun(db, run)


async def begin_file(
    db: AsyncSession,
    draft_id: UUID,
    path: Path,
    *,
    said: SaidOfPast,
    who: Principal,
    now: datetime,
) -> Replay:
    """Begin a replay of a file, which is kept until the job has read it."""
    refuse_unless_open(await repository.get(db, draft_id, lock=True))
    going = await _under_way(db, draft_id, who)
    if going is not None:
        raise _another(going)
    run = _asked(draft_id, who, now)
    run.file = {"name": path.name, **asdict(said)}
    await _begun(db, run)
    await keep(db, run.id, path)
    return run


def _asked(draft_id: UUID, who: Principal, now: datetime) -> Replay:
    return Replay(
        id=new_id(),
        draft_id=draft_id,
        asked_at=now,
        asked_by=who.account_id,
        scope=scope_of(who),
    )


async def _begun(db: AsyncSession, run: Replay) -> Replay:
    db.add(run)
    await db.flush()
    await defer(db, "replay", replay_id=str(run.id))
    await db.refresh(run)
    return run


def _same(going: Replay, interval: Interval) -> Replay:
    """Give the replay under way, if it is what is asked for; the end of one may be "now"."""
    held = going.interval
    if held is not None and interval.like(held):
        return going
    raise _another(going)


def _another(going: Replay) -> Conflict:
    return Conflict(
        "replay_runs",
        en="You are having another past replayed against this draft; wait for it, or cancel it.",
        zh="您已有针对该草案的其他回放；请等待其完成，或先取消。",
        replay=str(going.id),
    )


async def _under_way(db: AsyncSession, draft_id: UUID, who: Principal) -> Replay | None:
    going = and_(_own(who), Replay.draft_id == draft_id, Replay.state.in_(UNDER_WAY))
    found: Replay | None = await db.scalar(select(Replay).where(going))
    return found


def refuse_unless_open(draft: Draft) -> None:
    """Refuse a draft that is in force or laid aside: there is nothing to be tried any more."""
    if draft.state != "open":
        raise Conflict(
            "draft_not_open",
            en=f"The draft is {draft.state}; only an open one can be tried on the past.",
            zh=f"草案{STATES[draft.state]}，只有编制中的草案可以回放。",
            state=draft.state,
        )


async def get(db: AsyncSession, replay_id: UUID, *, who: Principal, lock: bool = False) -> Replay:
    """Find a replay that the caller asked for."""
    statement = select(Replay).where(Replay.id == replay_id, _own(who))
    found: Replay | None = await db.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise NotFound(en="You asked for no such replay.", zh="您没有这样的回放任务。")
    return found


async def listed(
    db: AsyncSession, *, who: Principal, limit: int, draft_id: UUID | None = None
) -> Sequence[Replay]:
    """List the caller's replays, the newest first."""
    of_draft = [Replay.draft_id == draft_id] if draft_id else []
    own = select(Replay).where(_own(who), *of_draft)
    return list(await db.scalars(own.order_by(Replay.asked_at.desc()).limit(limit)))


async def cancel(db: AsyncSession, replay_id: UUID, *, who: Principal, now: datetime) -> Replay:
    """End a replay that is not done yet; nothing is left of what it has counted."""
    run = await get(db, replay_id, who=who, lock=True)
    if run.state in UNDER_WAY:
        run.state, run.ended_at = "cancelled", now
        await db.flush()
        await forget_ended(db)
    return run


def scope_of(who: Principal) -> str:
    """Write down what somebody sees; nothing for all of it."""
    return sight_of(who).text()


def _own(who: Principal) -> ColumnElement[bool]:
    return and_(Replay.asked_by == who.account_id, Replay.scope == scope_of(who))
