"""Taking an action on an incident: checked against its status, version and the caller's role."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth.policy import demand
from gridsvc.auth.principal import Principal
from gridsvc.db.jobs import defer
from gridsvc.errors import Invalid, NotAllowed, StaleVersion
from gridsvc.incidents import repository
from gridsvc.incidents.events import Event
from gridsvc.incidents.lifecycle import OPEN, Action, Status, advance, rule_for
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
    visible = visible_to(who, now=now)
    incident = await repository.get(db, incident_id, visible=visible, lock=True)
    _check_version(incident, step.version)
    before, owner = Status(incident.status), incident.lead_id
    demand(who, rule_for(before, step.action).permission)
    _check_own(incident, step, who)
    after = advance(before, step.action, note=step.note)
    detail = await _choose_lead(db, incident, step)
    incident.status = after.value
    incident.version += 1
    incident.closed_at = None if after in OPEN else now
    sequence = await _append(db, incident, step, before=before, detail=detail, who=who, now=now)
    await _tell(db, incident, sequence, owners=(owner, incident.lead_id))
    await db.flush()
    return await changed(db, incident.id)


def _check_version(incident: Incident, version: int) -> None:
    if incident.version != version:
        raise StaleVersion(
            en=f"The incident is at version {incident.version}, not {version}; read it again.",
            zh=f"案件已更新到第 {incident.version} 版（您提交的是第 {version} 版），请重新读取。",
            version=incident.version,
        )


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


async def _append(
    db: AsyncSession,
    incident: Incident,
    step: Step,
    *,
    before: Status,
    detail: dict[str, Any],
    who: Principal,
    now: datetime,
) -> int:
    last = (await repository.events_of(db, incident.id))[-1]
    event = Event(
        incident_id=incident.id,
        sequence=last.sequence + 1,
        at=now,
        actor_id=who.account_id,
        action=step.action,
        from_status=before,
        to_status=Status(incident.status),
        note=step.note,
        detail=detail,
        previous_hash=last.hash,
    )
    await repository.add_event(db, event)
    return event.sequence


async def _tell(
    db: AsyncSession, incident: Incident, sequence: int, *, owners: tuple[UUID | None, ...]
) -> None:
    """Have the owners told of an event, before and after it, each once."""
    for owner in dict.fromkeys(owners):
        if owner is not None:
            await defer(
                db,
                "tell_owner",
                incident_id=str(incident.id),
                sequence=sequence,
                organisation_id=str(owner),
            )
