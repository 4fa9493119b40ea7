"""What a draft was made from: is that still what it would replace, and does it differ from it."""

import asyncio
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Release
from gridsvc.areas.publish import content_digest
from gridsvc.errors import Conflict
from gridsvc.planning import repository
from gridsvc.planning.difference import rows_held
from gridsvc.planning.drafts import register_of, release_in_force
from gridsvc.planning.kinds import Kind
from gridsvc.planning.model import Draft

SHOWN = 20
"""How many rows an answer lists; the difference lists all."""


async def refuse_other_base(db: AsyncSession, draft: Draft, *, at: datetime, now: datetime) -> None:
    """Refuse where the map that a draft was made from is not the one that it would replace."""
    if draft.kind == Kind.LAYER:
        planned, moved = await _other_release(db, draft, at=at, now=now)
    else:
        planned, moved = await _other_rows(db, draft, at=at, now=now)
    if planned is not None:
        raise await _planned(db, draft, planned)
    if moved:
        raise Conflict(
            "base_moved",
            en="Somebody has changed the map since the draft was made; rebase the draft, look at "
            "what differs, and activate it then.",
            zh="草案建立后，地图已被他人更改；请先将草案变基（rebase），核对差异后再生效。",
            **moved,
        )


Other = tuple[datetime | None, dict[str, Any]]
"""When a planned change begins that is in the way; what has changed already."""


async def _other_release(db: AsyncSession, draft: Draft, *, at: datetime, now: datetime) -> Other:
    own = Release.layer_id == draft.layer_id
    later = await db.scalar(
        select(func.min(Release.valid_from)).where(own, Release.valid_from > at)
    )
    current = await release_in_force(db, draft.layer_id, at=at)
    if later is not None or (current and current.id) == draft.base_release_id:
        return later, {}
    if current is not None and current.valid_from > now:
        return current.valid_from, {}
    base = await repository.release_by_id(db, draft.base_release_id)
    return None, {"release": current and current.number, "base_release": base and base.number}


async def _other_rows(db: AsyncSession, draft: Draft, *, at: datetime, now: datetime) -> Other:
    register, base = register_of(draft.kind), draft.base_rows or []
    current = await register.read(db, at)
    planned = await register.beginnings(db, after=now)
    for later in planned:
        if later > at and await register.read(db, later) != current:
            return later, {}
    if current == base:
        return None, {}
    if planned and planned[0] <= at:
        return planned[0], {}
    added = [row for row in current if row not in base]
    removed = [row for row in base if row not in current]
    return None, {"added": added[:SHOWN], "removed": removed[:SHOWN]}


async def _planned(db: AsyncSession, draft: Draft, begins: datetime) -> Conflict:
    """Say what is planned, and what to do: it is no change that anybody has made yet."""
    same = (Draft.layer_id == draft.layer_id) if draft.layer_id else (Draft.kind == draft.kind)
    cause = await db.scalar(
        select(Draft).where(same, Draft.state == "activated", Draft.valid_from == begins)
    )
    time = begins.isoformat()
    en, zh = "A change that no draft made", "非草案所作的更改"
    if cause is not None:
        en, zh = f'The draft "{cause.title}" ({cause.id})', f"草案“{cause.title}”（{cause.id}）"
    return Conflict(
        "change_planned",
        en=f"{en} changes the same from {time} on. Rebase your draft onto it, with `at` that time, "
        "and let it begin later; or take that change back first.",
        zh=f"{zh}将自 {time} 起更改同一内容。请将您的草案变基到该更改之上（at 取该时间），"
        "并在其后生效；或先撤回该更改。",
        draft=cause and str(cause.id),
        valid_from=time,
    )


async def refuse_unchanged(db: AsyncSession, draft: Draft, *, at: datetime) -> None:
    """Refuse a draft that would put in force what is in force."""
    if draft.kind == Kind.LAYER:
        own = await repository.areas_of_draft(db, draft)
        base = await repository.areas_of_release(db, draft.base_release_id)
        ours, theirs = await asyncio.to_thread(lambda: (content_digest(own), content_digest(base)))
        same = ours == theirs
    else:
        same = await rows_held(db, draft, at=at) == await register_of(draft.kind).read(db, at)
    if same:
        raise Conflict(
            "nothing_changed",
            en="That is what is in force already: nothing would change.",
            zh="内容与现行的完全相同，不会产生任何变化。",
        )
