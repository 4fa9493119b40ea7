"""Writes down how a try went, and enqueues the next one in the same transaction."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.db.jobs import defer, defer_until, given_up
from gridsvc.outbox.backoff import BACKOFF
from gridsvc.outbox.model import Outgoing

GAVE_UP: Final = "gave_up"
"""The error of what has killed its workers again and again."""
_DIE: Final = secrets.SystemRandom()
Sent = TypeVar("Sent", bound=Outgoing)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try went; without an error it arrived."""

    error: str | None = None
    withheld: bool = False
    """It is not to be tried again: whom it is for may not see it any more."""


async def waiting(
    db: AsyncSession, kind: type[Sent], which: UUID, *, lock: bool = False
) -> Sent | None:
    """Find something that waits; None for what has ended, or is not there any more."""
    statement = select(kind).where(kind.id == which, kind.state == "waiting")
    found: Sent | None = await db.scalar(statement.with_for_update() if lock else statement)
    return found


async def record(
    db: AsyncSession, it: Outgoing, outcome: Outcome, *, task: str, now: datetime
) -> None:
    """Write down a try of what waits; the next one is a job of its own."""
    it.attempts += 1
    it.tried_at, it.error = now, outcome.error
    wait = BACKOFF.wait(it.attempts, share=_DIE.random())
    if outcome.error is None:
        it.state = "done"
    elif outcome.withheld:
        it.state = "withheld"
    elif wait is None:
        it.state = "dead"
    else:
        await defer_until(db, task, now + wait, message_id=str(it.id))
    it.ended_at = None if it.state == "waiting" else now
    await db.flush()


async def send_again(db: AsyncSession, it: Outgoing, *, task: str) -> None:
    """Let something that has ended wait once more, with as many tries as a new one."""
    it.state, it.attempts, it.ended_at = "waiting", 0, None
    await defer(db, task, message_id=str(it.id))
    await db.flush()


async def end_given_up(db: AsyncSession, kind: type[Outgoing], *, task: str, now: datetime) -> None:
    """End what waits for a job that is not tried any more."""
    lost = (kind.state == "waiting") & given_up(task, "message_id", kind.id)
    await db.execute(update(kind).where(lost).values(state="dead", ended_at=now, error=GAVE_UP))


async def forget(db: AsyncSession, kind: type[Outgoing], *, before: datetime) -> None:
    """Forget what ended before a time."""
    await db.execute(delete(kind).where(kind.ended_at < before))
