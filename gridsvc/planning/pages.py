"""The planner's pages: the drafts, and one draft with its checks and consequences."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from gridsvc.areas import reading as areas
from gridsvc.errors import Invalid
from gridsvc.http.deps import Now, ReadDb, SettingsDep, StateDep
from gridsvc.http.language import Language
from gridsvc.planning import reading, rerouting, service, showing
from gridsvc.planning.desk import AtDesk, Desk
from gridsvc.planning.difference import RowsDiff
from gridsvc.planning.drawing import drawn_of
from gridsvc.planning.kinds import REGISTERS
from gridsvc.planning.model import Rerouting
from gridsvc.web.page import PlanViewer, answered, wrapping
from maps.difference import render_difference

router = APIRouter(include_in_schema=False)

LISTED = 100
OFFERED = 1_000
"""How many codes of areas a field offers."""


@router.get("/planning")
async def planning_page(desk: AtDesk, db: ReadDb) -> HTMLResponse:
    """List the drafts, and the runs over the open cases."""
    found, _ = await reading.page(db, limit=LISTED, after=None)
    layers = [
        (layer.name, layer.title if desk.language == "zh" else layer.title_en or layer.title)
        for layer, _ in await areas.layers(db)
    ]
    tables = [(kind.value, desk.word(f"kind_{kind}")) for kind in REGISTERS]
    runs = await rerouting.runs(db, limit=10)
    return desk.page(
        "planning.html",
        kinds=[*((f"layer:{name}", f"{title} · {name}") for name, title in layers), *tables],
        drafts=[desk.described(draft) for draft in found],
        runs=[_run(run, desk) for run in runs],
        under_way=any(run.state == "running" for run in runs),
    )


def _run(run: Rerouting, desk: Desk) -> dict[str, object]:
    return {
        **reading.as_rerouting(run),
        "started": desk.clock.civil(run.started_at),
        "state": run.failure[desk.language] if run.failure else desk.word(f"run_{run.state}"),
        "running": run.state == "running",
    }


@router.get("/planning/{draft_id}")
async def draft_page(
    *,
    request: Request,
    draft_id: UUID,
    desk: AtDesk,
    state: StateDep,
    settings: SettingsDep,
    db: ReadDb,
    now: Now,
    consequences: bool = False,
) -> HTMLResponse:
    """Show one draft: what it changes, what is wrong with it, whom it concerns."""
    draft = await reading.one(db, draft_id)
    asking = desk.asking(now=now, at=now)
    log = [
        f"{desk.clock.civil(one['at'])} {one['by'] or '–'} {desk.word('did_' + one['action'])}"
        for one in await reading.edits(db, draft_id)
    ]
    content: dict[str, object] = {"asked": consequences, "cases": None, "cases_trouble": None}
    content |= {"work": [], "areas": [], "rows": 0, "sheets": []}
    if draft["state"] == "open":
        # The connection is another's while this one waits.
        await db.close()
        async with state.heavy:
            content |= await showing.checks(db, draft_id, asking)
            content |= await showing.changes(db, draft_id, asking)
            if consequences:
                asked = request.app.state.desk.router
                content |= await showing.cases(db, asked, draft_id, asking)
                content["work"] = await showing.workload(db, settings, draft_id, asking)
        if draft["layer"]:
            content["areas"] = await reading.codes(db, draft_id, limit=OFFERED)
        else:
            content["rows"] = len(await reading.rows(db, draft_id))
            content["sheets"] = desk.sheets(draft["kind"])
    return desk.page("draft.html", draft=desk.described(draft), log=log, **content)


@router.get("/maps/drafts/{draft_id}")
async def draft_map(
    *,
    request: Request,
    draft_id: UUID,
    _: PlanViewer,
    state: StateDep,
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
    page = wrapping(request, language, title=(draft["title"], draft["title"]))
    async with state.heavy:
        html = await asyncio.to_thread(lambda: render_difference(drawn_of(found), page))
    return answered(html, page)
