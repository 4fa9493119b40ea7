"""Doing a replay: the job's part of it, from waiting to done, failed or cancelled.

How far it has come is told in transactions of their own, each of which also asks whether somebody
has cancelled it. A replay whose process was killed starts over: half of it was counted by a map
that may not hold any more, and nothing else depends on it.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.errors import GeodataError
from gridsvc.auth.confining import confine
from gridsvc.auth.model import Account
from gridsvc.auth.principal import Principal
from gridsvc.auth.repository import principal_of
from gridsvc.db.jobs import GAVE_UP, given_up
from gridsvc.db.session import Database
from gridsvc.errors import DatabaseAway, GridsvcError
from gridsvc.lab.file import Found
from gridsvc.lab.keeping import fetch, forget_ended
from gridsvc.lab.model import UNDER_WAY, Replay
from gridsvc.lab.said import SaidOfPast
from gridsvc.lab.service import refuse_unless_open
from gridsvc.lab.telling import result_of
from gridsvc.lab.trial import Trial, names_of
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
            if "ended_at" in values:
                await forget_ended(db)

    async def tell(self, seen: int, total: int) -> None:
        """Write down how far it has come."""
        await self.write(seen=seen, total=total)


async def carry_out(
    database: Database, settings: Settings, replay_id: UUID, clock: Callable[[], datetime]
) -> None:
    """Do a replay from its beginning, unless it has ended."""
    run = Run(database, replay_id)
    with suppress(CancelledError):
        await run.write(state="running", started_at=clock(), seen=0)
        came_of_it = await _done_or_failed(run, settings, now=clock())
        await run.write(ended_at=clock(), **came_of_it)


async def end_given_up(db: AsyncSession, *, now: datetime) -> None:
    """End replays whose job is not tried any more; they may be asked for anew."""
    lost = Replay.state.in_(UNDER_WAY) & given_up("replay", "replay_id", Replay.id)
    failed = update(Replay).where(lost)
    await db.execute(failed.values(state="failed", ended_at=now, failure=dict(GAVE_UP)))
    await forget_ended(db)


async def _done_or_failed(run: Run, settings: Settings, *, now: datetime) -> dict[str, Any]:
    try:
        return {"state": "done", "result": await _result(run, settings, now=now)}
    except DatabaseAway:  # It is tried again.
        raise
    except (GridsvcError, GeodataError) as error:
        failure = {"code": error.code, "en": error.en, "zh": error.zh}
        return {"state": "failed", "failure": failure}


async def _result(run: Run, settings: Settings, *, now: datetime) -> dict[str, Any]:
    async with run.database.sessions() as db:
        # One view of everything: what is reported meanwhile is not half counted.
        await db.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        asked = (await db.execute(select(Replay).where(Replay.id == run.id))).scalar_one()
        draft = await repository.get(db, asked.draft_id)
        refuse_unless_open(draft)
        if asked.interval is None:
            trial = await Trial.of(db, draft, at=now, settings=settings)
            return await _of_file(run, db, trial, said=dict(asked.file or {}), zone=settings.zone)
        order = Order(
            draft=draft,
            at=now,
            since=asked.interval.since,
            until=asked.interval.until,
            who=await _asker(db, asked, now=now),
            now=now,
            settings=settings,
        )
        await confine(db, order.who)
        return result_of(await replay(db, order, run.tell), await names_of(db))


async def _asker(db: AsyncSession, asked: Replay, *, now: datetime) -> Principal:
    """Say who asked: a job has no credential; what may be seen depends on the account alone."""
    account = (await db.execute(select(Account).where(Account.id == asked.asked_by))).scalar_one()
    return await principal_of(db, account, credential_id=asked.id, now=now)


async def _of_file(
    run: Run, db: AsyncSession, trial: Trial, *, said: dict[str, Any], zone: ZoneInfo
) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / said.pop("name")
        await fetch(db, run.id, path)
        # The connection is another's while the file is read.
        await db.close()
        past = await asyncio.to_thread(SaidOfPast(**said).past, path, zone)
        steps, found = trial.steps(past, scheme=said["scheme"]), Found()
        while step := await asyncio.to_thread(next, steps, None):
            until, found = step
            await run.tell(found.seen, round(found.seen / until))
        await run.tell(found.seen, found.seen)
        return trial.result(found)
