"""One case as its page shows it: read once, all of it through the one visibility filter."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.areas.repository import organisations
from gridsvc.auth.confining import confine
from gridsvc.auth.model import Account
from gridsvc.auth.principal import Principal
from gridsvc.casework.choices import Choices, categories
from gridsvc.casework.looking import Look
from gridsvc.files.model import Attachment
from gridsvc.files.repository import attachments_of
from gridsvc.incidents import reading, reporters
from gridsvc.incidents.case import Case, case_of
from gridsvc.incidents.kin import kin_of
from gridsvc.incidents.lifecycle import Field
from gridsvc.incidents.model import Incident
from gridsvc.incidents.options import Option, options_of
from gridsvc.incidents.search import Listed
from gridsvc.incidents.similar import Similar, seen_in, similar
from gridsvc.incidents.timing import Timing, timing_of
from gridsvc.incidents.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Sheet:
    """What lies on the table when a case is worked on."""

    listed: Listed
    case: Case
    timing: Timing
    decisions: Mapping[str, Any]
    """The one that holds, and those before it."""
    steps: Sequence[Option]
    organisations: Mapping[str, Organisation]
    """By code."""
    attachments: Sequence[Attachment]
    reporter: Mapping[str, str | None] | None
    """Masked."""
    kin: Mapping[str, Any]
    """The cases that it belongs together with."""
    similar: Sequence[Similar]
    """Those that it may be merged into, if it may be."""
    categories: Choices
    """Those that it may be of instead, if it may be corrected."""
    logins: Mapping[UUID, str]
    """Of who did something to it."""


async def read_sheet(db: AsyncSession, incident_id: UUID, look: Look) -> Sheet:
    """Read a case that the caller may see."""
    who, now = look.desk.who, look.now
    listed = await reading.one(db, incident_id, who=who)
    incident = listed.incident
    case = await case_of(db, incident, look.cases)
    steps = await options_of(db, case, who=who, now=now)
    asked = {field for step in steps for field in step.rule.requires}
    return Sheet(
        listed=listed,
        case=case,
        timing=timing_of(case, now),
        decisions=(await reading.decided(db, incident)).body,
        steps=steps,
        organisations={it.code: it for it in await organisations(db)},
        attachments=await attachments_of(db, incident_id),
        reporter=await reporters.masked(db, incident_id, box=look.box),
        similar=await _similar(db, incident, look) if Field.INTO in asked else (),
        categories=await categories(db, look.desk.language, now=now)
        if asked & {Field.AMENDMENT, Field.PARTS}
        else (),
        logins=await _logins(db, {event.actor_id for event in case.events}),
        kin=await _kin(db, incident, who),
    )


async def _kin(db: AsyncSession, incident: Incident, who: Principal) -> Mapping[str, Any]:
    """Read its kin; that counts beyond the sight of the caller, and nothing after it does."""
    found = await kin_of(db, incident, who=who)
    await confine(db, who)
    return found


async def _similar(db: AsyncSession, incident: Incident, look: Look) -> Sequence[Similar]:
    seen = await seen_in(db, incident)
    return await similar(db, seen, look.around, who=look.desk.who) if seen else ()


async def _logins(db: AsyncSession, accounts: Collection[UUID]) -> Mapping[UUID, str]:
    rows = await db.execute(select(Account.id, Account.login).where(Account.id.in_(accounts)))
    return {row.id: row.login for row in rows}


async def sees(db: AsyncSession, incident_id: UUID, who: Principal) -> bool:
    """Tell whether somebody sees a case still: a step may have given it out of their sight."""
    seen = exists().where(Incident.id == incident_id, visible_to(who))
    return bool(await db.scalar(select(seen)))
