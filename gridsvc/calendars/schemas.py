"""Calendars as they go over the wire."""

from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from gridsvc.calendars.book import Version
from gridsvc.calendars.cells import write_hours, write_periods
from gridsvc.calendars.reading import Day, Deadline
from gridsvc.clock.spans import Span

MINUTE = timedelta(minutes=1)
PeriodOut = tuple[str, str]


class HoursOut(BaseModel):
    since: date | None = Field(description="the day from which they hold; ever, if none")
    week: list[list[PeriodOut]] = Field(description="from Monday on")
    makeup: list[PeriodOut] = Field(description="of a day worked whatever its weekday (调休)")


class CalendarOut(BaseModel):
    code: str
    title: str
    version: int
    zone: str
    valid_from: datetime
    horizon: date | None = Field(description="the last day whose holidays are known")
    workday_minutes: int = Field(description="what one 工作日 counts for")
    hours: list[HoursOut]

    @classmethod
    def of(cls, version: Version) -> Self:
        calendar = version.calendar
        return cls(
            code=version.code,
            title=version.title,
            version=version.number,
            zone=calendar.zone.key,
            valid_from=version.valid_from.astimezone(calendar.zone),
            horizon=calendar.horizon,
            workday_minutes=calendar.workday // MINUTE,
            hours=[HoursOut.model_validate(one) for one in write_hours(calendar.hours)],
        )


class DayOut(BaseModel):
    date: date
    kind: str = Field(description="`working` or `rest` by its weekday, `holiday`, `workday` (调休)")
    name: str
    periods: list[PeriodOut]
    known: bool = Field(description="whether the holidays of its year are known")

    @classmethod
    def of(cls, day: Day) -> Self:
        periods = [(start, end) for start, end in write_periods(day.periods)]
        return cls(date=day.date, kind=day.kind, name=day.name, periods=periods, known=day.known)


class CalendarDaysOut(CalendarOut):
    days: list[DayOut]


class SpanOut(BaseModel):
    begins: datetime
    ends: datetime
    counted_minutes: float
    why: str
    en: str
    zh: str

    @classmethod
    def of(cls, span: Span, zone: ZoneInfo) -> Self:
        return cls(
            begins=span.begins.astimezone(zone),
            ends=span.ends.astimezone(zone),
            counted_minutes=span.counted / MINUTE,
            why=span.why.value,
            en=span.en(zone),
            zh=span.zh(zone),
        )


class DeadlineOut(BaseModel):
    due_at: datetime
    calendar: str = Field(description="code and version of the calendar, or `default`")
    unit: str
    value: float
    known: bool = Field(description="whether the holidays until then are known")
    spans: list[SpanOut]

    @classmethod
    def of(cls, found: Deadline, *, calendar: str, zone: ZoneInfo) -> Self:
        return cls(
            due_at=found.due.astimezone(zone),
            calendar=calendar,
            unit=found.limit.unit.value,
            value=found.limit.value,
            known=found.known,
            spans=[SpanOut.of(span, zone) for span in found.spans],
        )
