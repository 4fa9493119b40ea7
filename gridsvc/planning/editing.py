"""Changing a draft of a layer: one edit at a time, or all of its areas from a file."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.errors import Invalid
from gridsvc.planning import repository
from gridsvc.planning.drafts import Actor, hold
from gridsvc.planning.edits import Areas, Edit, Effect, Split, followed, refuse_wrong_codes
from gridsvc.planning.kinds import Kind
from gridsvc.planning.model import Draft


async def change(
    db: AsyncSession,
    draft_id: UUID,
    edit: Edit,
    *,
    version: int | None,
    said: Mapping[str, Any],
    actor: Actor,
) -> Draft:
    """Make one edit; `said` is how it was asked for, which the log keeps."""
    draft = await hold_layer_draft(db, draft_id, version)
    refuse_wrong_codes(edit, await repository.codes_of_draft(db, draft))
    areas = {a["code"]: a for a in await repository.areas_of_draft(db, draft, edit.named)}
    beside = {}
    if isinstance(edit, Split):
        codes = await repository.codes_beside(db, draft, edit.code)
        beside = {a["code"]: a for a in await repository.areas_of_draft(db, draft, codes)}
    effect = await asyncio.to_thread(edit.apply, areas, beside)
    _refuse_idle(effect, areas)
    await _write(db, draft, effect)
    await repository.log(db, draft, str(said["action"]), said, who=actor.who, now=actor.now)
    return draft


def _refuse_idle(effect: Effect, areas: Areas) -> None:
    """Refuse an edit that leaves every area as it was: the log would tell of nothing."""
    if not effect.gone and all(area == areas.get(area["code"]) for area in effect.put):
        raise Invalid(
            "nothing_changes",
            en="The edit changes nothing: that is what the draft has already.",
            zh="该编辑没有任何变化：草案中已是如此。",
            field="action",
        )


async def _write(db: AsyncSession, draft: Draft, effect: Effect) -> None:
    if effect.gone:
        await repository.remove_areas(db, draft, effect.gone)
    await repository.put_areas(db, draft, effect.put)
    if effect.came_of:
        draft.codes = {old: list(new) for old, new in followed(draft.codes, effect.came_of).items()}


async def hold_layer_draft(db: AsyncSession, draft_id: UUID, version: int | None) -> Draft:
    """Hold an open draft of a layer."""
    draft = await hold(db, draft_id, version)
    if draft.kind != Kind.LAYER:
        raise Invalid(
            "not_a_layer",
            en="A draft of a table holds rows, not areas.",
            zh="表格草案的内容是表格行，不是区域。",
            field="action",
        )
    return draft


async def map_codes(
    db: AsyncSession,
    draft_id: UUID,
    codes: Mapping[str, list[str]],
    *,
    version: int | None,
    actor: Actor,
) -> Draft:
    """Say which codes came of which, where a whole file was put in."""
    draft = await hold_layer_draft(db, draft_id, version)
    known = await repository.codes_of_draft(db, draft)
    unknown = sorted({new for news in codes.values() for new in news} - known)
    if unknown:
        raise Invalid(
            "unknown_area",
            en=f"The draft has no area {', '.join(unknown[:5])}.",
            zh=f"草案中没有区域 {'、'.join(unknown[:5])}。",
            field="codes",
        )
    draft.codes = {old: list(news) for old, news in codes.items()}
    await repository.log(
        db, draft, "map_codes", {"codes": len(codes)}, who=actor.who, now=actor.now
    )
    return draft
