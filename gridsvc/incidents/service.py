"""Incidents as a story: a report comes in and is owned; actions follow until it ends."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.calendars.book import Book
from gridsvc.calendars.shelf import Shelf
from gridsvc.clock.calendar import Calendar
from gridsvc.db.base import new_id
from gridsvc.errors import Conflict, DifferentBody, Invalid
from gridsvc.incidents import reporters, repository
from gridsvc.incidents.intake import Intake, take_in
from gridsvc.incidents.processes import Processes
from gridsvc.incidents.report import Report, check_times, differing, hash_of
from gridsvc.incidents.rows import Arrival, intake_of
from gridsvc.personal.contact import Named
from gridsvc.routing.service import Router, refuse_far_outside
from gridsvc.settings import Settings

TRIES = 5
"""How often a report is decided anew because the map changed while it was decided."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What taking a report in needs besides the database."""

    router: Router
    calendar: Calendar
    """By which deadlines are reckoned where no calendar is in use."""
    outside_margin_m: float
    shelf: Shelf = field(default_factory=Shelf)
    processes: Processes = field(default_factory=Processes)

    @classmethod
    def of(cls, settings: Settings) -> "Desk":
        """Make the desk of a process."""
        return cls(
            router=Router.of(settings),
            calendar=Calendar(zone=settings.zone),
            outside_margin_m=settings.outside_margin_m,
        )

    async def book(self, db: AsyncSession, map_version: int) -> Book:
        """Give the calendars as they are in a version of the map."""
        return await self.shelf.book(db, map_version, default=self.calendar)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a report; `created` is False where the same report had come before."""

    body: dict[str, Any]
    created: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """A report with the names that make its repetition harmless."""

    report: Report
    incident_id: UUID | None
    idempotency_key: str | None
    reporter: Named | None = None


async def report(
    db: AsyncSession, desk: Desk, sent: Sent, *, who: Principal, now: datetime
) -> Receipt:
    """Take a report in: decide its owner, write everything, answer. Repeated, answer the same."""
    check_times(sent.report, sent.incident_id, now=now)
    incident_id = await _identify(db, sent, who=who, now=now)
    arrival = Arrival(sent.report, incident_id, who, now, sent.reporter)
    try:
        return await receive(db, desk, arrival)
    except Invalid:
        # What was right when it first came may not be any more: its category may have ended.
        if await repository.exists(db, incident_id):
            return await _repeated(db, arrival)
        raise


async def receive(db: AsyncSession, desk: Desk, arrival: Arrival) -> Receipt:
    """Decide whose what has arrived is, by the map as it is, and write it down."""
    atlas = desk.router.atlas
    edition = await atlas.edition(db)
    for _ in range(TRIES):
        try:
            answer = await desk.router.ask(db, edition, arrival.matter)
            refuse_far_outside(answer.decision, margin_m=desk.outside_margin_m)
            book = await desk.book(db, edition.version)
            by = await desk.processes.in_force(db, edition.version, now=arrival.now)
            intake = intake_of(arrival, answer, book, by=by)
        except Invalid:
            # The map at hand may be too old to know the category or the ground.
            newest = await atlas.newest(db)
            if newest.version == edition.version:
                raise
            edition = newest
            continue
        taken = await take_in(db, intake)
        if taken.reference is not None:
            if arrival.reporter is not None:
                await reporters.keep(db, arrival.incident_id, arrival.reporter)
            return Receipt(_receipt(intake, taken.reference), created=True)
        if taken.map_version == edition.version:
            return await _repeated(db, arrival)
        edition = await atlas.refresh(db)
    raise Conflict(
        "map_changing",
        en="The map keeps changing; send the report again.",
        zh="地图正在频繁变更，请重新提交。",
    )


async def _identify(db: AsyncSession, sent: Sent, *, who: Principal, now: datetime) -> UUID:
    """Choose the incident's id: the client's, the one its key stands for, or a new one."""
    wanted = sent.incident_id or new_id()
    if sent.idempotency_key is None:
        return wanted
    kept = await repository.keep_key(
        db, who.account_id, sent.idempotency_key, incident_id=wanted, now=now
    )
    if sent.incident_id not in {None, kept}:
        raise DifferentBody(
            en="This Idempotency-Key came with another id before.",
            zh="该 Idempotency-Key 之前对应的是另一个 id。",
            field="id",
            differing=["id"],
        )
    return kept


def _receipt(intake: Intake, reference: str) -> dict[str, Any]:
    return receipt_body(
        incident_id=intake.incident["id"],
        reference=reference,
        status=intake.incident["status"],
        routing=intake.decision["record"],
        due_at=intake.event["detail"]["due_at"],
        limit=intake.event["detail"]["limit"],
    )


def receipt_body(
    *,
    incident_id: UUID,
    reference: str,
    status: str,
    routing: dict[str, Any],
    due_at: str,
    limit: dict[str, Any] | None,
) -> dict[str, Any]:
    """Write the answer to a report; made of what never changes, so that it can be made again."""
    return {
        "id": str(incident_id),
        "reference": reference,
        "status": status,
        "routing": routing,
        "due_at": due_at,
        "limit": limit,
    }


async def _repeated(db: AsyncSession, arrival: Arrival) -> Receipt:
    """Answer as the first time, or name what differs from it."""
    first = await repository.first_report(db, arrival.incident_id)
    if first.reporter_id != arrival.who.account_id:
        raise DifferentBody(
            en="This id is taken.", zh="该 id 已被占用。", field="id", differing=["id"]
        )
    body = arrival.report.body()
    fields = differing(first.body, body) if first.report_hash != hash_of(body) else []
    fields += await reporters.differing(db, arrival.incident_id, arrival.reporter)
    if fields:
        raise DifferentBody(
            en=f"The same id came before with another {', '.join(fields)}.",
            zh=f"相同 id 的上报内容不同：{'、'.join(fields)}。",
            field=fields[0],
            differing=fields,
        )
    return Receipt(
        receipt_body(
            incident_id=arrival.incident_id,
            reference=first.reference,
            status=first.status,
            routing=first.routing,
            due_at=first.due_at,
            limit=first.limit,
        ),
        created=False,
    )
