"""The clocks of an incident: when each ran, by which calendar, and what became of every minute."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.calendars.book import InForce
from gridsvc.clock.account import Account
from gridsvc.clock.limit import Limit
from gridsvc.clock.spans import Span
from gridsvc.clock.standing import Standing
from gridsvc.incidents import repository
from gridsvc.incidents.case import Case, case_of
from gridsvc.incidents.clocks import Passage, clock_of, passages, stage_clocks
from gridsvc.incidents.lifecycle import StageClock
from gridsvc.incidents.service import Desk
from gridsvc.incidents.visibility import visible_to


@dataclass(frozen=True, slots=True)
class StageTiming:
    """How the clock of a stage stands."""

    code: str
    clock: StageClock
    standing: Standing
    spans: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Timing:
    """How an incident's clocks stand at a moment, and how they came to that."""

    limit: Limit
    by: InForce
    standing: Standing
    spans: Sequence[Span]
    stages: Sequence[StageTiming]
    passages: Sequence[tuple[Passage, str | None]]
    """Where it stood when, with the clock that ran then."""


async def timing(
    db: AsyncSession, incident_id: UUID, desk: Desk, *, who: Principal, now: datetime
) -> Timing:
    """Account for the time of an incident, by the calendar that its deadline was reckoned by."""
    incident = await repository.get(db, incident_id, visible=visible_to(who))
    return timing_of(await case_of(db, incident, desk), now)


def timing_of(case: Case, now: datetime) -> Timing:
    """Account for the time of a case."""
    account = case.account
    return Timing(
        limit=case.limit,
        by=case.by,
        standing=account.standing(now),
        spans=account.explain(now),
        stages=_stages(case, now),
        passages=[
            (it, standing.clock if (standing := case.process.statuses.get(it.status)) else None)
            for it in passages(case.events, now)
        ],
    )


def _stages(case: Case, now: datetime) -> list[StageTiming]:
    found = stage_clocks(case.events, case.process, case.by.calendar)
    return [_stage(case, code, account, now) for code, account in found.items()]


def _stage(case: Case, code: str, account: Account, now: datetime) -> StageTiming:
    clock = case.process.clocks[code]
    return StageTiming(code, clock, account.standing(now), account.explain(now))


def running(case: Case) -> tuple[StageClock, Account] | None:
    """Find the clock of the stage that a case is in, unless it is that of the handling."""
    code = clock_of(case.process, case.incident.status)
    stages = stage_clocks(case.events, case.process, case.by.calendar)
    if code is None or code not in stages:
        return None
    return case.process.clocks[code], stages[code]
