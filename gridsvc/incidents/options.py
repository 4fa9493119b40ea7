"""The steps that somebody may take on a case: by its process, its past, their appointments."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Principal
from gridsvc.incidents import repository
from gridsvc.incidents.case import Case, case_of
from gridsvc.incidents.lifecycle import Action, Process, Rule, Status
from gridsvc.incidents.model import Incident
from gridsvc.incidents.service import Desk
from gridsvc.incidents.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Option:
    """A step that may be taken, with the rule that counts."""

    action: Action
    rule: Rule


@dataclass(frozen=True, slots=True)
class Options:
    """What may be done to a case, to which version of it, by which process."""

    version: int
    process: Process
    steps: Sequence[Option]


async def options(
    db: AsyncSession, incident_id: UUID, desk: Desk, *, who: Principal, now: datetime
) -> Options:
    """Find the steps that somebody may take on a case that they see."""
    incident = await repository.get(db, incident_id, visible=visible_to(who))
    case = await case_of(db, incident, desk)
    return Options(incident.version, case.process, await options_of(db, case, who=who, now=now))


async def options_of(
    db: AsyncSession, case: Case, *, who: Principal, now: datetime
) -> Sequence[Option]:
    """Find the steps that somebody may take, in the order of the process."""
    status, facts = Status(case.incident.status), case.facts(who.account_id, now=now)
    found = [Option(action, rule) for action, rule in case.process.possible(status, facts)]
    held = await _held(db, case.incident, who, {it.rule.permission for it in found})
    return [it for it in found if it.rule.permission in held]


async def _held(
    db: AsyncSession, incident: Incident, who: Principal, asked: Collection[Permission]
) -> frozenset[Permission]:
    """Choose the permissions that reach as far as an incident; all are asked for at once."""
    named = sorted(asked)
    if not named:
        return frozenset()
    reaching = select(*(visible_to(who, it).label(it) for it in named)).where(
        Incident.id == incident.id
    )
    row = (await db.execute(reaching)).one()
    return frozenset(it for it, reaches in zip(named, row, strict=True) if reaches)
