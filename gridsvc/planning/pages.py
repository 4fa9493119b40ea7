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
from gridsvc.auth.principal import Principal
from gridsvc.errors import GridsvcError, Invalid
from gridsvc.http.deps import Now, ReadDb, SettingsDep, StateDep
from gridsvc.http.language import Language
from gridsvc.http.requires import PresentedSecret, csrf_token
from gridsvc.planning import reading, rerouting, service
from gridsvc.planning.difference import LayerDiff, RowsDiff
from gridsvc.planning.drawing import drawn_of
from gridsvc.planning.kinds import REGISTERS
from gridsvc.web.page import PlanViewer, answered, wrapping
from gridsvc.web.templates import render
from gridsvc.web.words import WORDS
from maps.difference import render_difference

router = APIRouter(include_in_schema=False)

LISTED = 100
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def _page(template: str, who: Principal, language: Language, **content: object) -> HTMLResponse:
    page = render(
        template,
        language=language,
        login=who.login,
        role=WORDS[f"role_{who.role}"][language],
        **content,
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})


def _token(state: StateDep, given: PresentedSecret) -> str:
    """Give what a form must send back; a bearer of a token needs none."""
    return csrf_token(state, given.secret) if given else ""


def _time(moment: datetime | None, settings: SettingsDep) -> str:
    return f"{moment.astimezone(settings.zone):%Y-%m-%d %H:%M}" if moment else ""


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
    return _page(
        "planning.html",
        who,
        language,
        csrf=_token(state, given),
        kinds=[*((f"layer:{name}", f"{title} · {name}") for name, title in layers), *tables],
        drafts=[
            {
                "id": draft["id"],
                "title": draft["title"],
                "of": _of(draft, language),
                "state": WORDS[f"state_{draft['state']}"][language],
                "made": _time(draft["created_at"], settings),
                "by": draft["created_by"] or "–",
            }
            for draft in found
        ],
        runs=[
            {
                **reading.as_rerouting(run),
                "started": _time(run.started_at, settings),
                "state": WORDS[f"run_{run.state}"][language],
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
        f"{_time(one['at'], settings)} {one['by'] or '–'} {_did(one['action'], language)}"
        for one in await reading.edits(db, draft_id)
    ]
    shown = dict(draft, of=_of(draft, language), valid_from=_time(draft["valid_from"], settings))
    shown["state_name"] = WORDS[f"state_{draft['state']}"][language]
    content = {"checks": [], "any_open": False, "more_checks": 0, "cases": None, "work": None}
    content |= {"trouble": None, "summary": None, "lines": [], "map": None}
    if draft["state"] == "open":
        async with state.heavy:
            content |= await _told(db, draft, now, language)
            if consequences and content["trouble"] is None:
                desk = request.app.state.desk
                content |= await _consequences(
                    partial(service.cases, db, desk.router, draft_id, at=now, who=who, now=now),
                    partial(
                        service.workload,
                        *(db, desk.router, draft_id),
                        at=now,
                        days=90,
                        who=who,
                        now=now,
                    ),
                    settings,
                    language,
                )
    back = _back(draft, language)
    return _page(
        "draft.html",
        who,
        language,
        csrf=_token(state, given),
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
            "due": _time(one["due_at"], settings),
            "overdue": one["overdue"],
            "reference": one["reference"],
            "before": _name(one["lead"], language),
            "after": _name(one["new_lead"], language),
        }
        for one in found["cases"][:LISTED]
    ]
    listed = [
        {
            "name": _name(one["organisation"], language),
            "before": one["before"],
            "after": one["after"],
        }
        for one in work["organisations"][:LISTED]
    ]
    return {"cases": {**found, "rows": rows}, "work": listed}


def _name(organisation: dict[str, Any] | None, language: Language) -> str:
    if organisation is None:
        return "–"
    english = None if language == "zh" else organisation["name_en"]
    return str(english or organisation["name"])


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
