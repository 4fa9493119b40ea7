"""Deadlines that run, held against the calendars as they are now: what moves, what is unsure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import LEVELS
from gridsvc.calendars.book import Book, InForce
from gridsvc.clock.limit import Limit, Unit
from gridsvc.clock.preview import Moved, Running, moved, past_horizon
from gridsvc.incidents.lifecycle import UNHANDLED
from gridsvc.incidents.limits import LIMIT, with_limits
from gridsvc.incidents.model import Incident
from gridsvc.incidents.rows import areas_upwards


@dataclass(frozen=True, slots=True)
class Owed:
    """A running deadline with whose and where it is, by which its calendar is chosen."""

    running: Running
    lead: UUID | None
    areas: tuple[str, ...]
    turned: bool
    """Whether its clock was paused, begun anew or given more time: where it is due is not to be
    told from its start alone, and stays by the calendar of its last turn."""


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
    levels = [getattr(Incident, level) for level in LEVELS]
    running = (Incident.reference, Incident.reported_at, Incident.due_at, Incident.lead_id)
    rows = await db.execute(
        with_limits(select(*running, Incident.clock_turned, *LIMIT, *levels))
        .where(Incident.status.in_([status.value for status in UNHANDLED]))
        .order_by(Incident.reported_at, Incident.id)
    )
    return [
        Owed(
            Running(reference, began, Limit(value, Unit(unit)), due),
            lead,
            areas_upwards(dict(zip(LEVELS, codes, strict=True))),
            turned,
        )
        for reference, began, due, lead, turned, value, unit, *codes in rows
    ]


def review(owed: Iterable[Owed], book: Book, *, at: datetime) -> Review:
    """Hold deadlines against the calendars in force at a time."""
    by_calendar: dict[InForce, list[Owed]] = defaultdict(list)
    for one in owed:
        by_calendar[book.in_force(at, organisation=one.lead, areas=one.areas)].append(one)
    moves = {
        chosen.name: moved([it.running for it in told if not it.turned], chosen.calendar)
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
