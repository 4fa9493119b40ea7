"""Deciding the open cases anew by the map that is in force: its own action, never a side effect.

A run goes through the cases by id, some at a time. What a batch changes and how far the run has
come are one transaction: a run that was broken off, or runs twice at once, changes nothing twice.
Closed cases and those that are dealt with stay as they are; an owner whom a person chose stays too.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.db.base import new_id
from gridsvc.db.jobs import GAVE_UP, defer, given_up
from gridsvc.db.session import Database
from gridsvc.errors import Conflict, NotFound
from gridsvc.incidents.answers import due_by_owner
from gridsvc.incidents.happening import Change, happen
from gridsvc.incidents.lifecycle import Action, Status, answered_as
from gridsvc.incidents.model import Incident
from gridsvc.incidents.placing import place
from gridsvc.incidents.service import Desk
from gridsvc.planning.cases import Case, is_waiting, page_after
from gridsvc.planning.drafts import Actor
from gridsvc.planning.model import Rerouting
from gridsvc.routing.keeping import kept
from gridsvc.routing.service import Answer
from gridsvc.routing.standing import by_map_of_now


async def begin(db: AsyncSession, reason: str, *, who: UUID, now: datetime) -> Rerouting:
    """Begin a run; the job process goes through the cases."""
    await db.execute(select(func.pg_advisory_xact_lock(func.hashtext("gridsvc.rerouting"))))
    running = await db.scalar(select(Rerouting.id).where(Rerouting.state == "running"))
    if running is not None:
        raise Conflict(
            "rerouting_runs",
            en="A re-routing runs already; wait for it, or cancel it.",
            zh="已有重新判责任务在运行；请等待其完成，或先取消。",
            rerouting=str(running),
        )
    total = (await db.execute(select(func.count(Incident.id)).where(is_waiting()))).scalar_one()
    run = Rerouting(id=new_id(), reason=reason, started_at=now, started_by=who, total=total)
    db.add(run)
    await db.flush()
    await defer(db, "reroute", rerouting_id=str(run.id))
    return run


async def get(db: AsyncSession, rerouting_id: UUID, *, lock: bool = False) -> Rerouting:
    """Find a run."""
    statement = select(Rerouting).where(Rerouting.id == rerouting_id)
    found: Rerouting | None = await db.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise NotFound(en="There is no such re-routing.", zh="重新判责任务不存在。")
    await db.refresh(found)
    return found


async def runs(db: AsyncSession, *, limit: int) -> Sequence[Rerouting]:
    """List runs, the newest first."""
    newest = select(Rerouting).order_by(Rerouting.started_at.desc()).limit(limit)
    return list(await db.scalars(newest))


async def cancel(db: AsyncSession, rerouting_id: UUID, actor: Actor) -> Rerouting:
    """End a run where it is; what it has changed stays, each case with its reason."""
    run = await get(db, rerouting_id, lock=True)
    if run.state == "running":
        run.state, run.ended_at = "cancelled", actor.now
        await db.flush()
    return run


async def end_given_up(db: AsyncSession, *, now: datetime) -> None:
    """End a run whose job is not tried any more; what it has changed stays, another may begin."""
    lost = (Rerouting.state == "running") & given_up("reroute", "rerouting_id", Rerouting.id)
    failed = update(Rerouting).where(lost)
    await db.execute(failed.values(state="failed", ended_at=now, failure=dict(GAVE_UP)))


async def carry_out(
    database: Database, desk: Desk, rerouting_id: UUID, clock: Callable[[], datetime]
) -> None:
    """Go through the cases until none is left, or the run is cancelled."""
    more = True
    while more:
        async with database.transaction() as db:
            run = await get(db, rerouting_id, lock=True)
            more = run.state == "running" and await _batch(db, desk, run, now=clock())


async def _batch(db: AsyncSession, desk: Desk, run: Rerouting, *, now: datetime) -> bool:
    """Decide the next cases anew; tell whether there are more."""
    cases = await page_after(db, is_waiting(), run.last_id, lock=True)
    if not cases:
        run.state, run.ended_at = "done", now
        return False
    matters = [case.matter for case in cases]
    router = desk.router
    answers = await by_map_of_now(
        db, router, lambda map_: map_.decide(db, router, matters), now=now
    )
    for case, found in zip(cases, answers, strict=True):
        run.changed += await _follow(db, desk, run, case, found, now=now)
    run.seen, run.last_id = run.seen + len(cases), cases[-1].id
    return True


async def _follow(
    db: AsyncSession, desk: Desk, run: Rerouting, case: Case, found: Answer, *, now: datetime
) -> bool:
    """Give a case its new owner and the codes of where it lies now; tell whether it changed.

    The owner stays whom a person chose, and where the map names nobody; the codes follow even so.
    """
    incident = (await db.execute(select(Incident).where(Incident.id == case.id))).scalar_one()
    owner_before = incident.lead_id
    lead = None if case.chosen_by_person else found.decision.lead
    if lead is not None:
        incident.lead_id = lead.id
    given = incident.lead_id != owner_before
    moved = await place(db, incident, found.decision)
    if not given and not moved:
        return False
    if lead is not None:
        incident.outcome = found.decision.outcome.value
        incident.co_handler_ids = [helper.id for helper in found.decision.co_handlers]
        db.add(kept(found, incident_id=case.id, now=now))
    change = Change(
        action=Action.REROUTE,
        # A new owner has yet to accept.
        target=answered_as(Status(incident.status), lead_stays=not given, has_lead=True)
        if given
        else Status(incident.status),
        actor_id=run.started_by,
        now=now,
        note=run.reason,
        detail={
            "rerouting": str(run.id),
            "lead": lead.code if lead else None,
            "owner_changed": given,
            "areas": moved,
            **(await _due(db, desk, incident, now=now) if given else {}),
        },
        told=given,
    )
    await happen(db, incident, change, owner_before=owner_before)
    return True


async def _due(
    db: AsyncSession, desk: Desk, incident: Incident, *, now: datetime
) -> dict[str, str]:
    """Reckon the deadline by the new owner's calendar; it runs from the report still."""
    due = await due_by_owner(db, incident, desk, now=now)
    incident.due_at = due.at
    return due.detail
