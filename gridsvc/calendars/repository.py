"""Calendars in the database, read as plain values."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.calendars.book import Book, Version, area_key
from gridsvc.calendars.cells import read_hours
from gridsvc.calendars.model import CalendarDay, CalendarUse, CalendarVersion, WorkCalendar
from gridsvc.clock.calendar import Calendar, DayKind, SpecialDay
from gridsvc.clock.choice import Use


async def read_book(db: AsyncSession, *, default: Calendar) -> Book:
    """Read all calendars, past versions too."""
    parents = await db.execute(select(Organisation.id, Organisation.parent_id))
    return Book(
        default=default,
        versions=await _versions(db),
        uses=await _uses(db),
        parents={row.id: row.parent_id for row in parents},
    )


async def _versions(db: AsyncSession) -> Sequence[Version]:
    days = await _days(db)
    rows = await db.execute(
        select(CalendarVersion, WorkCalendar)
        .join(WorkCalendar, WorkCalendar.id == CalendarVersion.calendar_id)
        .order_by(WorkCalendar.code, CalendarVersion.number)
    )
    return [
        Version(
            code=calendar.code,
            title=calendar.title,
            number=version.number,
            valid_from=version.valid_from,
            valid_to=version.valid_to,
            calendar=_calendar(version, days.get(version.id, frozenset())),
        )
        for version, calendar in rows
    ]


async def _days(db: AsyncSession) -> Mapping[UUID, frozenset[SpecialDay]]:
    days: dict[UUID, set[SpecialDay]] = defaultdict(set)
    for row in await db.scalars(select(CalendarDay)):
        days[row.version_id].add(SpecialDay(row.day, DayKind(row.kind), row.name))
    return {version: frozenset(listed) for version, listed in days.items()}


def _calendar(version: CalendarVersion, days: frozenset[SpecialDay]) -> Calendar:
    return Calendar(
        hours=read_hours(version.hours),
        days=days,
        zone=ZoneInfo(version.zone),
        horizon=version.horizon,
        workday=timedelta(minutes=version.workday_minutes),
    )


async def _uses(db: AsyncSession) -> Sequence[Use]:
    rows = await db.execute(
        select(CalendarUse, WorkCalendar.code).join(
            WorkCalendar, WorkCalendar.id == CalendarUse.calendar_id
        )
    )
    return [
        Use(
            calendar=code,
            valid_from=use.valid_from,
            valid_to=use.valid_to,
            organisation=str(use.organisation_id) if use.organisation_id else None,
            area=area_key(use.level, use.area_code) if use.level and use.area_code else None,
        )
        for use, code in rows
    ]
