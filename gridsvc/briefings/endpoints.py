"""Briefings over HTTP: which are kept, and one of them as a document or on paper."""

import secrets
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel

from gridsvc.briefings.content import Briefing
from gridsvc.briefings.paper import as_pdf
from gridsvc.briefings.reading import Asked
from gridsvc.briefings.service import briefing_of, fresh, kept_days, sees_city
from gridsvc.briefings.showing import Reader, document
from gridsvc.http.answers import problems
from gridsvc.http.deps import Now, ReadDb, SettingsDep, StateDep
from gridsvc.http.language import Language
from gridsvc.http.requires import CanReadIndicators
from gridsvc.http.values import Day

router = APIRouter(prefix="/v1/briefings", tags=["reports"], responses=problems(401, 403, 422))

MOST = 366


class KeptOut(BaseModel):
    day: date
    made_at: datetime
    html: str
    pdf: str


class BriefingsOut(BaseModel):
    today: date
    kept: list[KeptOut]
    """Of the whole city, the newest first; none for who sees a part of it."""


@router.get("")
async def list_briefings(
    *, who: CanReadIndicators, db: ReadDb, now: Now, settings: SettingsDep
) -> BriefingsOut:
    """List the kept briefings of the whole city; anybody may read today's of what they see."""
    rows = await kept_days(db, who, most=MOST)
    return BriefingsOut(
        today=Asked(who, now, settings).day,
        kept=[
            KeptOut(
                day=row.day,
                made_at=row.made_at,
                html=f"/v1/briefings/{row.day}",
                pdf=f"/v1/briefings/{row.day}.pdf",
            )
            for row in rows
        ],
    )


async def asked_for(
    *,
    day: Day | Literal["today"],
    who: CanReadIndicators,
    db: ReadDb,
    now: Now,
    settings: SettingsDep,
    state: StateDep,
    anew: Annotated[bool, Query(description="today's as things stand now, kept or not")] = False,
) -> Briefing:
    """Read the briefing that is asked for, or make it."""
    asked = Asked(who, now, settings)
    wanted = None if day == "today" else day
    async with state.heavy:
        if anew and wanted in {None, asked.day}:
            briefing = await fresh(db, asked)
        else:
            briefing = await briefing_of(db, wanted, asked)
    await db.close()
    return briefing


async def reader_of(who: CanReadIndicators, language: Language, settings: SettingsDep) -> Reader:
    """Say for whom it is put into words."""
    login = None if sees_city(who) else who.login
    return Reader(language, settings.zone, login, nonce=secrets.token_urlsafe(16))


Wanted = Annotated[Briefing, Depends(asked_for)]
Reading = Annotated[Reader, Depends(reader_of)]


@router.get(
    "/{day}.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, **problems(404, 503)},
)
async def briefing_on_paper(
    *, _: CanReadIndicators, briefing: Wanted, reader: Reading, state: StateDep
) -> Response:
    """Give the briefing of a day, or of `today`, as a PDF."""
    async with state.heavy:
        pdf = await as_pdf(document(briefing, reader))
    name = f"briefing-{briefing.day}.pdf"
    headers = {
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(pdf, headers=headers, media_type="application/pdf")


@router.get(
    "/{day}",
    response_class=HTMLResponse,
    responses=problems(404),
)
async def briefing(*, _: CanReadIndicators, briefing: Wanted, reader: Reading) -> HTMLResponse:
    """Give the briefing of a day, or of `today`, as a document that stands alone.

    Who sees the whole city reads what was made in the morning; who sees a part of it gets today's,
    made of what they see.
    """
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
        f"style-src 'nonce-{reader.nonce}'"
    )
    headers = {"Content-Security-Policy": policy, "Cache-Control": "private, no-store"}
    return HTMLResponse(document(briefing, reader), headers=headers)
