"""Carrying a draft over to another base: what both have changed is named, never guessed."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.beginning import beginning
from gridsvc.errors import Conflict
from gridsvc.planning import repository
from gridsvc.planning.drafts import Actor, hold, register_of, release_in_force
from gridsvc.planning.kinds import Kind
from gridsvc.planning.model import Draft, Rows

Prefer = Literal["draft", "map"] | None
Things = Mapping[str, Any]
"""What is compared, by code."""


def merged(base: Things, draft: Things, current: Things, *, prefer: Prefer) -> dict[str, Any]:
    """Bring together what a draft and the map have made of one base; pure.

    Where only one of the two has changed a thing, that counts. Where both did, differently, it is
    refused with the codes, unless it is said whose counts.
    """
    codes = base.keys() | draft.keys() | current.keys()
    by_draft = {code for code in codes if draft.get(code) != base.get(code)}
    by_map = {code for code in codes if current.get(code) != base.get(code)}
    both = {code for code in by_draft & by_map if draft.get(code) != current.get(code)}
    if both and prefer is None:
        listed = sorted(both)
        raise Conflict(
            "changed_by_both",
            en=f"The draft and the map have both changed {', '.join(listed[:5])}; say in `prefer` "
            "whose counts, draft or map.",
            zh=f"草案与现行地图都更改了 {'、'.join(listed[:5])}；请在 prefer 中指明以哪一方为准"
            "（draft 或 map）。",
            field="prefer",
            areas=listed,
        )
    wins = by_draft if prefer != "map" else by_draft - both
    chosen = {code: (draft if code in wins else current).get(code) for code in codes}
    return {code: thing for code, thing in sorted(chosen.items()) if thing is not None}


def merged_rows(base: Rows, draft: Rows, current: Rows) -> Rows:
    """Make the changes of a draft's rows to the current ones; pure."""
    added = [row for row in draft if row not in base]
    removed = [row for row in base if row not in draft]
    return [
        *(row for row in current if row not in removed),
        *(row for row in added if row not in current),
    ]


async def rebase(
    db: AsyncSession,
    draft_id: UUID,
    *,
    prefer: Prefer,
    at: datetime | None,
    version: int | None,
    actor: Actor,
) -> Draft:
    """Make what is in force now, or will be at a time, the base; keep what the draft changes."""
    draft = await hold(db, draft_id, version)
    onto = beginning(at, actor.now, field="at")
    if draft.kind == Kind.LAYER:
        await _rebase_layer(db, draft, prefer=prefer, at=onto)
    else:
        current = await register_of(draft.kind).read(db, onto)
        draft.rows = merged_rows(draft.base_rows or [], draft.rows or [], current)
        draft.base_rows = current
    given = {"prefer": prefer, "at": at and at.isoformat()}
    said = {name: value for name, value in given.items() if value}
    await repository.log(db, draft, "rebase", said, who=actor.who, now=actor.now)
    return draft


@asynccontextmanager
async def carried_over(
    db: AsyncSession, draft_id: UUID, *, prefer: Prefer, actor: Actor
) -> AsyncIterator[Draft]:
    """Lend a draft as a rebase would make it, to be looked at beforehand; nothing of it stays."""
    savepoint = await db.begin_nested()
    try:
        yield await rebase(db, draft_id, prefer=prefer, at=None, version=None, actor=actor)
    finally:
        await savepoint.rollback()


async def _rebase_layer(db: AsyncSession, draft: Draft, *, prefer: Prefer, at: datetime) -> None:
    current = await release_in_force(db, draft.layer_id, at=at)
    base_id, current_id = draft.base_release_id, current.id if current else None
    sides = (
        await repository.areas_of_release(db, base_id),
        await repository.areas_of_draft(db, draft),
        await repository.areas_of_release(db, current_id),
    )
    base, own, now = ({area["code"]: area for area in side} for side in sides)
    areas = merged(base, own, now, prefer=prefer)
    await repository.remove_areas(db, draft)
    await repository.put_areas(db, draft, areas.values())
    draft.base_release_id = current_id
