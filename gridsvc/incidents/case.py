"""A case as a whole: the incident with its events, its process and its clocks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import LEVELS
from gridsvc.calendars.book import DEFAULT, Book, InForce
from gridsvc.clock.account import Account
from gridsvc.clock.limit import Limit
from gridsvc.clock.standing import Light
from gridsvc.incidents import repository
from gridsvc.incidents.clocks import Happening, handling_account
from gridsvc.incidents.facts import Facts
from gridsvc.incidents.lifecycle import Process
from gridsvc.incidents.limits import limits_of
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.incidents.parts import Family
from gridsvc.incidents.past_steps import facts_of
from gridsvc.incidents.rows import areas_upwards
from gridsvc.incidents.service import Desk
from gridsvc.incidents.splitting import families_of
from gridsvc.routing.repository import map_version


@dataclass(frozen=True, slots=True)
class Case:
    """What steps and clocks look at."""

    incident: Incident
    process: Process
    events: Sequence[IncidentEvent]
    limit: Limit
    book: Book
    by: InForce
    """The calendar that its deadline was reckoned by the last time."""
    family: Family

    @property
    def account(self) -> Account:
        """Its handling's clock."""
        return handling_account(self.events, self.limit, self.by.calendar)

    def account_with(self, coming: Happening, by: InForce) -> Account:
        """Its handling's clock after one more event, by a calendar."""
        return handling_account([*self.events, coming], self.limit, by.calendar)

    def calendar_now(self, now: datetime) -> InForce:
        """Choose the calendar of who leads it now, and of where it is."""
        codes = {level: getattr(self.incident, level) for level in LEVELS}
        return self.book.in_force(
            now, organisation=self.incident.lead_id, areas=areas_upwards(codes)
        )

    def facts(self, caller: UUID, *, now: datetime) -> Facts:
        """Gather what a step may depend on."""
        late = self.account.standing(now).light is Light.RED
        return replace(
            facts_of(self.events),
            own=self.incident.reporter_id == caller,
            caller=caller,
            overdue=late,
            whistled=bool(self.incident.called_ids),
            gathers=bool(self.incident.co_reporter_ids),
            parts_open=self.family.parts_open,
            is_part=self.incident.parent_id is not None,
            parted=self.incident.part_count > 0,
            parent_ended=self.family.parent_ended,
        )


async def case_of(db: AsyncSession, incident: Incident, desk: Desk) -> Case:
    """Read what belongs to an incident."""
    return (await cases_of(db, [incident], desk))[0]


async def cases_of(db: AsyncSession, incidents: Sequence[Incident], desk: Desk) -> Sequence[Case]:
    """Read what belongs to some incidents, in as many statements as for one."""
    ids = [incident.id for incident in incidents]
    events, limits = await repository.events_of_each(db, ids), await limits_of(db, ids)
    book = await desk.book(db, await map_version(db))
    families = await families_of(db, incidents)
    return [
        Case(
            incident=it,
            process=await desk.processes.of(db, it),
            events=events[it.id],
            limit=limits[it.id],
            book=book,
            by=book.named(calendar_name(events[it.id])),
            family=families.get(it.id, Family()),
        )
        for it in incidents
    ]


def calendar_name(events: Sequence[IncidentEvent]) -> str:
    """Find by which calendar the deadline was reckoned the last time."""
    told = (event.detail.get("calendar") for event in reversed(events))
    return next((name for name in told if name), DEFAULT)
