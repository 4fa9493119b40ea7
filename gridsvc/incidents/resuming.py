"""Ending suspensions (挂账) whose time is over: a job, harmless when done twice."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.incidents.case import case_of
from gridsvc.incidents.lifecycle import Status
from gridsvc.incidents.model import Incident
from gridsvc.incidents.service import Desk
from gridsvc.incidents.taking import resume_when_due

AT_ONCE = 100


async def resume_due(db: AsyncSession, desk: Desk, *, now: datetime) -> int:
    """Have the next cases go on whose suspension is over; give how many there were."""
    over = (Incident.suspended_until <= now) & (Incident.status == Status.SUSPENDED.value)
    next_ones = select(Incident).where(over).order_by(Incident.suspended_until).limit(AT_ONCE)
    found = list(await db.scalars(next_ones.with_for_update(skip_locked=True)))
    for incident in found:
        await resume_when_due(db, await case_of(db, incident, desk), now=now)
    return len(found)
