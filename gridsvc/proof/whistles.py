"""Goes through the whistles with their events, as `cases` does through the cases."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.proof.cases import Rows, Sought, Tally, grouped
from gridsvc.proof.chain import unbroken
from gridsvc.proof.findings import Fault, Finding
from gridsvc.whistles.events import hash_of
from gridsvc.whistles.lifecycle import Action, State
from gridsvc.whistles.model import Whistle, WhistleEvent

_LEADS_TO: Final = {Action.END: State.ENDED, Action.CANCEL: State.CANCELLED}


async def examine_whistles(
    db: AsyncSession, sought: Sought, tally: Tally
) -> AsyncGenerator[Finding, None]:
    """Compare whistles with their events."""
    async with aclosing(grouped(db, _statement(sought))) as found:
        async for rows in found:
            events = [row for row in rows if row.sequence is not None]
            for finding in _faults(rows[0], events):
                yield finding
            tally.whistles += 1
            tally.count(events, sought.until)


def _statement(sought: Sought) -> Select[Any]:
    event = [it for it in WhistleEvent.__table__.columns if it.name != "id"]
    whole = func.coalesce(Whistle.id, WhistleEvent.whistle_id)
    # From both sides: no foreign key holds who owns the tables.
    return (
        select(
            whole.label("case_id"),
            Whistle.reference.label("case_reference"),
            Whistle.state.label("case_state"),
            Whistle.version.label("case_version"),
            *event,
        )
        .outerjoin(WhistleEvent, WhistleEvent.whistle_id == Whistle.id, full=True)
        .where(_wanted(sought))
        .order_by(whole, WhistleEvent.sequence)
    )


def _wanted(sought: Sought) -> ColumnElement[bool]:
    wanted: ColumnElement[bool] = true()
    if sought.incident is not None:
        wanted &= or_(Whistle.incident_id == sought.incident, Whistle.id == sought.incident)
    if sought.reference is not None:
        wanted &= Whistle.reference == sought.reference
    if sought.since is not None:
        later = select(WhistleEvent.whistle_id).where(WhistleEvent.at >= sought.since)
        wanted &= or_(
            func.coalesce(Whistle.id, WhistleEvent.whistle_id).in_(later),
            Whistle.called_at >= sought.since,
        )
    return wanted


def _faults(head: Row[*tuple[Any, ...]], events: Rows) -> Iterator[Finding]:
    if head.case_reference is None:
        yield Finding(Fault.ORPHAN, str(head.case_id), head.sequence)
        return
    yield from unbroken(head.case_reference, head.case_version, events, hashed=hash_of)
    if not events:
        return
    told = _LEADS_TO.get(events[-1].action, State.RUNNING)
    if head.case_state != told:
        detail = {"row": head.case_state, "told": told.value}
        yield Finding(Fault.STATUS, head.case_reference, events[-1].sequence, detail)
