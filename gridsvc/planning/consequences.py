"""What a draft would do to cases: which open ones change owner, and who has how much to do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.repository import organisations
from gridsvc.auth.principal import Principal
from gridsvc.incidents.model import Incident
from gridsvc.incidents.visibility import visible_to
from gridsvc.planning.cases import Case, is_waiting, pages
from gridsvc.planning.model import Draft
from gridsvc.planning.rehearsal import rehearsed
from gridsvc.planning.replay import Order, replay
from gridsvc.routing.atlas import Atlas
from gridsvc.routing.facts import Organisation
from gridsvc.routing.service import Answer, Router
from gridsvc.routing.standing import Standing, standing

MOST_CASES = 20_000
"""How many open cases an answer goes through; where there are more, it says so."""
LISTED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A case that would have another owner."""

    case: Case
    before: Organisation | None
    after: Organisation
    outcome: str
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What would become of the open cases that the caller may see."""

    total: int
    seen: int
    changed: int
    kept_by_person: int
    """A person has chosen or confirmed their owner: they stay."""
    without_owner: int
    """The new map names nobody: they stay with whom they are."""
    listed: tuple[Moved, ...]
    """The most pressing first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What past incidents would have been to do for an organisation; None stands for nobody."""

    organisation: Organisation | None
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Who would have had how much to do; who gains or loses most comes first."""

    total: int
    seen: int
    """How many of them both maps know the category of."""
    listed: tuple[Load, ...]


async def with_draft(db: AsyncSession, router: Router, draft: Draft, *, at: datetime) -> Standing:
    """Compile the map as it would be with a draft, by an atlas that is thrown away."""
    async with rehearsed(db, draft, at=at):
        return await standing(db, replace(router, atlas=Atlas()), at=at)


async def changes(
    db: AsyncSession,
    router: Router,
    draft: Draft | None,
    *,
    at: datetime,
    who: Principal,
    now: datetime,
) -> Changes:
    """Decide every open case that the caller may see by the map with the draft, or as it stands."""
    visible = and_(is_waiting(), visible_to(who))
    kept, without, seen = 0, 0, 0
    moved: list[Moved] = []
    after = await (with_draft(db, router, draft, at=at) if draft else standing(db, router, at=at))
    async for cases in pages(db, visible, most=MOST_CASES):
        free = [case for case in cases if not case.chosen_by_person]
        answers = await after.decide(db, router, [case.matter for case in free])
        moved += _moved(free, answers, after.edition.organisations, now=now)
        seen += len(cases)
        kept += len(cases) - len(free)
        without += sum(
            found.decision.lead is None and case.lead_id is not None
            for case, found in zip(free, answers, strict=True)
        )
    return Changes(
        total=await _count(db, visible),
        seen=seen,
        changed=len(moved),
        kept_by_person=kept,
        without_owner=without,
        listed=tuple(sorted(moved, key=lambda one: (one.case.due_at, one.case.id))[:LISTED]),
    )


def _moved(
    cases: Sequence[Case],
    answers: Sequence[Answer],
    organisations: Mapping[UUID, Organisation],
    *,
    now: datetime,
) -> Iterator[Moved]:
    for case, found in zip(cases, answers, strict=True):
        lead = found.decision.lead
        if lead is not None and lead.id != case.lead_id:
            yield Moved(
                case=case,
                before=organisations.get(case.lead_id) if case.lead_id else None,
                after=lead,
                outcome=found.decision.outcome.value,
                overdue=case.due_at < now,
            )


async def _count(db: AsyncSession, condition: ColumnElement[bool]) -> int:
    found: int = (await db.execute(select(func.count(Incident.id)).where(condition))).scalar_one()
    return found


async def workload(db: AsyncSession, order: Order) -> Workload:
    """Decide all past incidents of a time by the map without and with the draft."""
    found = await replay(db, order, _unheard)
    named = {
        one.code: Organisation(one.id, one.code, one.name, one.name_en)
        for one in await organisations(db)
    }
    loads = [
        Load(organisation=named[lead] if lead else None, before=before, after=after)
        for lead, before, after in found.workload()
    ]
    loads.sort(key=lambda one: (-abs(one.after - one.before), -one.after))
    return Workload(total=found.seen, seen=found.total, listed=tuple(loads))


async def _unheard(_: int, __: int) -> None:
    """Nobody asks how far it has come: the answer waits for the end."""
