"""Taking an action on an incident: checked against its status, version and the caller's role."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.confining import release
from gridsvc.auth.policy import demand
from gridsvc.auth.principal import Principal
from gridsvc.incidents import repository
from gridsvc.incidents.case import case_of
from gridsvc.incidents.documents import check_documents
from gridsvc.incidents.happening import check_version
from gridsvc.incidents.leave import demand_for
from gridsvc.incidents.lifecycle import Action, Status
from gridsvc.incidents.said import Said, check_said
from gridsvc.incidents.search import Listed, changed
from gridsvc.incidents.service import Desk
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
    case, status = await case_of(db, incident, desk), Status(incident.status)
    demand(who, *case.process.permissions(status, step.action))
    facts = case.facts(who.account_id, now=now)
    rule = case.process.rule_for(status, step.action, facts)
    await demand_for(db, incident, who, rule.permission)
    await release(db)
    check_said(case.process, step.action, rule, step.said, now=now)
    await check_documents(db, incident.id, step.said.documents)
    await take(db, case, Taken(step.action, rule, step.said, facts, who.account_id, now))
    return await changed(db, incident.id)
