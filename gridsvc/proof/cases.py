"""Goes through the cases with their events, one at a time: however many, memory stays the same."""

import hashlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, case, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.proof.chain import Head, faults
from gridsvc.proof.findings import Fault, Finding
from gridsvc.routing.model import RoutingDecision

_AT_ONCE: Final = 2_000
"""Rows that are fetched at a time."""

Rows = Sequence[Row[*tuple[Any, ...]]]
"""Of one chain: one for each event, or one without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which cases are looked at; None leaves a thing open."""

    incident: UUID | None = None
    reference: str | None = None
    since: datetime | None = None
    """Those to which something has happened since."""
    until: datetime | None = None
    """What the digest speaks of: all that had happened before. It narrows nothing."""

    @property
    def narrowed(self) -> bool:
        """Tell whether some cases are left out."""
        return any((self.incident, self.reference, self.since))


@dataclass(slots=True)
class Tally:
    """What was gone through so far."""

    cases: int = 0
    whistles: int = 0
    events: int = 0
    seal: Any = field(default_factory=hashlib.sha256)

    @property
    def digest(self) -> str:
        """Give the hash over every chain's last event before a time: it never changes again."""
        return str(self.seal.hexdigest())

    def count(self, events: Rows, until: datetime | None) -> None:
        """Note that the events of a chain were gone through."""
        self.events += len(events)
        sealed = next((it.hash for it in reversed(events) if until is None or it.at < until), b"")
        self.seal.update(sealed)


async def examine(db: AsyncSession, sought: Sought, tally: Tally) -> AsyncGenerator[Finding, None]:
    """Compare cases with their events, as all of them are at one moment."""
    codes = await _codes(db)
    async with aclosing(grouped(db, _statement(sought))) as found:
        async for rows in found:
            events = [row for row in rows if row.sequence is not None]
            for finding in faults(_head(rows[0], codes), events):
                yield finding
            tally.cases += 1
            tally.count(events, sought.until)
    async for row in await db.stream(_orphans(sought)):
        yield Finding(Fault.ORPHAN, str(row.incident_id), row.first)


async def _codes(db: AsyncSession) -> Mapping[UUID, str]:
    rows = await db.execute(select(Organisation.id, Organisation.code))
    return {row.id: row.code for row in rows}


async def grouped(db: AsyncSession, statement: Select[Any]) -> AsyncGenerator[Rows, None]:
    """Give the rows of each case, which follow each other: one for each event, or one without."""
    held: list[Row[*tuple[Any, ...]]] = []
    options = {"yield_per": _AT_ONCE}
    async for row in await db.stream(statement, execution_options=options):
        if held and held[0].case_id != row.case_id:
            yield held
            held = []
        held.append(row)
    if held:
        yield held


def _statement(sought: Sought) -> Select[Any]:
    decided = (
        select(RoutingDecision.lead_id)
        .where(RoutingDecision.incident_id == Incident.id)
        .order_by(RoutingDecision.decided_at, RoutingDecision.id)
        .limit(1)
        .scalar_subquery()
    )
    # Asked for once a case: with its first row.
    first = func.coalesce(IncidentEvent.sequence, 1) == 1
    event = [it for it in IncidentEvent.__table__.columns if it.name != "id"]
    return (
        select(
            Incident.id.label("case_id"),
            Incident.reference.label("case_reference"),
            Incident.status.label("case_status"),
            Incident.version.label("case_version"),
            Incident.due_at.label("case_due_at"),
            Incident.lead_id.label("case_lead_id"),
            case((first, decided)).label("decided_lead_id"),
            *event,
        )
        .outerjoin(IncidentEvent, IncidentEvent.incident_id == Incident.id)
        .where(_wanted(sought))
        .order_by(Incident.id, IncidentEvent.sequence)
    )


def _wanted(sought: Sought) -> ColumnElement[bool]:
    wanted: ColumnElement[bool] = true()
    if sought.incident is not None:
        wanted &= Incident.id == sought.incident
    if sought.reference is not None:
        wanted &= Incident.reference == sought.reference
    if sought.since is not None:
        later = select(IncidentEvent.incident_id).where(IncidentEvent.at >= sought.since)
        # What was changed by hand may have lost the events that would tell.
        wanted &= or_(Incident.id.in_(later), Incident.reported_at >= sought.since)
    return wanted


def _orphans(sought: Sought) -> Select[UUID, int]:
    """Ask for events whose case is gone: no foreign key holds who owns the table."""
    alone = ~exists().where(Incident.id == IncidentEvent.incident_id)
    statement = select(
        IncidentEvent.incident_id, func.min(IncidentEvent.sequence).label("first")
    ).group_by(IncidentEvent.incident_id)
    if sought.incident is not None:
        return statement.where(IncidentEvent.incident_id == sought.incident, alone)
    if sought.since is not None:
        return statement.where(IncidentEvent.at >= sought.since, alone)
    return statement.where(alone)


def _head(row: Row[*tuple[Any, ...]], codes: Mapping[UUID, str]) -> Head:
    return Head(
        case=row.case_reference,
        version=row.case_version,
        status=row.case_status,
        due_at=row.case_due_at,
        lead=codes.get(row.case_lead_id),
        decided_lead=codes.get(row.decided_lead_id),
    )
