"""Reminders, overdue and escalation: laid out when a case changes, rung by a job when it is time.

Both are done some cases at a time, each batch one transaction: a job that was broken off, or runs
twice at once, rings nothing twice and leaves nothing out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.clock.account import Account, Move
from gridsvc.db.base import new_id
from gridsvc.incidents.announcing import announce
from gridsvc.incidents.case import Case, case_of
from gridsvc.incidents.clocks import clock_of, stage_clocks
from gridsvc.incidents.headline import is_open
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.incidents.service import Desk
from gridsvc.notices.model import Alarm, Notice
from gridsvc.notices.service import put

AT_ONCE: Final = 200
ESCALATED_AFTER: Final = timedelta(days=1)
"""How long after its deadline a case is told to the level above."""
_BEGINS: Final = frozenset({Move.START, Move.RESTART})


@dataclass(frozen=True, slots=True)
class Planned:
    """When a clock is to ring."""

    clock: str
    kind: str
    round: int
    at: datetime


def planned(case: Case, now: datetime) -> Iterator[Planned]:
    """Lay out the reminders of the clock that runs in the case now."""
    code = clock_of(case.process, case.incident.status)
    if code is None:
        return
    stages = stage_clocks(case.events, case.process, case.by.calendar)
    account = stages.get(code, case.account)
    if not account.runs:
        return
    standing, number = account.standing(now), _round(account)
    yield Planned(code, "yellow", number, standing.yellow_from)
    yield Planned(code, "overdue", number, standing.due)
    yield Planned(code, "escalated", number, standing.due + ESCALATED_AFTER)


def _round(account: Account) -> int:
    return sum(turn.move in _BEGINS for turn in account.turns)


async def lay_out(db: AsyncSession, desk: Desk, *, now: datetime) -> int:
    """Lay out the reminders of the next cases that have changed; give how many there were."""
    changed = and_(
        Incident.alarms_version < Incident.version, or_(Incident.alarms_version > 0, is_open())
    )
    next_ones = select(Incident).where(changed).order_by(Incident.id).limit(AT_ONCE)
    found = list(await db.scalars(next_ones.with_for_update(skip_locked=True)))
    for incident in found:
        await _lay_out(db, await case_of(db, incident, desk), now=now)
        incident.alarms_version = incident.version
    await db.flush()
    return len(found)


async def _lay_out(db: AsyncSession, case: Case, *, now: datetime) -> None:
    own = Alarm.incident_id == case.incident.id
    await db.execute(delete(Alarm).where(own, Alarm.rung_at.is_(None)))
    rows = [
        {
            "id": new_id(),
            "incident_id": case.incident.id,
            "clock": one.clock,
            "kind": one.kind,
            "round": one.round,
            "at": one.at,
        }
        for one in planned(case, now)
    ]
    if rows:
        await db.execute(insert(Alarm).values(rows).on_conflict_do_nothing())


async def ring(db: AsyncSession, *, now: datetime) -> int:
    """Ring what is due, the oldest first; give how many there were.

    What has changed since its reminders were laid out waits for that.
    """
    laid_out = Incident.alarms_version == Incident.version
    waiting = (
        select(Alarm, Incident)
        .join(Incident, and_(Incident.id == Alarm.incident_id, laid_out))
        .where(Alarm.rung_at.is_(None), Alarm.at <= now)
        .order_by(Alarm.at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    found = [(row[0], row[1]) for row in await db.execute(waiting)]
    tree = await _tree(db) if found else {}
    for alarm, incident in found:
        await _tell(db, alarm, incident, tree, now=now)
        alarm.rung_at = now
    await db.flush()
    return len(found)


async def _tree(db: AsyncSession) -> Mapping[UUID, UUID | None]:
    rows = await db.execute(select(Organisation.id, Organisation.parent_id))
    return {row.id: row.parent_id for row in rows}


async def _tell(
    db: AsyncSession,
    alarm: Alarm,
    incident: Incident,
    tree: Mapping[UUID, UUID | None],
    *,
    now: datetime,
) -> None:
    last = select(func.max(IncidentEvent.sequence)).where(IncidentEvent.incident_id == incident.id)
    sequence = (await db.execute(last)).scalar_one()
    rows = [
        {
            "id": new_id(),
            "organisation_id": organisation,
            "incident_id": incident.id,
            "sequence": sequence,
            "kind": f"{alarm.kind}:{alarm.clock}",
            "reference": incident.reference,
            "due_at": incident.due_at,
            "created_at": now,
        }
        for organisation in told(alarm.kind, incident.lead_id, tree)
    ]
    if rows:
        await put(db, insert(Notice).values(rows))
    await announce(db, incident.id, sequence, kind=f"{alarm.kind}:{alarm.clock}")


def told(kind: str, lead: UUID | None, tree: Mapping[UUID, UUID | None]) -> Sequence[UUID]:
    """Choose who is told: the owner, and once it is escalated who is above; without one the top."""
    if lead is None:
        above = {parent for parent in tree.values() if parent}
        return [it for it, parent in tree.items() if parent is None and it in above]
    parent = tree.get(lead)
    return [lead, parent] if kind == "escalated" and parent else [lead]
