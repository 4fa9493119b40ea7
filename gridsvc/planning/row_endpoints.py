"""The rows of a draft of a table over HTTP: one by one, or as a spreadsheet."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gridsvc.http.answers import problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import Now, ReadDb, StateDep, WriteDb
from gridsvc.http.noting import note_export
from gridsvc.http.requires import CanPlan
from gridsvc.http.uploads import SentForm, form_body
from gridsvc.http.versions import VersionRead
from gridsvc.planning import reading, rows
from gridsvc.planning.drafts import Actor
from gridsvc.planning.endpoints import CHANGED, draft_answer
from gridsvc.planning.schemas import DraftOut, RowIn, RowsOut, SheetIn
from gridsvc.sheets import workbook

router = APIRouter(
    prefix="/v1/drafts/{draft_id}", tags=["planning"], responses=problems(401, 403, 422)
)

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/rows", responses=problems(404))
async def list_draft_rows(draft_id: UUID, _: CanPlan, db: ReadDb) -> RowsOut:
    """Read the rows of a draft of a table."""
    return RowsOut(rows=await reading.rows(db, draft_id))


@router.post("/rows", response_model=DraftOut, responses=CHANGED)
async def add_draft_row(
    *,
    draft_id: UUID,
    body: RowIn,
    who: CanPlan,
    _: JsonBody,
    version: VersionRead,
    db: WriteDb,
    now: Now,
) -> Response:
    """Put a row behind the others of a draft of a table."""
    actor = Actor(who.account_id, now)
    await rows.add(db, draft_id, body.row, version=version, actor=actor)
    return await draft_answer(db, draft_id)


@router.put("/rows/{number}", response_model=DraftOut, responses=CHANGED)
async def change_draft_row(
    *,
    draft_id: UUID,
    number: int,
    body: RowIn,
    who: CanPlan,
    _: JsonBody,
    version: VersionRead,
    db: WriteDb,
    now: Now,
) -> Response:
    """Put a row in the place of another, counted from 1 as `GET …/rows` lists them."""
    actor = Actor(who.account_id, now)
    await rows.change(db, draft_id, number, body.row, version=version, actor=actor)
    return await draft_answer(db, draft_id)


@router.delete("/rows/{number}", response_model=DraftOut, responses=CHANGED)
async def remove_draft_row(
    *,
    draft_id: UUID,
    number: int,
    who: CanPlan,
    version: VersionRead,
    db: WriteDb,
    now: Now,
) -> Response:
    """Take a row out of a draft of a table."""
    actor = Actor(who.account_id, now)
    await rows.remove(db, draft_id, number, version=version, actor=actor)
    return await draft_answer(db, draft_id)


@router.get("/sheet", response_class=Response, responses=problems(404))
async def get_draft_sheet(
    *,
    request: Request,
    draft_id: UUID,
    _: CanPlan,
    state: StateDep,
    db: ReadDb,
    sheet: Annotated[int, Query(ge=0, description="1 is the special days of rules")] = 0,
) -> Response:
    """Give the rows of a draft of a table as an Excel workbook."""
    of, listed = await rows.sheet_rows(db, draft_id, sheet)
    await db.close()
    await note_export(request, "xlsx")
    async with state.heavy:
        book = await asyncio.to_thread(workbook, of.columns, listed)
    headers = {"Content-Disposition": f'attachment; filename="{of.table.__tablename__}.xlsx"'}
    return Response(book, media_type=WORKBOOK, headers=headers)


@router.put("/sheet", response_model=DraftOut, responses=CHANGED, openapi_extra=form_body(SheetIn))
async def put_draft_sheet(
    *,
    draft_id: UUID,
    who: CanPlan,
    version: VersionRead,
    state: StateDep,
    db: WriteDb,
    now: Now,
    sent: SentForm,
) -> Response:
    """Put in the rows of an Excel workbook or a CSV file, in the place of those of its sheet."""
    encoding = sent.read(SheetIn).encoding
    actor = Actor(who.account_id, now)
    async with state.heavy:
        await rows.put_sheet(
            db, draft_id, sent.path, encoding=encoding, version=version, actor=actor
        )
    return await draft_answer(db, draft_id)
