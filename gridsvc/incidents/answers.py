"""Answering the question that a decision asks: a new decision, and whoever it makes the owner."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import LEVELS
from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth.principal import Principal
from gridsvc.catalogue.model import Category
from gridsvc.clock.limit import Limit, Unit
from gridsvc.db.base import new_id
from gridsvc.errors import Conflict, Invalid
from gridsvc.incidents import repository
from gridsvc.incidents.happening import Change, check_version, happen
from gridsvc.incidents.lifecycle import Action, Status, answered_as
from gridsvc.incidents.model import Incident
from gridsvc.incidents.reading import Decided, decided
from gridsvc.incidents.rows import Due, due_of
from gridsvc.incidents.service import Desk
from gridsvc.incidents.visibility import visible_to
from gridsvc.routing.answered import answered_record
from gridsvc.routing.model import RoutingDecision
from gridsvc.routing.repository import area_of_release, decisions_of, map_version


@dataclass(frozen=True, slots=True)
class Given:
    """The option that somebody chose, who, when, and the version of the incident that they saw."""

    option: str
    version: int
    who: Principal
    now: datetime


async def answer(db: AsyncSession, incident_id: UUID, given: Given, desk: Desk) -> Decided:
    """Decide anew by an answer. The same answer again changes nothing."""
    visible = visible_to(given.who, now=given.now)
    incident = await repository.get(db, incident_id, visible=visible, lock=True)
    asked = (await decisions_of(db, incident_id))[-1]
    if not _is_repeated(asked, given):
        check_version(incident, given.version)
        option = _option(incident, asked, given.option)
        record = answered_record(asked.record, option, by=given.who.login, at=given.now)
        decision = await _decision(db, asked, record, now=given.now)
        db.add(decision)
        await _follow(db, incident, decision, given, desk)
    return await decided(db, incident)


async def _follow(
    db: AsyncSession, incident: Incident, decision: RoutingDecision, given: Given, desk: Desk
) -> None:
    """Bring the incident's copies to what the new decision says."""
    lead_before = incident.lead_id
    stays = decision.lead_id == lead_before
    incident.lead_id, incident.zone_id = decision.lead_id, decision.zone_id
    incident.outcome = decision.outcome
    due = None if stays else await due_by_owner(db, incident, desk, now=given.now)
    if due is not None:
        incident.due_at = due.at
    change = Change(
        action=Action.ANSWER,
        target=answered_as(
            Status(incident.status), lead_stays=stays, has_lead=decision.lead_id is not None
        ),
        actor_id=given.who.account_id,
        now=given.now,
        detail={**_detail(decision.record), **(due.detail if due else {})},
    )
    await happen(db, incident, change, owner_before=lead_before)


async def due_by_owner(db: AsyncSession, incident: Incident, desk: Desk, *, now: datetime) -> Due:
    """Reckon the time limit by the calendar of the new owner; it runs from the report still."""
    found = select(Category).where(Category.id == incident.category_id)
    category = (await db.execute(found)).scalar_one()
    return due_of(
        Limit(category.limit_value, Unit(category.limit_unit)),
        await desk.book(db, await map_version(db)),
        began=incident.reported_at,
        at=now,
        lead=incident.lead_id,
        codes={level: getattr(incident, level) for level in LEVELS},
    )


def _is_repeated(newest: RoutingDecision, given: Given) -> bool:
    answered = newest.record.get("answer")
    return answered is not None and answered["option"] == given.option


def _option(incident: Incident, asked: RoutingDecision, chosen: str) -> dict[str, Any]:
    """Find the chosen option, unless nothing is asked any more."""
    question = asked.record["question"] or {}
    # Records from before there were options have a question that nobody can answer here.
    if "options" not in question:
        raise Conflict(
            "nothing_asked",
            en="The decision asks nothing, or its question was answered.",
            zh="该判责没有待回答的问题，或已有回答。",
        )
    if incident.lead_id != asked.lead_id:
        raise Conflict(
            "owner_chosen",
            en="Somebody has chosen the owner since; dispatch it to another if that is wrong.",
            zh="责任单位已由人工指定；如有误，请重新分拨。",
        )
    options = {option["id"]: option for option in question["options"]}
    if chosen not in options:
        raise Invalid(
            "unknown_option",
            en=f"The question has no such option; it has: {', '.join(options)}.",
            zh=f"没有该选项；可选：{'、'.join(options)}。",
            field="option",
            options=list(options),
        )
    found: dict[str, Any] = options[chosen]
    return found


async def _decision(
    db: AsyncSession, asked: RoutingDecision, record: dict[str, Any], *, now: datetime
) -> RoutingDecision:
    lead, zone = record["lead"], record["zone"]
    return RoutingDecision(
        id=new_id(),
        incident_id=asked.incident_id,
        decided_at=now,
        outcome=record["outcome"],
        lead_id=(await organisation_by_code(db, lead["code"], field="option")).id if lead else None,
        zone_id=await _zone_id(db, record, zone) if zone else None,
        map_version=asked.map_version,
        record=record,
    )


async def _zone_id(db: AsyncSession, record: dict[str, Any], zone: dict[str, Any]) -> UUID:
    """Find the area by the release that the question was asked by."""
    releases = {release["layer"]: UUID(release["id"]) for release in record["releases"]}
    return await area_of_release(db, releases[zone["layer"]], zone["code"])


def _detail(record: dict[str, Any]) -> dict[str, Any]:
    lead, before = record["lead"], record["answer"]["previous_lead"]
    return {
        "option": record["answer"]["option"],
        "lead": lead["code"] if lead else None,
        "previous_lead": before["code"] if before else None,
    }
