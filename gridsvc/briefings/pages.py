"""The page that leads to the briefings."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from gridsvc.auth.policy import Permission
from gridsvc.briefings.service import kept_days
from gridsvc.http.deps import ReadDb, SettingsDep
from gridsvc.planning.desk import Desk, seat

router = APIRouter(include_in_schema=False)

MOST = 60

AtBriefings = Annotated[Desk, Depends(seat(Permission.INDICATORS_READ))]
"""Whoever reads figures, at a page."""


@router.get("/briefings")
async def briefings_page(*, desk: AtBriefings, db: ReadDb, settings: SettingsDep) -> HTMLResponse:
    """List the kept briefings, and lead to that of this moment."""
    rows = await kept_days(db, desk.who, most=MOST)
    return desk.page(
        "briefings.html",
        kept=[{"day": row.day.isoformat(), "made": desk.clock.civil(row.made_at)} for row in rows],
        time=f"{settings.briefing_time:%H:%M}",
    )
