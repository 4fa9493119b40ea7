"""Indicators over HTTP: what they mean, what they are, and the cases behind every number."""

import asyncio
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from gridsvc.http.answers import json_answer, problems
from gridsvc.http.deps import Now, ReadDb
from gridsvc.http.language import Language
from gridsvc.http.noting import note_export
from gridsvc.http.query import CursorQuery
from gridsvc.http.requires import CanReadIndicators
from gridsvc.http.sheet import sheet
from gridsvc.http.values import Code, Moment
from gridsvc.incidents.export import as_json
from gridsvc.incidents.schemas import IncidentPage
from gridsvc.indicators import export, service
from gridsvc.indicators.asking import asked_for
from gridsvc.indicators.counting import Asked
from gridsvc.indicators.editions import edition_at
from gridsvc.indicators.schemas import IndicatorOut, WorkedOut
from gridsvc.indicators.service import Part, Worked
from gridsvc.sheets import workbook

router = APIRouter(
    prefix="/v1/indicators", tags=["indicators"], responses=problems(401, 403, 404, 422)
)

USUAL = timedelta(days=30)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def _asked(
    *,
    db: ReadDb,
    now: Now,
    by: Annotated[
        Code | None, Query(description="a level, a zone layer, organisation, role or worker")
    ] = None,
    since: Annotated[Moment | None, Query(alias="from", description="30 days by default")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="now by default")] = None,
    at: Annotated[Moment | None, Query(description="as things stood then; now by default")] = None,
    area: Annotated[Code | None, Query(description="code of an area of any level")] = None,
    category: Annotated[Code | None, Query(description="minor or major")] = None,
) -> Asked:
    """Read over what figures are asked for."""
    end = until or now
    return await asked_for(
        db,
        by=by,
        since=since or end - USUAL,
        until=end,
        at=min(at or now, now),
        area=area,
        category=category,
    )


Over = Annotated[Asked, Depends(_asked)]


@router.get("")
async def list_indicators(
    _: CanReadIndicators, db: ReadDb, now: Now, at: Moment | None = None
) -> list[IndicatorOut]:
    """List the definitions that are in force, now by default."""
    edition = await edition_at(db, at or now)
    return [IndicatorOut.of(figure) for figure in edition.figures().values()]


@router.get(
    "/{code}",
    response_model=WorkedOut,
    responses={200: {"content": {"text/csv": {}, WORKBOOK: {}}}},
)
async def get_indicator(
    *,
    request: Request,
    code: Code,
    who: CanReadIndicators,
    db: ReadDb,
    asked: Over,
    language: Language,
    f: Literal["json", "csv", "xlsx"] = "json",
) -> Response:
    """Work out an indicator over the cases that the caller may see, in all and for each group.

    The definition is that of `at`.
    """
    edition = await edition_at(db, asked.at)
    worked = await service.work_out(db, edition, code, asked, who=who)
    await db.close()
    if f == "json":
        return Response(WorkedOut.of(worked).model_dump_json(), media_type="application/json")
    await note_export(request, f)
    return await _sheet(worked, language, f)


async def _sheet(worked: Worked, language: str, wanted: str) -> Response:
    columns, rows = export.columns(worked), [*export.rows(worked, language)]
    name = f'attachment; filename="{worked.figure.code}.{wanted}"'
    headers = {"Content-Disposition": name}
    if wanted == "csv":
        return Response(sheet(columns, rows), headers=headers, media_type="text/csv; charset=utf-8")
    book = await asyncio.to_thread(workbook, columns, rows)
    return Response(book, headers=headers, media_type=WORKBOOK)


@router.get("/{code}/cases", response_model=IncidentPage)
async def list_cases(
    *,
    code: Code,
    part: Literal["numerator", "denominator"],
    who: CanReadIndicators,
    db: ReadDb,
    asked: Over,
    cursor: CursorQuery,
    of: Annotated[
        Code | None, Query(description="code of a group of `by`; empty for what belongs to none")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> Response:
    """List the cases behind a number, the newest first; give `at` as the number was asked for."""
    indicator = (await edition_at(db, asked.at)).share(code)
    wanted = Part(part == "numerator", of is not None, of or None)
    page = await service.cases(db, indicator, asked, wanted, who=who, limit=limit, after=cursor)
    following = page.next.text() if page.next else None
    return json_answer({"incidents": [as_json(row) for row in page.rows], "next": following})
