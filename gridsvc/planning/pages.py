"""The planner's pages: the drafts, and one draft with its checks and consequences."""

import asyncio
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from geodata.errors import GeodataError
from gridsvc.areas import reading as areas
from gridsvc.errors import GridsvcError, Invalid
from gridsvc.http.deps import Now, ReadDb, SettingsDep, StateDep
from gridsvc.http.language import Language
from gridsvc.http.requires import PresentedSecret
from gridsvc.planning import reading, rerouting, service
from gridsvc.planning.desk import called, civil, desk_page, form_token
from gridsvc.planning.difference import LayerDiff, RowsDiff
from gridsvc.planning.drawing import drawn_of
from gridsvc.planning.kinds import REGISTERS
from gridsvc.web.page import PlanViewer, answered, wrapping
from gridsvc.web.words import WORDS
from maps.difference import render_difference

router = APIRouter(include_in_schema=False)

LISTED = 100


@router.get("/planning")
async def planning_page(
    *,
    who: PlanViewer,
    given: PresentedSecret,
    state: StateDep,
    settings: SettingsDep,
    language: Language,
    db: ReadDb,
) -> HTMLResponse:
    """List the drafts, and the runs over the open cases."""
    found, _ = await reading.page(db, limit=LISTED, after=None)
    layers = [
        (layer.name, layer.title if language == "zh" else layer.title_en or layer.title)
        for layer, _ in await areas.layers(db)
    ]
    tables = [(kind.value, WORDS[f"kind_{kind}"][language]) for kind in REGISTERS]
    runs = await rerouting.runs(db, limit=10)
    return desk_page(
        "planning.html",
        who,
        language,
        csrf=form_token(state, given),
        kinds=[*((f"layer:{name}", f"{title} · {name}") for name, title in layers), *tables],
        drafts=[
            {
                "id": draft["id"],
                "title": draft["title"],
                "of": _of(draft, language),
                "state": WORDS[f"state_{draft['state']}"][language],
                "made": civil(draft["created_at"], settings),
                "by": draft["created_by"] or "–",
            }
            for draft in found
        ],
        runs=[
            {
                **reading.as_rerouting(run),
                "started": civil(run.started_at, settings),
                "state": run.failure[language]
                if run.failure
                else WORDS[f"run_{run.state}"][language],
                "running": run.state == "running",
            }
            for run in runs
        ],
    )


def _did(action: str, language: Language) -> str:
    return WORDS[f"did_{action}"][language]


def _of(draft: dict[str, Any], language: Language) -> str:
    """Name what a draft is of, as people call it."""
    if draft["layer"] is None:
        return WORDS[f"kind_{draft['kind']}"][language]
    english = None if language == "zh" else draft["layer_title_en"]
    return str(english or draft["layer_title"])


@router.get("/planning/{draft_id}")
async def draft_page(
    *,
    request: Request,
    draft_id: UUID,
    who: PlanViewer,
    given: PresentedSecret,
    state: StateDep,
    settings: SettingsDep,
    language: Language,
    db: ReadDb,
    now: Now,
    consequences: bool = False,
) -> HTMLResponse:
    """Show one draft: what it changes, what is wrong with it, whom it concerns."""
    draft = await reading.one(db, draft_id)
    log = [
        f"{civil(one['at'], settings)} {one['by'] or '–'} {_did(one['action'], language)}"
        for one in await reading.edits(db, draft_id)
    ]
    shown = dict(draft, of=_of(draft, language), valid_from=civil(draft["valid_from"], settings))
    shown["state_name"] = WORDS[f"state_{draft['state']}"][language]
    content = {"checks": [], "any_open": False, "more_checks": 0, "cases": None, "work": None}
    content |= {"trouble": None, "summary": None, "lines": [], "map": None}
    if draft["state"] == "open":
        # The connection is another's while this one waits.
        await db.close()
        async with state.heavy:
            content |= await _told(db, draft, now, language)
            if consequences and content["trouble"] is None:
                desk = request.app.state.desk
                content |= await _consequences(
                    partial(service.cases, db, desk.router, draft_id, at=now, who=who, now=now),
                    partial(
                        service.workload,
                        *(db, settings, draft_id),
                        at=now,
                        days=90,
                        who=who,
                        now=now,
                    ),
                    settings,
                    language,
                )
    back = _back(draft, language)
    return desk_page(
        "draft.html",
        who,
        language,
        csrf=form_token(state, given),
        draft=shown,
        log=log,
        back=back,
        **content,
    )


def _back(draft: dict[str, Any], language: Language) -> dict[str, Any] | None:
    """Say what a roll-back of an activated draft would send."""
    about = WORDS["draft_back_about"][language]
    if draft["kind"] == "layer" and draft["base_release"] is not None:
        fields = [("kind", "layer"), ("layer", draft["layer"]), ("release", draft["base_release"])]
        return {"about": about, "fields": fields}
    return None


async def _told(
    db: ReadDb, draft: dict[str, Any], now: datetime, language: Language
) -> dict[str, Any]:
    """Say what the checks find and what differs, or why that cannot be told."""
    found = await service.checks(db, UUID(draft["id"]), at=now)
    checks = [
        {
            "key": one.key,
            "severity": one.severity.value,
            "text": one.zh if language == "zh" else one.en,
            "open": one.acceptable and one.blocks,
            "reason": one.accepted["reason"] if one.accepted else None,
        }
        for one in found
    ]
    told = {
        "checks": checks[:LISTED],
        "more_checks": max(0, len(checks) - LISTED),
        "any_open": any(one["open"] for one in checks),
    }
    try:
        difference = await service.diff(db, UUID(draft["id"]), at=now)
    except (GridsvcError, GeodataError) as error:
        return told | {"trouble": error.zh if language == "zh" else error.en}
    return told | _difference(difference, draft, language)


def _difference(
    found: LayerDiff | RowsDiff, draft: dict[str, Any], language: Language
) -> dict[str, Any]:
    if isinstance(found, RowsDiff):
        lines = [f"− {_row(row)}" for row in found.removed]
        lines += [f"+ {_row(row)}" for row in found.added]
        return {"summary": f"+{len(found.added)} −{len(found.removed)}", "lines": lines[:LISTED]}
    said = [found.areas.summary, *found.areas.sentences]
    summary, *lines = [one.zh if language == "zh" else one.en for one in said]
    return {
        "summary": summary,
        "lines": lines[:LISTED],
        "map": f"/maps/drafts/{draft['id']}",
    }


def _row(row: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in row.items() if value is not None)


async def _consequences(
    cases: Any,  # noqa: ANN401 - the two questions with their arguments
    workload: Any,  # noqa: ANN401 - likewise
    settings: SettingsDep,
    language: Language,
) -> dict[str, Any]:
    try:
        found, work = await cases(), await workload()
    except (GridsvcError, GeodataError) as error:
        return {"trouble": error.zh if language == "zh" else error.en}
    rows = [
        {
            "due": civil(one["due_at"], settings),
            "overdue": one["overdue"],
            "reference": one["reference"],
            "before": called(one["lead"], language),
            "after": called(one["new_lead"], language),
        }
        for one in found["cases"][:LISTED]
    ]
    listed = [
        {
            "name": called(one["organisation"], language),
            "before": one["before"],
            "after": one["after"],
        }
        for one in work["organisations"][:LISTED]
    ]
    return {"cases": {**found, "rows": rows}, "work": listed}


@router.get("/maps/drafts/{draft_id}")
async def draft_map(
    *,
    request: Request,
    draft_id: UUID,
    _: PlanViewer,
    state: StateDep,
    settings: SettingsDep,
    language: Language,
    db: ReadDb,
    now: Now,
) -> HTMLResponse:
    """Show on a map what a draft of a layer changes."""
    async with state.heavy:
        draft = await reading.one(db, draft_id)
        found = await service.diff(db, draft_id, at=now)
    if isinstance(found, RowsDiff):
        raise Invalid(
            "not_a_layer",
            en="A draft of a table has no map.",
            zh="表格草案没有地图。",
            field="draft_id",
        )
    await db.close()
    page = wrapping(request, settings, language, title=(draft["title"], draft["title"]))
    async with state.heavy:
        html = await asyncio.to_thread(lambda: render_difference(drawn_of(found), page))
    return answered(html, page)
