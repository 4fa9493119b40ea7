"""The clock of an incident: when it ran, by which calendar, and what became of every minute."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.calendars.book import DEFAULT, InForce
from gridsvc.calendars.repository import read_book
from gridsvc.clock.account import Account
from gridsvc.clock.calendar import Calendar
from gridsvc.clock.limit import Limit
from gridsvc.clock.spans import Span
from gridsvc.clock.standing import Standing
from gridsvc.incidents import repository
from gridsvc.incidents.lifecycle import UNHANDLED
from gridsvc.incidents.limits import limit_of
from gridsvc.incidents.model import IncidentEvent
from gridsvc.incidents.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Timing:
    """How an incident's clock stands at a moment, and how it came to that."""

    limit: Limit
    by: InForce
    standing: Standing
    spans: Sequence[Span]


async def timing(
    db: AsyncSession, incident_id: UUID, *, who: Principal, now: datetime, zone: ZoneInfo
) -> Timing:
    """Account for the time of an incident, by the calendar that its deadline was reckoned by."""
    incident = await repository.get(db, incident_id, visible=visible_to(who))
    events = await repository.events_of(db, incident_id)
    limit = await limit_of(db, incident)
    book = await read_book(db, default=Calendar(zone=zone))
    by = book.named(_calendar_name(events))
    account = Account.open(limit, by.calendar, at=incident.reported_at)
    ended = _ended(events)
    if ended is not None:
        account = account.stop(ended.at, ended.action)
    return Timing(limit, by, account.standing(now), account.explain(now))


def _calendar_name(events: Sequence[IncidentEvent]) -> str:
    """Find by which calendar the deadline was reckoned the last time."""
    told = (event.detail.get("calendar") for event in reversed(events))
    return next((name for name in told if name), DEFAULT)


def _ended(events: Sequence[IncidentEvent]) -> IncidentEvent | None:
    """Find what stopped the clock, if nothing has set it going again."""
    last = next((event for event in reversed(events) if event.to_status in UNHANDLED), None)
    after = [event for event in events if last is None or event.sequence > last.sequence]
    return after[0] if after else None
