"""Calendars over HTTP: when people work, and when a limit runs out."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from gridsvc.calendars import reading
from gridsvc.calendars.schemas import CalendarDaysOut, CalendarOut, DayOut, DeadlineOut
from gridsvc.clock.limit import parse_limit
from gridsvc.http.answers import problems
from gridsvc.http.deps import Now, ReadDb, SettingsDep
from gridsvc.http.requires import CanReadAreas
from gridsvc.http.values import Code, Day, Moment, Text

router = APIRouter(prefix="/v1", tags=["calendars"], responses=problems(401, 403, 422))

At = Annotated[Moment | None, Query(description="as it was then; now by default")]
Wording = Annotated[
    Text,
    Query(
        max_length=100, description="such as 2紧急工作时 or 5 working days", examples=["4工作时"]
    ),
]


@router.get("/calendars")
async def list_calendars(
    _: CanReadAreas, db: ReadDb, settings: SettingsDep, now: Now, at: At = None
) -> list[CalendarOut]:
    """List the calendars in force, each in the version that holds."""
    found = await reading.book(db, settings.zone)
    return [CalendarOut.of(one) for one in found.versions if one.holds(at or now)]


@router.get("/calendars/{code}", responses=problems(404))
async def show_calendar(
    _: CanReadAreas,
    db: ReadDb,
    *,
    settings: SettingsDep,
    now: Now,
    code: Code,
    first: Annotated[Day, Query(alias="from")],
    last: Annotated[Day, Query(alias="to", description="at most 400 days from the first one")],
    at: At = None,
) -> CalendarDaysOut:
    """Show a calendar day by day."""
    version = reading.version_of(await reading.book(db, settings.zone), code, at or now)
    days = [DayOut.of(day) for day in reading.days_between(version.calendar, first, last)]
    return CalendarDaysOut(**CalendarOut.of(version).model_dump(), days=days)


@router.get("/deadline", responses=problems(404))
async def show_deadline(
    _: CanReadAreas,
    db: ReadDb,
    *,
    settings: SettingsDep,
    now: Now,
    limit: Wording,
    start: Annotated[Moment | None, Query(description="now by default")] = None,
    calendar: Annotated[Code | None, Query(description="the one for everybody by default")] = None,
) -> DeadlineOut:
    """Reckon when a limit runs out, and account for every minute until then."""
    found = await reading.book(db, settings.zone)
    asked: datetime = start or now
    if calendar is None:
        chosen = found.in_force(now)
    else:
        chosen = reading.version_of(found, calendar, now).in_force
    told = reading.deadline(chosen.calendar, asked, parse_limit(limit))
    return DeadlineOut.of(told, calendar=chosen.name, zone=chosen.calendar.zone)
