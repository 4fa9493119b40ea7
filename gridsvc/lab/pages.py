"""The rule lab's pages: the replays of a draft, and what one of them found, on a map."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from gridsvc.errors import Conflict
from gridsvc.http.deps import Now, ReadDb, StateDep
from gridsvc.http.language import Language
from gridsvc.lab import service
from gridsvc.lab.drawing import replay_data
from gridsvc.lab.model import UNDER_WAY, Replay
from gridsvc.lab.zones import zones_of
from gridsvc.planning import reading, repository
from gridsvc.planning.desk import AtDesk, Desk
from gridsvc.web.page import PlanViewer, answered, wrapping
from maps.replay import render_replay

router = APIRouter(include_in_schema=False)

LISTED = 50


@router.get("/planning/{draft_id}/lab")
async def lab_page(draft_id: UUID, desk: AtDesk, db: ReadDb) -> HTMLResponse:
    """List the replays of a draft that the caller asked for, and let them ask for another."""
    draft = await reading.one(db, draft_id)
    runs = await service.listed(db, who=desk.who, limit=LISTED, draft_id=draft_id)
    return desk.page(
        "lab.html",
        draft=desk.described(draft),
        runs=[_row(run, desk) for run in runs],
        under_way=any(run.state in UNDER_WAY for run in runs),
    )


def _row(run: Replay, desk: Desk) -> dict[str, Any]:
    failure = run.failure[desk.language] if run.failure else None
    return {
        "id": str(run.id),
        "asked": desk.clock.civil(run.asked_at),
        "past": _past(run, desk),
        "state": failure or desk.word(f"run_{run.state}"),
        "seen": run.seen,
        "total": run.total,
        "bad": (run.result or {}).get("bad"),
        "changed": f"{run.result['changed']:,}" if run.result else "–",
        "done": run.result is not None,
        "under_way": run.state in UNDER_WAY,
    }


def _past(run: Replay, desk: Desk) -> str:
    if run.interval is None:
        return str((run.file or {})["name"])
    return f"{desk.clock.civil(run.interval.since)} – {desk.clock.civil(run.interval.until)}"


@router.get("/maps/replays/{replay_id}")
async def replay_map(
    *,
    request: Request,
    replay_id: UUID,
    who: PlanViewer,
    state: StateDep,
    language: Language,
    db: ReadDb,
    now: Now,
) -> HTMLResponse:
    """Show what a replay found: who loses what to whom, and where."""
    run = await service.get(db, replay_id, who=who)
    result = run.result
    if result is None:
        raise Conflict(
            "replay_not_done",
            en="The replay has no result yet, or was ended without one.",
            zh="回放尚无结果，或未完成即已结束。",
            state=run.state,
        )
    draft = await repository.get(db, run.draft_id)
    page = wrapping(request, language, title=(draft.title, draft.title))
    # The connection is another's while this one waits.
    await db.close()
    async with state.heavy:
        zones = await zones_of(db, draft, result, at=run.ended_at or now, language=language)
        await db.close()
        html = await asyncio.to_thread(
            lambda: render_replay(replay_data(result, language, zones=zones), page)
        )
    return answered(html, page)
