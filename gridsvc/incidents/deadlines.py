"""Deadlines that run, held against the calendars as they are now: what moves, what is unsure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import LEVELS
from gridsvc.calendars.book import Book, InForce
from gridsvc.clock.calendar import Calendar
from gridsvc.clock.limit import Limit, Unit
from gridsvc.clock.preview import Moved, Running, moved, past_horizon
from gridsvc.incidents.clocks import handling_account
from gridsvc.incidents.lifecycle import UNHANDLED
from gridsvc.incidents.limits import LIMIT, with_limits
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.incidents.rows import areas_upwards

_RUNS = Incident.status.in_([status.value for status in UNHANDLED])


@dataclass(frozen=True, slots=True)
class Owed:
    """A running deadline with whose and where it is, by which its calendar is chosen."""

    running: Running
    lead: UUID | None
    areas: tuple[str, ...]
    events: tuple[IncidentEvent, ...] = ()
    """Of a case whose clock was paused, begun anew or given more time: where it is due is not to be
    told from its start alone."""


@dataclass(frozen=True, slots=True)
class Review:
    """What moves to where a calendar has it, and what is past the last day that it knows."""

    total: int
    moved: Mapping[str, Sequence[Moved]]
    past: Mapping[str, Sequence[Running]]

    @property
    def moving(self) -> int:
        """How many deadlines would be others."""
        return sum(map(len, self.moved.values()))


async def owed(db: AsyncSession) -> Sequence[Owed]:
    """Read every deadline that runs."""
    turned = await _events_of_turned(db)
    levels = [getattr(Incident, level) for level in LEVELS]
    running = (Incident.reference, Incident.reported_at, Incident.due_at, Incident.lead_id)
    rows = await db.execute(
        with_limits(select(*running, Incident.id, *LIMIT, *levels))
        .where(_RUNS)
        .order_by(Incident.reported_at, Incident.id)
    )
    return [
        Owed(
            Running(reference, began, Limit(value, Unit(unit)), due),
            lead,
            areas_upwards(dict(zip(LEVELS, codes, strict=True))),
            tuple(turned.get(incident_id, ())),
        )
        for reference, began, due, lead, incident_id, value, unit, *codes in rows
    ]


async def _events_of_turned(db: AsyncSession) -> Mapping[UUID, Sequence[IncidentEvent]]:
    of_turned = select(Incident.id).where(Incident.clock_turned, _RUNS)
    chains = await db.scalars(
        select(IncidentEvent)
        .where(IncidentEvent.incident_id.in_(of_turned))
        .order_by(IncidentEvent.sequence)
    )
    found: dict[UUID, list[IncidentEvent]] = defaultdict(list)
    for event in chains:
        found[event.incident_id].append(event)
    return found


def review(owed: Iterable[Owed], book: Book, *, at: datetime) -> Review:
    """Hold deadlines against the calendars in force at a time."""
    by_calendar: dict[InForce, list[Owed]] = defaultdict(list)
    for one in owed:
        by_calendar[book.in_force(at, organisation=one.lead, areas=one.areas)].append(one)
    moves = {
        chosen.name: (*_moved(told, chosen.calendar), *_moved_turned(told, chosen.calendar))
        for chosen, told in by_calendar.items()
    }
    past = {
        chosen.name: past_horizon([it.running for it in told], chosen.calendar)
        for chosen, told in by_calendar.items()
    }
    return Review(
        total=sum(map(len, by_calendar.values())),
        moved={name: found for name, found in moves.items() if found},
        past={name: found for name, found in past.items() if found},
    )


def _moved(told: Iterable[Owed], calendar: Calendar) -> Sequence[Moved]:
    return moved([it.running for it in told if not it.events], calendar)


def _moved_turned(told: Iterable[Owed], calendar: Calendar) -> Iterator[Moved]:
    for it in told:
        if it.events:
            account = handling_account(it.events, it.running.limit, calendar)
            # As of the last turn: while a clock stands, its end is told as it was when it stopped.
            due = account.standing(account.turns[-1].at).due
            if due != it.running.due:
                yield Moved(it.running.key, it.running.due, due)
