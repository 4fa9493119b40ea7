"""Reminds those who are called and have yet to come; a job rings, each reminder once.

Laid out when the whistle is blown; what is needed no more when its time comes is struck off
without a word. Done some at a time, each batch one transaction, so that a job that was broken off
or runs twice at once rings nothing twice and leaves nothing out.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.notices.service import tell_of_whistle
from gridsvc.whistles import repository
from gridsvc.whistles.holding import standing_of
from gridsvc.whistles.lifecycle import State
from gridsvc.whistles.model import Whistle, WhistleAlarm, WhistleCall

AT_ONCE: Final = 200


async def ring_whistles(db: AsyncSession, *, now: datetime) -> int:
    """Ring what is due, the oldest first; give how many there were."""
    own = and_(
        WhistleCall.whistle_id == WhistleAlarm.whistle_id,
        WhistleCall.organisation_id == WhistleAlarm.organisation_id,
    )
    # The whistle is held, not only its alarm: who reports in meanwhile is not reminded.
    waiting = (
        select(WhistleAlarm, WhistleCall, Whistle, Organisation)
        .join(WhistleCall, own)
        .join(Whistle, Whistle.id == WhistleAlarm.whistle_id)
        .join(Organisation, Organisation.id == WhistleAlarm.organisation_id)
        .where(WhistleAlarm.rung_at.is_(None), WhistleAlarm.at <= now)
        .order_by(WhistleAlarm.at)
        .limit(AT_ONCE)
        .with_for_update(of=[Whistle, WhistleAlarm], skip_locked=True)
    )
    found = list(await db.execute(waiting))
    for alarm, call, whistle, organisation in found:
        if whistle.state == State.RUNNING and standing_of(call).is_awaited:
            sequence, _ = await repository.end_of_chain(db, whistle.id)
            await tell_of_whistle(
                db,
                list(dict.fromkeys(_told(alarm.kind, whistle, organisation))),
                whistle_id=whistle.id,
                sequence=sequence,
                kind=f"{alarm.kind}:report_in:{organisation.code}",
                now=now,
            )
        alarm.rung_at = now
    await db.flush()
    return len(found)


def _told(kind: str, whistle: Whistle, organisation: Organisation) -> Iterator[UUID]:
    """Tell who is called; once it is late also who called, at last also who is above it."""
    yield organisation.id
    if kind != "yellow" and whistle.organisation_id:
        yield whistle.organisation_id
    if kind == "escalated" and organisation.parent_id:
        yield organisation.parent_id
