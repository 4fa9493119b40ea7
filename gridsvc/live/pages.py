"""The live board as a page: its map, its filters, and the scripts that the stream fills it with."""

from functools import partial
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.policy import Permission, demand, ground
from gridsvc.auth.principal import Principal
from gridsvc.casework.choices import Choices, areas_for, classes
from gridsvc.http.deps import Now, ReadDb, SettingsDep
from gridsvc.http.language import Language, LanguageCode
from gridsvc.incidents.lifecycle import OPEN, Status
from gridsvc.live.cases import MOST
from gridsvc.reports.drawing import drawn
from gridsvc.reports.frames import outline_layers
from gridsvc.reports.plates import stand_at
from gridsvc.reports.units import Unit
from gridsvc.settings import Settings
from gridsvc.web.page import Viewer, answered, wrapping
from gridsvc.web.words import WORDS
from maps.board import BoardData, render_board
from maps.page import Choice

router = APIRouter(include_in_schema=False)

_NO_LAYER: Final = Unit("", None, "")
"""Above it are the districts and the streets."""


@router.get("/board")
async def board_page(
    *,
    request: Request,
    who: Viewer,
    db: ReadDb,
    now: Now,
    settings: SettingsDep,
    language: Language,
) -> HTMLResponse:
    """Show the open cases as they come and change."""
    demand(who, Permission.INCIDENTS_READ)
    data = await _read(db, who, settings, language, now=now)
    await db.close()
    page = wrapping(request, language, title=("实时态势", "Live board"))
    return answered(await drawn(partial(render_board, data, page)), page)


async def _read(
    db: AsyncSession, who: Principal, settings: Settings, language: LanguageCode, *, now: Now
) -> BoardData:
    chinese, seen = language == "zh", ground(who, Permission.MAPS_VIEW)
    return BoardData(
        areas=await outline_layers(
            db, _NO_LAYER, await stand_at(db, now), now=now, within=seen, chinese=chinese
        ),
        classes=_choices(await classes(db, language, now=now)),
        places=_choices(await areas_for(db, who, now=now)),
        statuses=_choices([(it.value, WORDS[f"status_{it}"][language]) for it in Status]),
        open=frozenset(it.value for it in OPEN),
        waiting=frozenset({Status.FILED.value}),
        most=MOST,
        zone=settings.timezone,
    )


def _choices(listed: Choices) -> tuple[Choice, ...]:
    return tuple(Choice(value=code, label=name) for code, name in listed)
