"""What a report becomes: the question it asks and the rows it leaves. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from shapely import Point

from gridsvc.areas.model import LEVELS
from gridsvc.auth.principal import Principal
from gridsvc.calendars.book import Book, area_key
from gridsvc.catalogue.holding import held
from gridsvc.clock.deadline import add
from gridsvc.clock.limit import Limit
from gridsvc.db.base import new_id
from gridsvc.incidents.events import FIRST, Event
from gridsvc.incidents.intake import Intake
from gridsvc.incidents.lifecycle import Action, Status
from gridsvc.incidents.processes import Edition
from gridsvc.incidents.report import Report, hash_of
from gridsvc.incidents.repository import event_row
from gridsvc.personal.contact import Named
from gridsvc.routing.facts import Decision
from gridsvc.routing.record import record_of
from gridsvc.routing.service import Answer, Matter


@dataclass(frozen=True, slots=True)
class Arrival:
    """A report as it arrived: under which id, from whom, when."""

    report: Report
    incident_id: UUID
    who: Principal
    now: datetime
    reporter: Named | None = None
    reporter_id: UUID | None = None
    """Who reported it, if another sends it."""
    told: Mapping[str, Any] = field(default_factory=dict)
    """What its first event says besides."""

    @property
    def matter(self) -> Matter:
        """What the report asks of routing."""
        location = self.report.location
        return Matter(
            category=self.report.category,
            scheme=self.report.scheme,
            position=location.position if location else None,
            at=min(self.report.occurred_at or self.now, self.now),
            address=self.report.address,
            asset=self.report.asset,
        )


@dataclass(frozen=True, slots=True)
class Due:
    """When a matter is due, and the name of the calendar that says so."""

    at: datetime
    calendar: str

    @property
    def detail(self) -> dict[str, str]:
        """As an event tells it."""
        return {"due_at": self.at.isoformat(), "calendar": self.calendar}


def due_of(
    limit: Limit,
    book: Book,
    *,
    began: datetime,
    at: datetime,
    lead: UUID | None,
    codes: Mapping[str, str | None],
) -> Due:
    """Reckon a time limit by the calendar of who leads and where, as it is in force at a time."""
    chosen = book.in_force(at, organisation=lead, areas=areas_upwards(codes))
    return Due(add(began, limit, chosen.calendar), chosen.name)


def intake_of(arrival: Arrival, answer: Answer, book: Book, *, by: Edition) -> Intake:
    """Make the rows of a report from what was decided about it."""
    decision, category = answer.decision, answer.category
    status = by.process.filed_as(channel=arrival.report.channel, has_lead=decision.lead is not None)
    limit = held(category, arrival.report.condition)
    lead, codes = decision.lead, _codes(decision)
    due = due_of(
        limit.limit,
        book,
        began=arrival.now,
        at=arrival.now,
        lead=lead.id if lead else None,
        codes=codes,
    )
    body = arrival.report.body()
    return Intake(
        incident={
            **_reported(arrival, body),
            **_placed(arrival.report, answer),
            **_owned(decision),
            "co_handler_ids": [helper.id for helper in decision.co_handlers],
            "category_id": category.id,
            "condition_id": limit.condition.id if limit.condition else None,
            "status": status.value,
            "version": 1,
            "process_id": by.id,
            "due_at": due.at,
            "closed_at": None,
        },
        event=event_row(
            _first_event(
                arrival,
                status,
                detail={"report": body, **due.detail, "limit": limit.detail, **arrival.told},
            )
        ),
        decision={
            **_owned(decision),
            "id": new_id(),
            "incident_id": arrival.incident_id,
            "decided_at": arrival.now,
            "map_version": answer.map_version,
            "record": record_of(answer),
        },
        map_version=answer.map_version,
        day=f"{arrival.now.astimezone(book.default.zone):%Y%m%d}",
    )


def _reported(arrival: Arrival, body: dict[str, Any]) -> dict[str, Any]:
    report = arrival.report
    return {
        "id": arrival.incident_id,
        "channel": report.channel,
        "description": report.description,
        "address": report.address,
        "reported_at": arrival.now,
        "reporter_id": arrival.reporter_id or arrival.who.account_id,
        "report_hash": hash_of(body),
    }


def _placed(report: Report, answer: Answer) -> dict[str, Any]:
    """Write down where it was reported; a place found by its address is the decision's alone."""
    question, location = answer.question, report.location
    codes = _codes(answer.decision)
    return {
        "location": Point(question.lon, question.lat) if location else None,
        "accuracy_m": location.accuracy_m if location else None,
        "occurred_at": question.at,
        **{level: codes.get(level) for level in LEVELS},
    }


def _owned(decision: Decision) -> dict[str, Any]:
    lead, pick = decision.lead, decision.pick
    return {
        "outcome": decision.outcome.value,
        "lead_id": lead.id if lead else None,
        "zone_id": pick.place.area.id if pick else None,
    }


def areas_upwards(codes: Mapping[str, str | None]) -> tuple[str, ...]:
    """Name the areas of a place, given by level, the smallest first."""
    return tuple(area_key(level, code) for level in reversed(LEVELS) if (code := codes.get(level)))


def _codes(decision: Decision) -> dict[str, str]:
    return {place.level: place.code for place in decision.chain if place.level}


def _first_event(arrival: Arrival, status: Status, *, detail: dict[str, Any]) -> Event:
    return Event(
        incident_id=arrival.incident_id,
        sequence=1,
        at=arrival.now,
        actor_id=arrival.who.account_id,
        action=Action.REPORT,
        from_status=None,
        to_status=status,
        note=None,
        detail=detail,
        previous_hash=FIRST,
    )
