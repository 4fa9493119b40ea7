"""Pages that ask before something changes: the map, a draft's base, the owners of open cases.

What they show was rehearsed in a savepoint; only the form that they hold changes anything.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from gridsvc.errors import Conflict, GridsvcError
from gridsvc.http.deps import Now, ReadDb, StateDep
from gridsvc.http.requires import CanActivate, CanPlan
from gridsvc.planning import reading, service, showing
from gridsvc.planning.desk import Asking, AtDesk
from gridsvc.planning.drafts import Actor, Wanted
from gridsvc.planning.kinds import Kind
from gridsvc.planning.rebasing import Prefer, carried_over
from gridsvc.planning.restoring import restored

router = APIRouter(include_in_schema=False)

_INSTANT = timedelta(microseconds=1)


@router.get("/planning/{draft_id}/activation")
async def activation_page(
    *,
    request: Request,
    draft_id: UUID,
    desk: AtDesk,
    _: CanActivate,
    state: StateDep,
    db: ReadDb,
    now: Now,
    at: str = "",
) -> HTMLResponse:
    """Ask whether a draft shall come into force, and say what would change."""
    draft, when = await reading.one(db, draft_id), desk.clock.read(at)
    asking = desk.asking(now=now, at=max(when or now, now))
    await db.close()
    async with state.heavy:
        content = await showing.changes(db, draft_id, asking)
        content |= await showing.cases(db, request.app.state.desk.router, draft_id, asking)
        content["obstacle"] = await _obstacle(db, draft_id, asking, at=when)
    return desk.page(
        "confirm.html",
        draft=desk.described(draft),
        what="activate",
        call=f"/v1/drafts/{draft_id}/activation",
        fields=[("at", when.isoformat())] if when else [],
        when=desk.clock.civil(when),
        **content,
    )


async def _obstacle(
    db: ReadDb, draft_id: UUID, asking: Asking, *, at: datetime | None
) -> str | None:
    """Say what keeps a draft from coming into force."""
    try:
        await service.refuse_unready(db, draft_id, at=at, now=asking.now)
    except GridsvcError as error:
        return showing.said(error, asking.language)
    return None


@router.get("/planning/{draft_id}/rollback")
async def rollback_page(
    *,
    request: Request,
    draft_id: UUID,
    desk: AtDesk,
    _: CanActivate,
    state: StateDep,
    db: ReadDb,
    now: Now,
) -> HTMLResponse:
    """Ask whether what held before a draft shall hold again, and say what would change."""
    draft = await reading.one(db, draft_id)
    wanted, asking = _before(draft), desk.asking(now=now, at=now)
    await db.close()
    async with state.heavy, restored(db, wanted, Actor(desk.who.account_id, now)) as back:
        content = await showing.changes(db, back.id, asking)
        content |= await showing.cases(db, request.app.state.desk.router, back.id, asking)
    return desk.page(
        "confirm.html",
        draft=desk.described(draft),
        what="back",
        call="/v1/rollbacks",
        fields=_fields(wanted),
        when="",
        obstacle=None,
        **content,
    )


@router.get("/planning/{draft_id}/rebase")
async def rebase_page(
    *,
    draft_id: UUID,
    desk: AtDesk,
    _: CanPlan,
    state: StateDep,
    db: ReadDb,
    now: Now,
    prefer: Prefer = None,
) -> HTMLResponse:
    """Ask whether a draft shall be carried over, and say what it would change then."""
    draft, asking = await reading.one(db, draft_id), desk.asking(now=now, at=now)
    actor, both = Actor(desk.who.account_id, now), False
    await db.close()
    async with state.heavy:
        try:
            async with carried_over(db, draft_id, prefer=prefer, actor=actor):
                content = await showing.changes(db, draft_id, asking)
        except Conflict as error:
            content = showing.trouble(error, desk.language)
            both = error.code == "changed_by_both"
    return desk.page(
        "confirm.html",
        draft=desk.described(draft),
        what="rebase",
        call=f"/v1/drafts/{draft_id}/rebase",
        fields=[("prefer", prefer)] if prefer else [],
        choose=both,
        obstacle=None,
        **content,
    )


@router.get("/planning/reroutings/new")
async def rerouting_page(
    *,
    request: Request,
    desk: AtDesk,
    _: CanActivate,
    state: StateDep,
    db: ReadDb,
    now: Now,
    reason: Annotated[str, Query(max_length=2_000)] = "",
) -> HTMLResponse:
    """Ask whether the open cases shall be decided anew, and say which would change owner."""
    asking = desk.asking(now=now, at=now)
    async with state.heavy:
        content = await showing.cases(db, request.app.state.desk.router, None, asking)
    return desk.page("reroute.html", reason=reason, **content)


def _before(draft: dict[str, Any]) -> Wanted:
    """Say what held before a draft: the release it was made from, or the table until then."""
    kind, since = Kind(draft["kind"]), draft["valid_from"]
    if draft["state"] != "activated" or (kind is Kind.LAYER and draft["base_release"] is None):
        raise Conflict(
            "nothing_before",
            en="There is nothing to go back to: the draft is not in force, or was the first.",
            zh="没有可恢复的内容：草案尚未生效，或之前没有数据。",
            state=draft["state"],
        )
    return Wanted(
        kind=kind,
        layer=draft["layer"],
        title=draft["title"],
        release=draft["base_release"],
        as_of=None if kind is Kind.LAYER else since - _INSTANT,
    )


def _fields(wanted: Wanted) -> list[tuple[str, object]]:
    """Give what `POST /v1/rollbacks` takes."""
    if wanted.as_of is None:
        return [("kind", "layer"), ("layer", wanted.layer), ("release", wanted.release)]
    return [("kind", wanted.kind.value), ("as_of", wanted.as_of.isoformat())]
