"""Publishing a version of a calendar, and saying who works by it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Area, Layer, Organisation
from gridsvc.calendars.cells import continued, write_hours
from gridsvc.calendars.model import CalendarDay, CalendarUse, CalendarVersion, WorkCalendar
from gridsvc.clock.calendar import Calendar, Hours, SpecialDay
from gridsvc.errors import Conflict, Invalid, NotFound

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Change:
    """What a new version says anew; what is None stays as it was."""

    days: frozenset[SpecialDay] | None = None
    hours: tuple[Hours, ...] | None = None
    horizon: date | None = None
    workday: timedelta | None = None

    def of(self, before: Calendar) -> Calendar:
        """Give the calendar as it is after the change."""
        days = before.days if self.days is None else continued(before.days, self.days)
        return Calendar(
            hours=self.hours or before.hours,
            days=days,
            zone=before.zone,
            horizon=self.horizon or (_end_of_last_year(self.days) if self.days else before.horizon),
            workday=self.workday or before.workday,
        )


def _end_of_last_year(days: Iterable[SpecialDay]) -> date:
    """Whoever names a year's holidays knows them all: the year is known to its end."""
    return date(max(day.date.year for day in days), 12, 31)


async def publish_calendar(
    db: AsyncSession, code: str, calendar: Calendar, *, title: str | None, valid_from: datetime
) -> int:
    """Put a calendar in force from a time on as its next version; give the number of that."""
    calendar_id = await _calendar(db, code, title)
    own = CalendarVersion.calendar_id == calendar_id
    since = await db.scalar(select(func.max(CalendarVersion.valid_from)).where(own))
    if since is not None and valid_from <= since:
        raise Conflict(
            "calendar_exists",
            en=f'Calendar "{code}" has a version from {since.isoformat()} on; the next one must '
            "begin later.",
            zh=f"日历“{code}”已有自 {since.isoformat()} 起生效的版本；新版本须晚于此时间。",
            field="valid_from",
        )
    await db.execute(
        update(CalendarVersion)
        .where(own, CalendarVersion.valid_to.is_(None))
        .values(valid_to=valid_from)
    )
    number = (await db.scalar(select(func.max(CalendarVersion.number)).where(own)) or 0) + 1
    version = CalendarVersion(
        calendar_id=calendar_id,
        number=number,
        valid_from=valid_from,
        zone=calendar.zone.key,
        hours=write_hours(calendar.hours),
        workday_minutes=calendar.workday // MINUTE,
        horizon=calendar.horizon,
    )
    db.add(version)
    await db.flush()
    days = [
        {"version_id": version.id, "day": day.date, "kind": day.kind.value, "name": day.name}
        for day in calendar.days
    ]
    if days:
        await db.execute(insert(CalendarDay), days)
    return number


async def use_calendar(
    db: AsyncSession,
    code: str,
    *,
    organisation: str | None = None,
    area: tuple[str, str] | None = None,
    valid_from: datetime,
) -> None:
    """Have an organisation, an area (level and code) or everybody work by a calendar."""
    calendar_id = await db.scalar(select(WorkCalendar.id).where(WorkCalendar.code == code))
    if calendar_id is None:
        raise unknown_calendar(code)
    organisation_id = await _organisation(db, organisation) if organisation else None
    level, area_code = await _area(db, area) if area else (None, None)
    same: list[ColumnElement[bool]] = [
        CalendarUse.organisation_id.is_not_distinct_from(organisation_id),
        CalendarUse.level.is_not_distinct_from(level),
        CalendarUse.area_code.is_not_distinct_from(area_code),
    ]
    since = await db.scalar(select(func.max(CalendarUse.valid_from)).where(*same))
    if since is not None and valid_from <= since:
        raise Conflict(
            "calendar_in_use",
            en=f"Another calendar is in use there from {since.isoformat()} on; begin later.",
            zh=f"该范围自 {since.isoformat()} 起已使用其他日历；请指定更晚的时间。",
            field="valid_from",
        )
    await db.execute(
        update(CalendarUse).where(*same, CalendarUse.valid_to.is_(None)).values(valid_to=valid_from)
    )
    db.add(
        CalendarUse(
            calendar_id=calendar_id,
            organisation_id=organisation_id,
            level=level,
            area_code=area_code,
            valid_from=valid_from,
        )
    )
    await db.flush()


def unknown_calendar(code: str) -> NotFound:
    """Say that no calendar has a code."""
    return NotFound(
        "unknown_calendar",
        en=f'There is no calendar "{code}"; GET /v1/calendars lists them.',
        zh=f"没有日历“{code}”；可用 GET /v1/calendars 查询。",
    )


async def _calendar(db: AsyncSession, code: str, title: str | None) -> UUID:
    row = await db.scalar(select(WorkCalendar).where(WorkCalendar.code == code))
    if row is None:
        row = WorkCalendar(code=code, title=title or code)
        db.add(row)
    elif title is not None:
        row.title = title
    await db.flush()
    return row.id


async def _organisation(db: AsyncSession, code: str) -> UUID:
    found = await db.scalar(select(Organisation.id).where(Organisation.code == code))
    if found is None:
        raise Invalid(
            "unknown_organisation",
            en=f'There is no organisation "{code}".',
            zh=f"没有单位“{code}”。",
            field="organisation",
        )
    return found


async def _area(db: AsyncSession, area: tuple[str, str]) -> tuple[str, str]:
    level, code = area
    there = select(Area.id).join(Layer, Layer.id == Area.layer_id)
    if await db.scalar(there.where(Layer.level == level, Area.code == code).limit(1)) is None:
        raise Invalid(
            "unknown_area",
            en=f'There is no area "{level}/{code}"; write the level and the code, as in '
            "street/510104001.",
            zh=f"没有区域“{level}/{code}”；请写明层级和代码，如 street/510104001。",
            field="area",
        )
    return area
