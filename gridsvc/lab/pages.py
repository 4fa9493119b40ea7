"""The rule lab's pages: the replays of a draft, and what one of them found, on a map."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from gridsvc.errors import Conflict
from gridsvc.http.deps import ReadDb, SettingsDep, StateDep
from gridsvc.http.language import Language, LanguageCode
from gridsvc.http.requires import PresentedSecret
from gridsvc.lab import service
from gridsvc.lab.drawing import replay_data
from gridsvc.lab.model import UNDER_WAY, Replay
from gridsvc.planning import reading
from gridsvc.planning.desk import civil, desk_page, form_token
from gridsvc.web.page import PlanViewer, answered, wrapping
from gridsvc.web.words import WORDS
from maps.replay import render_replay

router = APIRouter(include_in_schema=False)

LISTED = 50


@router.get("/planning/{draft_id}/lab")
async def lab_page(
    *,
    draft_id: UUID,
    who: PlanViewer,
    given: PresentedSecret,
    state: StateDep,
    settings: SettingsDep,
    language: Language,
    db: ReadDb,
) -> HTMLResponse:
    """List the replays of a draft that the caller asked for, and let them ask for another."""
    draft = await reading.one(db, draft_id)
    runs = await service.listed(db, who=who, limit=LISTED, draft_id=draft_id)
    return desk_page(
        "lab.html",
        who,
        language,
        csrf=form_token(state, given),
        draft=draft,
        runs=[_row(run, settings, language) for run in runs],
    )


def _row(run: Replay, settings: SettingsDep, language: LanguageCode) -> dict[str, Any]:
    failure = run.failure[language] if run.failure else None
    return {
        "id": str(run.id),
        "asked": civil(run.asked_at, settings),
        "period": f"{civil(run.since, settings)} – {civil(run.until, settings)}",
        "state": failure or WORDS[f"run_{run.state}"][language],
        "seen": f"{run.seen:,} / {run.total:,}",
        "changed": f"{run.result['changed']:,}" if run.result else "–",
        "done": run.result is not None,
        "under_way": run.state in UNDER_WAY,
    }


@router.get("/maps/replays/{replay_id}")
async def replay_map(
    *,
    request: Request,
    replay_id: UUID,
    who: PlanViewer,
    state: StateDep,
    settings: SettingsDep,
    language: Language,
    db: ReadDb,
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
    draft = await reading.one(db, run.draft_id)
    await db.close()
    page = wrapping(request, settings, language, title=(draft["title"], draft["title"]))
    data = replay_data(result, language)
    async with state.heavy:
        html = await asyncio.to_thread(render_replay, data, page)
    return answered(html, page)
