"""Taking an action on an incident: checked against its status, version and the caller's role."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.confining import release
from gridsvc.auth.policy import Permission, demand
from gridsvc.auth.principal import Principal
from gridsvc.incidents import repository
from gridsvc.incidents.amending import Plan, plan
from gridsvc.incidents.case import case_of
from gridsvc.incidents.documents import check_documents
from gridsvc.incidents.happening import check_version
from gridsvc.incidents.leave import demand_for
from gridsvc.incidents.lifecycle import REVIVES, Action, Status
from gridsvc.incidents.merging import hold_head
from gridsvc.incidents.model import Incident
from gridsvc.incidents.said import Said, check_said
from gridsvc.incidents.search import Listed, changed
from gridsvc.incidents.service import Desk
from gridsvc.incidents.splitting import By, hold_whole, split
from gridsvc.incidents.taking import Taken, take
from gridsvc.incidents.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Step:
    """An action that somebody asks for, with what they say, and the version that they saw."""

    action: Action
    said: Said
    version: int


async def transition(
    db: AsyncSession, incident_id: UUID, step: Step, *, desk: Desk, who: Principal, now: datetime
) -> Listed:
    """Take one step; somebody who acts on an older version is told, and nothing changes."""
    visible = visible_to(who)
    incident = await repository.get(db, incident_id, visible=visible, lock=True)
    check_version(incident, step.version)
    # From here on each look at a case says itself who looks.
    await release(db)
    if step.action in REVIVES:
        await hold_whole(db, incident)
    case, status = await case_of(db, incident, desk), Status(incident.status)
    demand(who, *case.process.permissions(status, step.action))
    facts = case.facts(who.account_id, now=now)
    planned = await _planned(db, incident, step, desk, now=now)
    if planned is not None:
        facts = replace(facts, owner_stays=planned.owner_stays(incident))
    rule = case.process.rule_for(status, step.action, facts)
    await demand_for(db, incident, who, rule.permission)
    check_said(case.process, step.action, rule, step.said, now=now)
    await check_documents(db, incident.id, step.said.documents)
    taken = Taken(
        *(step.action, rule, step.said, facts, who.account_id, now),
        into=await _into(db, incident, step.said, rule.permission, who=who),
        plan=planned,
        told=await _made(db, incident, step, desk, By(who, now)),
    )
    await take(db, case, taken)
    return await changed(db, incident.id)


async def _planned(
    db: AsyncSession, incident: Incident, step: Step, desk: Desk, *, now: datetime
) -> Plan | None:
    """Decide whose a corrected case would be: which step it is may depend on that."""
    amendment = step.said.amendment
    if step.action is not Action.AMEND or amendment is None:
        return None
    return await plan(db, incident, amendment, desk=desk, now=now)


async def _made(
    db: AsyncSession, incident: Incident, step: Step, desk: Desk, by: By
) -> dict[str, Any]:
    """Make the parts into which a case is split."""
    parts = step.said.parts
    if step.action is not Action.SPLIT or parts is None:
        return {}
    return await split(db, incident, parts, desk=desk, by=by)


async def _into(
    db: AsyncSession, incident: Incident, said: Said, permission: Permission, *, who: Principal
) -> Incident | None:
    """Hold the case that another is merged into: who merges them may do so with both."""
    if said.into is None:
        return None
    head = await hold_head(db, incident, said.into, visible=visible_to(who))
    await demand_for(db, head, who, permission)
    return head
