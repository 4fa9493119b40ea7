"""Doing a replay: the job's part of it, from waiting to done, failed or cancelled.

How far it has come is told in transactions of their own, each of which also asks whether somebody
has cancelled it. A replay whose process was killed starts over: half of it was counted by a map
that may not hold any more, and nothing else depends on it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.errors import GeodataError
from gridsvc.areas.repository import organisations
from gridsvc.auth.model import Account
from gridsvc.auth.repository import principal_of
from gridsvc.db.jobs import GAVE_UP, given_up
from gridsvc.db.session import Database
from gridsvc.errors import DatabaseAway, GridsvcError
from gridsvc.lab.model import UNDER_WAY, Replay
from gridsvc.lab.service import refuse_unless_open
from gridsvc.lab.telling import result_of
from gridsvc.planning import repository
from gridsvc.planning.replay import Order, replay
from gridsvc.settings import Settings


class CancelledError(Exception):
    """Somebody has cancelled the replay."""


@dataclass(frozen=True, slots=True)
class Run:
    """One replay in the table, as the job writes it down."""

    database: Database
    id: UUID

    async def write(self, **values: object) -> None:
        """Write values down while the replay is under way."""
        going = (Replay.id == self.id) & Replay.state.in_(UNDER_WAY)
        statement = update(Replay).where(going).values(**values).returning(Replay.id)
        async with self.database.transaction() as db:
            if await db.scalar(statement) is None:
                raise CancelledError

    async def tell(self, seen: int, total: int) -> None:
        """Write down how far it has come."""
        await self.write(seen=seen, total=total)


async def carry_out(
    database: Database, settings: Settings, replay_id: UUID, clock: Callable[[], datetime]
) -> None:
    """Do a replay from its beginning, unless it has ended."""
    run = Run(database, replay_id)
    try:
        await run.write(state="running", started_at=clock(), seen=0)
        result = await _result(run, settings, now=clock())
        await run.write(state="done", ended_at=clock(), result=result)
    except CancelledError:
        return
    except DatabaseAway:  # It is tried again.
        raise
    except (GridsvcError, GeodataError) as error:
        failure = {"code": error.code, "en": error.en, "zh": error.zh}
        await run.write(state="failed", ended_at=clock(), failure=failure)


async def end_given_up(db: AsyncSession, *, now: datetime) -> None:
    """End replays whose job is not tried any more; they may be asked for anew."""
    lost = Replay.state.in_(UNDER_WAY) & given_up("replay", "replay_id", Replay.id)
    failed = update(Replay).where(lost)
    await db.execute(failed.values(state="failed", ended_at=now, failure=dict(GAVE_UP)))


async def _result(run: Run, settings: Settings, *, now: datetime) -> dict[str, Any]:
    async with run.database.sessions() as db:
        # One view of everything: what is reported meanwhile is not half counted.
        await db.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        order = await _order(db, run.id, settings, now=now)
        found = await replay(db, order, run.tell)
        names = {one.code: (one.name, one.name_en) for one in await organisations(db)}
    return result_of(found, names)


async def _order(db: AsyncSession, replay_id: UUID, settings: Settings, *, now: datetime) -> Order:
    asked = (await db.execute(select(Replay).where(Replay.id == replay_id))).scalar_one()
    account = (await db.execute(select(Account).where(Account.id == asked.asked_by))).scalar_one()
    draft = await repository.get(db, asked.draft_id)
    refuse_unless_open(draft)
    return Order(
        draft=draft,
        at=now,
        since=asked.since,
        until=asked.until,
        # A job has no credential; what may be seen depends on the account alone.
        who=principal_of(account, credential_id=replay_id),
        now=now,
        settings=settings,
    )
