"""Taking an action on an incident: checked against its status, version and the caller's role."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth.confining import release
from gridsvc.auth.policy import demand
from gridsvc.auth.principal import Principal
from gridsvc.errors import Invalid
from gridsvc.incidents import repository
from gridsvc.incidents.facts import Facts
from gridsvc.incidents.happening import Change, check_version, happen
from gridsvc.incidents.leave import demand_for
from gridsvc.incidents.lifecycle import Action, Status
from gridsvc.incidents.model import Incident
from gridsvc.incidents.past_steps import facts_of
from gridsvc.incidents.processes import Processes
from gridsvc.incidents.said import Said, check_said
from gridsvc.incidents.search import Listed, changed
from gridsvc.incidents.visibility import visible_to
from gridsvc.routing.repository import decisions_of


@dataclass(frozen=True, slots=True)
class Step:
    """An action that somebody asks for, with what they say, and the version that they saw."""

    action: Action
    said: Said
    version: int


async def transition(
    db: AsyncSession,
    incident_id: UUID,
    step: Step,
    *,
    processes: Processes,
    who: Principal,
    now: datetime,
) -> Listed:
    """Take one step; somebody who acts on an older version is told, and nothing changes."""
    visible = visible_to(who)
    incident = await repository.get(db, incident_id, visible=visible, lock=True)
    check_version(incident, step.version)
    process, owner = await processes.of(db, incident), incident.lead_id
    status = Status(incident.status)
    demand(who, *process.permissions(status, step.action))
    rule = process.rule_for(status, step.action, await facts_now(db, incident, who))
    await demand_for(db, incident, who, rule.permission)
    await release(db)
    check_said(process, step.action, rule, step.said)
    change = Change(
        action=step.action,
        target=rule.target,
        actor_id=who.account_id,
        now=now,
        note=step.said.note,
        detail={
            **step.said.detail,
            **await _choose_lead(db, incident, step),
            **await _attached(db, incident, rule.target),
        },
    )
    await happen(db, incident, change, owner_before=owner)
    return await changed(db, incident.id)


async def facts_now(db: AsyncSession, incident: Incident, who: Principal) -> Facts:
    """Gather what a step may depend on."""
    events = await repository.events_of(db, incident.id)
    return facts_of(events, own=incident.reporter_id == who.account_id)


async def _choose_lead(db: AsyncSession, incident: Incident, step: Step) -> dict[str, Any]:
    """Set the owner that somebody names; without one the decided owner stays."""
    if step.said.lead is None:
        if step.action is Action.DISPATCH and incident.lead_id is None:
            raise Invalid(
                "lead_required",
                en="Routing found no owner; name the organisation in `lead`.",
                zh="系统未能判定责任单位，请在 lead 中指定。",
                field="lead",
            )
        return {}
    organisation = await organisation_by_code(db, step.said.lead, field="lead")
    incident.lead_id = organisation.id
    return {"lead": organisation.code}


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
