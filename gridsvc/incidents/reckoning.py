"""Moving the deadlines that run to where the calendars have them now: by order, never by itself."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.model import Account
from gridsvc.auth.repository import account_by_login
from gridsvc.calendars.repository import read_book
from gridsvc.clock.calendar import Calendar
from gridsvc.clock.preview import Moved
from gridsvc.errors import NotFound
from gridsvc.incidents.deadlines import owed, review
from gridsvc.incidents.happening import Change, happen
from gridsvc.incidents.lifecycle import UNHANDLED, Action, Status
from gridsvc.incidents.model import Incident

AT_ONCE = 500
"""How many deadlines move in one transaction."""


@dataclass(frozen=True, slots=True)
class Order:
    """Who has deadlines moved, why and when."""

    login: str
    reason: str
    now: datetime


async def reckon(db: AsyncSession, order: Order, *, default: Calendar) -> int:
    """Move the next deadlines that are not where they would be; give how many, 0 when none is left.

    Each case gets an event in its chain, and its owner is told.
    """
    actor = await _actor(db, order.login)
    found = review(await owed(db), await read_book(db, default=default), at=order.now)
    moving = [(one, calendar) for calendar, listed in found.moved.items() for one in listed]
    for one, calendar in moving[:AT_ONCE]:
        incident = await _held(db, one)
        if incident is not None:
            incident.due_at = one.would_be
            change = _change(one, Status(incident.status), calendar, order, actor_id=actor.id)
            await happen(db, incident, change, owner_before=incident.lead_id)
    return len(moving[:AT_ONCE])


async def _actor(db: AsyncSession, login: str) -> Account:
    account = await account_by_login(db, login)
    if account is None:
        raise NotFound(
            "unknown_account",
            en=f'There is no account "{login}".',
            zh=f"没有账号“{login}”。",
        )
    return account


async def _held(db: AsyncSession, one: Moved) -> Incident | None:
    """Hold an incident for the change, if its deadline still runs and is what it was."""
    running = Incident.status.in_([status.value for status in UNHANDLED])
    same = (Incident.reference == one.key, Incident.due_at == one.due, running)
    found: Incident | None = await db.scalar(select(Incident).where(*same).with_for_update())
    return found


def _change(one: Moved, status: Status, calendar: str, order: Order, *, actor_id: UUID) -> Change:
    return Change(
        action=Action.RECKON,
        target=status,
        actor_id=actor_id,
        now=order.now,
        note=order.reason,
        detail={
            "due_at": one.would_be.isoformat(),
            "due_before": one.due.isoformat(),
            "calendar": calendar,
        },
    )
