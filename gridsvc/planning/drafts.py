"""Drafts from their beginning to their end: started from what is in force, held, laid aside."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Release
from gridsvc.areas.repository import in_force, layer_by_name
from gridsvc.errors import Conflict, Invalid, NotFound, StaleVersion
from gridsvc.planning import repository
from gridsvc.planning.kinds import REGISTERS, Kind, Register
from gridsvc.planning.model import Draft, Rows
from gridsvc.rules.cells import write_codes

STATES: Mapping[str, str] = {"activated": "已生效", "discarded": "已放弃"}
"""Why a draft is not open any more, in Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be drafted, and from what: what is in force, or what once was."""

    kind: Kind
    layer: str | None = None
    title: str
    note: str = ""
    release: int | None = None
    """Of a layer: the release whose areas the draft starts with."""
    as_of: datetime | None = None
    """Of a table: the time whose rows the draft starts with."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something and when; nobody's account is that of the machine's own command line."""

    who: UUID | None
    now: datetime


async def start(db: AsyncSession, wanted: Wanted, actor: Actor) -> Draft:
    """Make a draft. Its base is what is in force now, whatever it starts with."""
    _refuse_unfitting(wanted)
    draft = Draft(
        kind=wanted.kind.value,
        title=wanted.title,
        note=wanted.note,
        created_by=actor.who,
        created_at=actor.now,
        version=0,
        codes={},
        accepted={},
    )
    if wanted.kind is Kind.LAYER:
        await _start_layer(db, draft, wanted, actor.now)
    else:
        await _start_table(db, draft, wanted, actor.now)
    since = {"release": wanted.release, "as_of": wanted.as_of and wanted.as_of.isoformat()}
    await _log(db, draft, "start", {name: value for name, value in since.items() if value}, actor)
    return draft


def _refuse_unfitting(wanted: Wanted) -> None:
    of_layer = wanted.kind is Kind.LAYER
    if of_layer != (wanted.layer is not None):
        raise Invalid(
            "layer_of_draft",
            en="A draft of a layer names the layer in `layer`; a draft of a table names none.",
            zh="图层草案须在 layer 中指明图层；表格草案不得指明图层。",
            field="layer",
        )
    idle = "release" if wanted.release is not None and not of_layer else None
    idle = idle or ("as_of" if wanted.as_of is not None and of_layer else None)
    if idle is not None:
        raise Invalid(
            "start_of_draft",
            en="A draft of a layer may start from a `release`, a draft of a table `as_of` a time.",
            zh="图层草案可从某一版（release）开始，表格草案可从某一时间（as_of）开始。",
            field=idle,
        )


async def _start_layer(db: AsyncSession, draft: Draft, wanted: Wanted, now: datetime) -> None:
    layer = await layer_by_name(db, wanted.layer or "")
    if layer is None:
        raise NotFound(
            en=f'There is no layer "{wanted.layer}"; a new one is loaded with gridsvc load.',
            zh=f"没有图层“{wanted.layer}”；新图层请用 gridsvc load 载入。",
        )
    base = await release_in_force(db, layer.id, at=now)
    content = base
    if wanted.release is not None:
        content = await repository.release_by_number(db, layer, wanted.release)
    draft.layer_id = layer.id
    draft.base_release_id = base.id if base else None
    db.add(draft)
    await db.flush()
    if content is not None:
        await repository.copy_release(db, draft, content.id)


async def _start_table(db: AsyncSession, draft: Draft, wanted: Wanted, now: datetime) -> None:
    register = register_of(wanted.kind)
    draft.base_rows = await register.read(db, now)
    draft.rows = await register.read(db, wanted.as_of) if wanted.as_of else draft.base_rows
    db.add(draft)
    await db.flush()


async def release_in_force(db: AsyncSession, layer_id: UUID | None, *, at: datetime) -> Any:  # noqa: ANN401 - Release | None
    """Find the release of a layer that holds at a time."""
    holds = (Release.layer_id == layer_id) & in_force(Release, at)
    return await db.scalar(select(Release).where(holds))


def register_of(kind: str) -> Register:
    """Find the table that a draft is of."""
    return REGISTERS[Kind(kind)]


async def hold(db: AsyncSession, draft_id: UUID, version: int | None) -> Draft:
    """Hold an open draft for a change that is made to one version of it; None: to any."""
    draft = await repository.get(db, draft_id, lock=True)
    if version is not None and draft.version != version:
        raise StaleVersion(
            en=f"The draft is at version {draft.version}, not {version}; read it again.",
            zh=f"草案已更新到第 {draft.version} 版（您提交的是第 {version} 版），请重新读取。",
            version=draft.version,
        )
    refuse_not_open(draft)
    return draft


def refuse_not_open(draft: Draft) -> None:
    """Refuse a draft that is in force or laid aside."""
    if draft.state != "open":
        raise Conflict(
            "draft_not_open",
            en=f"The draft is {draft.state}; only an open one can be changed.",
            zh=f"草案{STATES[draft.state]}，只有编制中的草案可以修改。",
            state=draft.state,
        )


async def replace_rows(
    db: AsyncSession, draft_id: UUID, rows: Rows, *, version: int | None, actor: Actor
) -> Draft:
    """Put other rows into a draft of a table; whether they can hold is for the checks to say."""
    draft = await hold_table(db, draft_id, version)
    register = register_of(draft.kind)
    draft.rows = _fitting(rows, register)
    await _log(db, draft, "replace_rows", {"rows": len(rows)}, actor)
    return draft


async def replace_sheet(
    db: AsyncSession,
    draft_id: UUID,
    columns: Collection[str],
    rows: Rows,
    *,
    version: int | None,
    actor: Actor,
) -> Draft:
    """Put a spreadsheet's rows into a draft; those that are of another spreadsheet stay."""
    draft = await hold_table(db, draft_id, version)
    register = register_of(draft.kind)
    sheet = register.sheet_of(columns)
    beside = [row for row in draft.rows or [] if register.sheet_of(row) is not sheet]
    draft.rows = [*beside, *_fitting(rows, register)]
    await _log(db, draft, "replace_rows", {"rows": len(rows)}, actor)
    return draft


async def hold_table(db: AsyncSession, draft_id: UUID, version: int | None) -> Draft:
    """Hold an open draft of a table for a change."""
    draft = await hold(db, draft_id, version)
    if draft.kind == Kind.LAYER:
        raise Invalid(
            "not_a_table",
            en="A draft of a layer holds areas, not rows.",
            zh="图层草案的内容是区域，不是表格行。",
            field="rows",
        )
    return draft


def _fitting(rows: Rows, register: Register) -> Rows:
    """Give each row the columns of its sheet; refuse one that has others, or lacks some."""
    for number, row in enumerate(rows, start=1):
        sheet = register.sheet_of(row)
        strange = sorted(row.keys() - set(sheet.columns))
        missing = sorted(name for name in sheet.needed if row.get(name) in (None, "", []))
        if strange or missing:
            listed = ", ".join(strange or missing)
            what, zh = ("unknown", "未知的列") if strange else ("empty", "缺少")
            raise Invalid(
                "invalid_row",
                en=f"Row {number}: {what} {listed}; the columns are {', '.join(sheet.columns)}.",
                zh=f"第 {number} 行：{zh} {listed}；列为 {'、'.join(sheet.columns)}。",
                field="rows",
                row=number,
            )
        sheet.check(row, number)
    return [{name: _cell(row.get(name)) for name in register.sheet_of(row).columns} for row in rows]


def _cell(value: object) -> object:
    """Write a list or an object, which the API takes too, as a spreadsheet has it."""
    if isinstance(value, list):
        return write_codes(str(part) for part in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


async def discard(db: AsyncSession, draft_id: UUID, *, version: int | None, actor: Actor) -> Draft:
    """Lay a draft aside; what was done to it stays on record."""
    draft = await hold(db, draft_id, version)
    draft.state = "discarded"
    await repository.remove_areas(db, draft)
    await _log(db, draft, "discard", {}, actor)
    return draft


async def _log(
    db: AsyncSession, draft: Draft, action: str, detail: Mapping[str, Any], actor: Actor
) -> None:
    await repository.log(db, draft, action, detail, who=actor.who, now=actor.now)
