"""Answering the question that a decision asks: a new decision, and whoever it makes the owner."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth.confining import release
from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Principal
from gridsvc.db.base import new_id
from gridsvc.errors import Conflict, Invalid
from gridsvc.incidents import repository
from gridsvc.incidents.asking import matter_of
from gridsvc.incidents.case import case_of
from gridsvc.incidents.happening import Change, check_version, happen
from gridsvc.incidents.leave import demand_for
from gridsvc.incidents.lifecycle import Action, Status, answered_as
from gridsvc.incidents.model import Incident
from gridsvc.incidents.placing import place
from gridsvc.incidents.reading import Decided, decided
from gridsvc.incidents.rows import Due
from gridsvc.incidents.service import Desk
from gridsvc.incidents.visibility import visible_to
from gridsvc.routing.answered import Word, answered_record
from gridsvc.routing.model import RoutingDecision
from gridsvc.routing.record import organisations_of, record_of
from gridsvc.routing.repository import area_of_release, decisions_of
from gridsvc.routing.service import Answer as Found
from gridsvc.routing.standing import by_map_of_now


@dataclass(frozen=True, slots=True)
class Given:
    """The option that somebody chose, who, when, and the version of the incident that they saw."""

    option: str
    version: int
    who: Principal
    now: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """What holds now; `asked_anew` where the map has another question than was answered."""

    decided: Decided
    asked_anew: bool


async def answer(db: AsyncSession, incident_id: UUID, given: Given, desk: Desk) -> Answered:
    """Decide anew, by the map of now, and by the answer if the question is the same by that map.

    What is answered stays, whatever the map becomes: no owner is kept whom a superseded map named.
    The same answer again changes nothing.
    """
    visible = visible_to(given.who)
    incident = await repository.get(db, incident_id, visible=visible, lock=True)
    await demand_for(db, incident, given.who, Permission.INCIDENTS_ANSWER)
    await release(db)
    asked = (await decisions_of(db, incident_id))[-1]
    if _is_repeated(asked, given):
        return Answered(await decided(db, incident), asked_anew=False)
    check_version(incident, given.version)
    _refuse_unasked(incident, asked)
    found = await _found_now(db, incident, desk, now=given.now)
    record = record_of(found)
    same = _seen(record) == _seen(asked.record)
    if same:
        option = _option(record["question"], given.option)
        word = Word(by=given.who.login, at=given.now, before=asked.record["lead"])
        helpers = organisations_of(found.decision.helpers)
        record = answered_record(record, option, word, helpers=helpers)
    decision = await _decision(db, incident, record, now=given.now)
    db.add(decision)
    await _follow(db, incident, decision, found, given=given, desk=desk)
    return Answered(await decided(db, incident), asked_anew=not same)


async def _found_now(db: AsyncSession, incident: Incident, desk: Desk, *, now: datetime) -> Found:
    matter = await matter_of(db, incident)
    router = desk.router
    return await by_map_of_now(db, router, lambda map_: map_.ask(db, router, matter), now=now)


def _seen(record: Mapping[str, Any]) -> object:
    """Give what a person answers: the words, and where the borders lie that they speak of."""
    question = record["question"]
    borders = {
        (it["zone"]["layer"], it["zone"]["code"], it["inside_m"]) for it in record["candidates"]
    }
    return question and (
        question["zh"],
        question["en"],
        [(it["id"], it["zh"], it["en"]) for it in question["options"]],
        borders,
    )


async def _follow(
    db: AsyncSession,
    incident: Incident,
    decision: RoutingDecision,
    found: Found,
    *,
    given: Given,
    desk: Desk,
) -> None:
    """Bring the incident's copies to what the new decision says."""
    lead_before = incident.lead_id
    stays = decision.lead_id == lead_before
    incident.lead_id = decision.lead_id
    incident.co_handler_ids = await _helpers(db, decision)
    await place(db, incident, found.decision)
    incident.zone_id, incident.outcome = decision.zone_id, decision.outcome
    due = None if stays else await due_by_owner(db, incident, desk, now=given.now)
    if due is not None:
        incident.due_at = due.at
    answered = decision.record["answer"] is not None
    change = Change(
        action=Action.ANSWER if answered else Action.REROUTE,
        target=answered_as(
            Status(incident.status), lead_stays=stays, has_lead=decision.lead_id is not None
        ),
        actor_id=given.who.account_id,
        now=given.now,
        detail={**_detail(decision.record, given), **(due.detail if due else {})},
        told=answered or not stays,
    )
    await happen(db, incident, change, owner_before=lead_before)


async def _helpers(db: AsyncSession, decision: RoutingDecision) -> list[UUID]:
    named = {helper["code"] for helper in decision.record["co_handlers"]}
    return list(await db.scalars(select(Organisation.id).where(Organisation.code.in_(named))))


async def due_by_owner(db: AsyncSession, incident: Incident, desk: Desk, *, now: datetime) -> Due:
    """Reckon the deadline by the calendar of the new owner; the clock runs on as it did."""
    case = await case_of(db, incident, desk)
    by = case.calendar_now(now)
    return Due(case.account.by(by.calendar).standing(now).due, by.name)


def _is_repeated(newest: RoutingDecision, given: Given) -> bool:
    answered = newest.record.get("answer")
    return answered is not None and answered["option"] == given.option


def _refuse_unasked(incident: Incident, asked: RoutingDecision) -> None:
    """Refuse an answer where nothing is asked any more."""
    # Records from before there were options have a question that nobody can answer here.
    if "options" not in (asked.record["question"] or {}):
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


def _option(question: Mapping[str, Any], chosen: str) -> dict[str, Any]:
    """Find the chosen option."""
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
    db: AsyncSession, incident: Incident, record: dict[str, Any], *, now: datetime
) -> RoutingDecision:
    lead, zone = record["lead"], record["zone"]
    return RoutingDecision(
        id=new_id(),
        incident_id=incident.id,
        decided_at=now,
        outcome=record["outcome"],
        lead_id=(await organisation_by_code(db, lead["code"], field="option")).id if lead else None,
        zone_id=await _zone_id(db, record, zone) if zone else None,
        map_version=record["map_version"],
        record=record,
    )


async def _zone_id(db: AsyncSession, record: dict[str, Any], zone: dict[str, Any]) -> UUID:
    """Find the area by the release that was decided by."""
    releases = {release["layer"]: UUID(release["id"]) for release in record["releases"]}
    return await area_of_release(db, releases[zone["layer"]], zone["code"])


def _detail(record: dict[str, Any], given: Given) -> dict[str, Any]:
    lead, answered = record["lead"], record["answer"]
    before = answered and answered["previous_lead"]
    return {
        "option": given.option,
        "lead": lead["code"] if lead else None,
        **({"previous_lead": before["code"] if before else None} if answered else {}),
    }
