"""What a step does to a case: its owner, its clock, the event. Who may take it was asked before."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.areas.repository import organisation_by_code
from gridsvc.clock.account import Account
from gridsvc.errors import Invalid
from gridsvc.incidents.amending import Plan, amend
from gridsvc.incidents.case import Case
from gridsvc.incidents.clocks import Coming, is_turned
from gridsvc.incidents.facts import Facts
from gridsvc.incidents.happening import Change, happen
from gridsvc.incidents.lifecycle import OPEN, Action, Rule, Status
from gridsvc.incidents.merging import By, join, part
from gridsvc.incidents.model import Incident
from gridsvc.incidents.rows import Due
from gridsvc.incidents.said import Said
from gridsvc.routing.repository import decisions_of


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that somebody takes: by which rule, what they say, and what is known then."""

    action: Action
    rule: Rule
    said: Said
    facts: Facts
    actor_id: UUID
    now: datetime
    into: Incident | None = None
    """The case that this one is merged into."""
    plan: Plan | None = None
    """What becomes of it when it is corrected."""
    told: Mapping[str, Any] = field(default_factory=dict)
    """What was made of it besides."""


async def take(db: AsyncSession, case: Case, taken: Taken) -> None:
    """Bring a case to where the step leads."""
    incident, owner = case.incident, case.incident.lead_id
    detail = {
        **taken.said.detail,
        **await _choose_lead(db, incident, taken),
        **await _attached(db, incident, taken.rule.target),
        **await _related(db, incident, taken),
        **taken.told,
    }
    was = case.account
    if taken.plan is not None:
        case, amended = await amend(db, case, taken.plan, now=taken.now)
        detail |= amended
    _note(case, taken, detail)
    change = Change(
        action=taken.action,
        target=taken.rule.target,
        actor_id=taken.actor_id,
        now=taken.now,
        note=taken.said.note,
        detail={**detail, **_turn_clock(case, was, taken, detail)},
    )
    await happen(db, incident, change, owner_before=owner)


async def _choose_lead(db: AsyncSession, incident: Incident, taken: Taken) -> dict[str, Any]:
    """Set the owner that somebody names; without one the decided owner stays."""
    if taken.said.lead is None:
        if taken.action is Action.DISPATCH and incident.lead_id is None:
            raise Invalid(
                "lead_required",
                en="Routing found no owner; name the organisation in `lead`.",
                zh="系统未能判定责任单位，请在 lead 中指定。",
                field="lead",
            )
        return {}
    before = await db.get(Organisation, incident.lead_id) if incident.lead_id else None
    organisation = await organisation_by_code(db, taken.said.lead, field="lead")
    incident.lead_id = organisation.id
    return {"lead": organisation.code, "previous_lead": before.code if before else None}


async def _attached(db: AsyncSession, incident: Incident, target: Status) -> dict[str, Any]:
    """Attach the routing record to what is to be arbitrated: why it went where it went."""
    if target is not Status.ARBITRATION:
        return {}
    newest = (await decisions_of(db, incident.id))[-1]
    return {
        "routing": {
            "decision": str(newest.id),
            "outcome": newest.outcome,
            "lead": newest.record["lead"],
            "explanation": newest.record["explanation"],
        }
    }


async def _related(db: AsyncSession, incident: Incident, taken: Taken) -> dict[str, Any]:
    """Merge it into the case that was named, or take it out of the one that it was merged into."""
    by = By(taken.actor_id, taken.now)
    if taken.action is Action.MERGE and taken.into is not None:
        return await join(db, incident, taken.into, by)
    return await part(db, incident, by) if taken.action is Action.SEPARATE else {}


def _note(it: Case, taken: Taken, detail: dict[str, Any]) -> None:
    """Note what some steps mean besides the status."""
    incident, limit = it.incident, it.limit
    match taken.action:
        case Action.APPROVE_EXTENSION:
            detail["extended_by"] = {"value": limit.value, "unit": limit.unit.value}
        case Action.SUSPEND:
            detail["until"] = taken.facts.until
            incident.suspended_until = datetime.fromisoformat(str(taken.facts.until))
        case Action.GRANT_APPEAL:
            incident.exempted_at = taken.now
        case Action.RESUME:
            incident.suspended_until = None


def _turn_clock(case: Case, was: Account, taken: Taken, detail: dict[str, Any]) -> dict[str, str]:
    """Turn the handling's clock; tell the deadline where that moved it."""
    incident, now = case.incident, taken.now
    coming = Coming(now, taken.action, taken.rule.target, detail)
    after = case.account_with(coming, case.by)
    if after.turns == was.turns and not taken.plan:
        return {}
    chosen = taken.rule.target in OPEN and ("lead" in detail or taken.plan)
    by = case.calendar_now(now) if chosen else case.by
    after = case.account_with(coming, by)
    stands = not after.runs and taken.rule.target in OPEN
    incident.paused_at = (incident.paused_at or now) if stands else None
    incident.clock_turned = is_turned(after)
    due = Due(after.standing(now).due, by.name)
    if due.at == incident.due_at:
        return {}
    incident.due_at = due.at
    return due.detail


async def resume_when_due(db: AsyncSession, case: Case, *, now: datetime) -> None:
    """End a suspension whose time is over, in the name of who ordered it."""
    rule = case.process.rule_for(Status(case.incident.status), Action.RESUME)
    ordered = Action.SUSPEND
    actor = next(it.actor_id for it in reversed(case.events) if it.action == ordered)
    said = Said(note="挂账到期，自动恢复 / the suspension is over")
    facts = replace(case.facts(actor, now=now), until=None)
    await take(db, case, Taken(Action.RESUME, rule, said, facts, actor, now))
