"""The rows of a draft of a table as pages: all of them, and one in a form."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from gridsvc.areas import reading as areas
from gridsvc.areas.register import ROLES
from gridsvc.http.deps import ReadDb
from gridsvc.planning import reading, rows
from gridsvc.planning.desk import AtDesk, Desk
from gridsvc.planning.kinds import Sheet
from gridsvc.planning.showing import cell_text, column_name
from gridsvc.rules import cells
from gridsvc.rules.border import BorderKind
from gridsvc.web.words import WORDS

router = APIRouter(include_in_schema=False)

LISTED = 50

CHOICES: Mapping[str, tuple[str, ...]] = {
    "role": ROLES,
    "routing_rule.kind": ("component", "event"),
    "border_policy.kind": tuple(BorderKind),
}
"""What a column may hold, by name, or by table and name."""
LONG = frozenset({"shape"})
OFFERS: Mapping[str, str] = {
    "organisation": "organisations",
    "lead": "organisations",
    "layer": "layers",
}
"""Columns of one code, and the list of those there are."""


EXAMPLES: Mapping[str, str] = {
    "hours": cells.HOURS.example,
    "season": cells.SEASON.example,
    "weekdays": cells.WEEKDAYS.example,
    "areas": cells.CODES.example,
    "layers": cells.CODES.example,
    "co_handlers": cells.CODES.example,
    "day": cells.DAY.example,
}
"""How a cell that is more than a word or a number is written."""


@router.get("/planning/{draft_id}/rows")
async def rows_page(
    *,
    draft_id: UUID,
    desk: AtDesk,
    db: ReadDb,
    q: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[int, Query(ge=0)] = 0,
) -> HTMLResponse:
    """List the rows of a draft of a table, or those that hold some text."""
    draft, register = await rows.table_of(db, draft_id)
    found = [
        (number, row)
        for number, row in enumerate(draft.rows or [], start=1)
        if not q or any(q.casefold() in str(cell).casefold() for cell in row.values())
    ]
    return desk.page(
        "rows.html",
        draft=desk.described(await reading.one(db, draft_id)),
        sheets=desk.sheets(draft.kind),
        q=q,
        total=len(found),
        rows=[
            _listed(number, row, register.sheet_of(row), desk)
            for number, row in found[after : after + LISTED]
        ],
        before=max(0, after - LISTED) if after else None,
        following=after + LISTED if after + LISTED < len(found) else None,
        shown=(after + 1, min(after + LISTED, len(found))),
    )


def _listed(number: int, row: Mapping[str, Any], sheet: Sheet, desk: Desk) -> dict[str, Any]:
    filled = [
        (column_name(name, desk.language), cell_text(name, row[name], desk.language))
        for name in sheet.columns
        if row.get(name) not in {None, ""}
    ]
    return {"number": number, "cells": filled}


@router.get("/planning/{draft_id}/rows/new")
async def new_row_page(
    *, draft_id: UUID, desk: AtDesk, db: ReadDb, sheet: Annotated[int, Query(ge=0)] = 0
) -> HTMLResponse:
    """Offer an empty row of a draft of a table."""
    of, _ = await rows.sheet_rows(db, draft_id, sheet)
    return await _form(db, desk, draft_id, sheet=of, row={}, number=None)


@router.get("/planning/{draft_id}/rows/{number}")
async def row_page(*, draft_id: UUID, number: int, desk: AtDesk, db: ReadDb) -> HTMLResponse:
    """Show one row of a draft of a table in a form."""
    _, register = await rows.table_of(db, draft_id)
    row = await rows.one(db, draft_id, number)
    sheet = register.sheet_of(row)
    return await _form(db, desk, draft_id, sheet=sheet, row=row, number=number)


async def _form(
    db: ReadDb,
    desk: Desk,
    draft_id: UUID,
    *,
    sheet: Sheet,
    row: Mapping[str, Any],
    number: int | None,
) -> HTMLResponse:
    draft = await reading.one(db, draft_id)
    return desk.page(
        "row.html",
        draft=desk.described(draft),
        sheet=desk.word(f"sheet_{sheet.table.__tablename__}"),
        number=number,
        fields=[_field(name, row.get(name), sheet, desk) for name in sheet.columns],
        organisations=[(one.code, one.name) for one in await areas.organisations(db)],
        layers=[(layer.name, layer.title) for layer, _ in await areas.layers(db)],
    )


def _field(name: str, value: object, sheet: Sheet, desk: Desk) -> dict[str, Any]:
    choices = CHOICES.get(name) or CHOICES.get(f"{sheet.table.__tablename__}.{name}") or ()
    return {
        "name": name,
        "label": column_name(name, desk.language),
        "value": "" if value is None else f"{value:g}" if isinstance(value, float) else value,
        "needed": name in sheet.needed,
        "choices": [(one, WORDS[f"{name}_{one}"][desk.language]) for one in choices],
        "long": name in LONG,
        "offers": OFFERS.get(name),
        "example": EXAMPLES.get(name),
    }
