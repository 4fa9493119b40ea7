"""Incidents as a story: a report comes in and is owned; actions follow until it ends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shapely import Point
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.clock.calendar import Calendar
from gridsvc.clock.deadline import add
from gridsvc.clock.limit import Limit, Unit
from gridsvc.db.base import new_id
from gridsvc.errors import Conflict, DifferentBody
from gridsvc.incidents import repository
from gridsvc.incidents.events import FIRST, Event
from gridsvc.incidents.intake import Intake, take_in
from gridsvc.incidents.lifecycle import Action, filed_as
from gridsvc.incidents.report import Report, check_times, differing, hash_of
from gridsvc.routing.record import record_of
from gridsvc.routing.service import Answer, Matter, Router, refuse_far_outside

TRIES = 5
"""How often a report is decided anew because the map changed while it was decided."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What taking a report in needs besides the database."""

    router: Router
    calendar: Calendar
    outside_margin_m: float


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


async def report(
    db: AsyncSession, desk: Desk, sent: Sent, *, who: Principal, now: datetime
) -> Receipt:
    """Take a report in: decide its owner, write everything, answer. Repeated, answer the same."""
    check_times(sent.report, sent.incident_id, now=now)
    incident_id = await _identify(db, sent, who=who, now=now)
    edition = await desk.router.atlas.edition(db)
    for _ in range(TRIES):
        answer = await desk.router.ask(db, edition, _matter(sent.report, now))
        refuse_far_outside(answer, margin_m=desk.outside_margin_m)
        intake = _intake(desk, sent.report, answer, incident_id=incident_id, who=who, now=now)
        taken = await take_in(db, intake)
        if taken.reference is not None:
            return Receipt(_receipt(intake, taken.reference), created=True)
        if taken.map_version == edition.version:
            return await _repeated(db, sent.report, incident_id, who=who)
        edition = await desk.router.atlas.refresh(db)
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


def _matter(report: Report, now: datetime) -> Matter:
    return Matter(
        category=report.category,
        scheme=report.scheme,
        position=report.location.position if report.location else None,
        at=min(report.occurred_at or now, now),
    )


def _intake(
    desk: Desk, report: Report, answer: Answer, *, incident_id: UUID, who: Principal, now: datetime
) -> Intake:
    decision, category = answer.decision, answer.category
    status = filed_as(has_lead=decision.pick is not None)
    due_at = add(now, Limit(category.limit_value, Unit(category.limit_unit)), desk.calendar)
    record, body = record_of(answer), report.body()
    ownership = {
        "outcome": decision.outcome.value,
        "lead_id": decision.pick.organisation.id if decision.pick else None,
        "zone_id": decision.pick.place.area_id if decision.pick else None,
    }
    chain = {place.level: place.code for place in decision.chain}
    event = Event(
        incident_id=incident_id,
        sequence=1,
        at=now,
        actor_id=who.account_id,
        action=Action.REPORT,
        from_status=None,
        to_status=status,
        note=None,
        detail={"report": body, "due_at": due_at.isoformat()},
        previous_hash=FIRST,
    )
    question = answer.question
    return Intake(
        incident={
            "id": incident_id,
            "category_id": category.id,
            "status": status.value,
            "version": 1,
            "channel": report.channel,
            "description": report.description,
            "address": report.address,
            "location": None
            if question.lon is None or question.lat is None
            else Point(question.lon, question.lat),
            "accuracy_m": report.location.accuracy_m if report.location else None,
            "occurred_at": question.at,
            "reported_at": now,
            "reporter_id": who.account_id,
            "report_hash": hash_of(body),
            "due_at": due_at,
            "closed_at": None,
            **ownership,
            **{level: chain.get(level) for level in repository.LEVELS},
        },
        event=repository.event_row(event),
        decision={
            "id": new_id(),
            "incident_id": incident_id,
            "decided_at": now,
            **ownership,
            "map_version": answer.map_version,
            "record": record,
        },
        map_version=answer.map_version,
        day=f"{now.astimezone(desk.calendar.zone):%Y%m%d}",
    )


def _receipt(intake: Intake, reference: str) -> dict[str, Any]:
    return receipt_body(
        incident_id=intake.incident["id"],
        reference=reference,
        status=intake.incident["status"],
        routing=intake.decision["record"],
        due_at=intake.event["detail"]["due_at"],
    )


def receipt_body(
    *, incident_id: UUID, reference: str, status: str, routing: dict[str, Any], due_at: str
) -> dict[str, Any]:
    """Write the answer to a report; made of what never changes, so that it can be made again."""
    return {
        "id": str(incident_id),
        "reference": reference,
        "status": status,
        "routing": routing,
        "due_at": due_at,
    }


async def _repeated(
    db: AsyncSession, report: Report, incident_id: UUID, *, who: Principal
) -> Receipt:
    """Answer as the first time, or name what differs from it."""
    first = await repository.first_report(db, incident_id)
    if first.reporter_id != who.account_id:
        raise DifferentBody(
            en="This id is taken.", zh="该 id 已被占用。", field="id", differing=["id"]
        )
    body = report.body()
    if first.report_hash != hash_of(body):
        fields = differing(first.body, body)
        raise DifferentBody(
            en=f"The same id came before with another {', '.join(fields)}.",
            zh=f"相同 id 的上报内容不同：{'、'.join(fields)}。",
            field=fields[0],
            differing=fields,
        )
    return Receipt(
        receipt_body(
            incident_id=incident_id,
            reference=first.reference,
            status=first.status,
            routing=first.routing,
            due_at=first.due_at,
        ),
        created=False,
    )
