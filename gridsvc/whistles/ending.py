"""What the side that has blown a whistle does: it lets somebody go, ends it, or calls all off."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.confining import release as release_session
from gridsvc.incidents.lifecycle import Action as CaseAction
from gridsvc.whistles.happening import Change, note_in_case
from gridsvc.whistles.holding import Held, Step, hold, incident_of, keep, standing_of, write
from gridsvc.whistles.lifecycle import Action, Score, State, check_end, require_others


async def release(db: AsyncSession, step: Step, code: str, *, note: str) -> None:
    """Let an organisation go without its part."""
    held = await hold(db, step)
    row, organisation = held.call(code)
    held.require_caller(step)
    standing = standing_of(row).release(step.now)
    require_others(held.standing, code)
    await release_session(db)
    keep(row, standing)
    if (incident := await incident_of(db, held.whistle)) is not None:
        incident.called_ids = held.remaining()
    told = [organisation.id]
    await write(db, held, step.change(Action.RELEASE, organisation, note=note, told=told))


async def end(
    db: AsyncSession, step: Step, scores: Mapping[str, Score], *, note: str | None
) -> None:
    """Confirm that it is done, and say what each organisation's part was worth."""
    held = await hold(db, step)
    held.require_caller(step)
    check_end(held.standing, scores)
    await release_session(db)
    for code, given in scores.items():
        row, _ = held.call(code)
        row.score, row.score_note = given.score, given.note
    detail = {"evaluation": _evaluation(held, scores)}
    change = step.change(Action.END, note=note, detail=detail, told=held.remaining())
    await _over(db, held, change, State.ENDED)


def _evaluation(held: Held, scores: Mapping[str, Score]) -> dict[str, Any]:
    return {
        code: {
            "score": given.score,
            "note": given.note,
            "on_time": standing.on_time,
            "presence": standing.presence,
        }
        for code, given in scores.items()
        for standing in [held.standing[code]]
    }


async def cancel(db: AsyncSession, step: Step, *, note: str) -> None:
    """Call everybody off."""
    held = await hold(db, step)
    held.require_caller(step)
    await release_session(db)
    change = step.change(Action.CANCEL, note=note, told=held.remaining())
    await _over(db, held, change, State.CANCELLED)


async def _over(db: AsyncSession, held: Held, change: Change, state: State) -> None:
    whistle = held.whistle
    whistle.state, whistle.ended_at = state.value, change.now
    await write(db, held, change)
    if (incident := await incident_of(db, whistle)) is not None:
        incident.called_ids = []
        over = CaseAction.WHISTLE_OVER
        await note_in_case(db, incident, over, whistle=whistle.id, change=change)
