"""Taking an action on an incident: checked against its status, version and the caller's role."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth.confining import release
from gridsvc.auth.principal import Principal
from gridsvc.errors import Invalid, NotAllowed
from gridsvc.incidents import repository
from gridsvc.incidents.happening import Change, check_version, happen
from gridsvc.incidents.leave import demand_for
from gridsvc.incidents.lifecycle import Action, Status, advance, rule_for
from gridsvc.incidents.model import Incident
from gridsvc.incidents.search import Listed, changed
from gridsvc.incidents.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Step:
    """An action that somebody asks for. `lead` names the owner that a dispatcher chooses."""

    action: Action
    note: str | None
    lead: str | None
    version: int


async def transition(
    db: AsyncSession, incident_id: UUID, step: Step, *, who: Principal, now: datetime
) -> Listed:
    """Take one step; somebody who acts on an older version is told, and nothing changes."""
    visible = visible_to(who)
    incident = await repository.get(db, incident_id, visible=visible, lock=True)
    check_version(incident, step.version)
    before, owner = Status(incident.status), incident.lead_id
    await demand_for(db, incident, who, rule_for(before, step.action).permission)
    await release(db)
    _check_own(incident, step, who)
    change = Change(
        action=step.action,
        target=advance(before, step.action, note=step.note),
        actor_id=who.account_id,
        now=now,
        note=step.note,
        detail=await _choose_lead(db, incident, step),
    )
    await happen(db, incident, change, owner_before=owner)
    return await changed(db, incident.id)


def _check_own(incident: Incident, step: Step, who: Principal) -> None:
    """Only who reported an incident may withdraw it."""
    if step.action is Action.WITHDRAW and incident.reporter_id != who.account_id:
        raise NotAllowed(
            "not_yours",
            en="Only who reported an incident may withdraw it.",
            zh="只有上报人可以撤回案件。",
        )


async def _choose_lead(db: AsyncSession, incident: Incident, step: Step) -> dict[str, Any]:
    """Set the owner that a dispatcher names; without one the decided owner stays."""
    if step.lead is not None and step.action is not Action.DISPATCH:
        raise Invalid(
            "lead_not_allowed",
            en="`lead` goes with the action dispatch only.",
            zh="只有 dispatch 动作可以指定 lead。",
            field="lead",
        )
    if step.lead is None:
        if step.action is Action.DISPATCH and incident.lead_id is None:
            raise Invalid(
                "lead_required",
                en="Routing found no owner; name the organisation in `lead`.",
                zh="系统未能判定责任单位，请在 lead 中指定。",
                field="lead",
            )
        return {}
    organisation = await organisation_by_code(db, step.lead, field="lead")
    incident.lead_id = organisation.id
    return {"lead": organisation.code}
