"""Reading calendars for the endpoints: which there are, what days are like, a deadline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.calendars.book import Book, Version
from gridsvc.calendars.repository import read_book
from gridsvc.calendars.service import unknown_calendar
from gridsvc.clock.calendar import DAY, Calendar, Periods
from gridsvc.clock.deadline import add
from gridsvc.clock.limit import Limit
from gridsvc.clock.spans import Span, spans
from gridsvc.errors import Invalid

MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Day:
    """One day as it is worked."""

    date: date
    kind: str
    """`working` or `rest` as its weekday says, or what makes it special."""
    name: str
    periods: Periods
    known: bool
    """Whether its year's holidays are known."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit runs out, and what happened to every minute until then."""

    limit: Limit
    due: datetime
    known: bool
    spans: Sequence[Span]


async def book(db: AsyncSession, zone: ZoneInfo) -> Book:
    """Read all calendars."""
    return await read_book(db, default=Calendar(zone=zone))


def version_of(book: Book, code: str, at: datetime) -> Version:
    """Find a calendar as it is at a time."""
    found = book.version(code, at)
    if found is None:
        raise unknown_calendar(code)
    return found


def days_between(calendar: Calendar, first: date, last: date) -> Sequence[Day]:
    """List the days of a stretch, both ends in it."""
    if not first <= last < first + MOST_DAYS * DAY:
        raise Invalid(
            "day_range",
            en=f"`from` must not be after `to`, nor more than {MOST_DAYS} days before it.",
            zh=f"from 不得晚于 to，且相隔不超过 {MOST_DAYS} 天。",
            field="to",
        )
    return [_day(calendar, first + n * DAY) for n in range((last - first).days + 1)]


def deadline(calendar: Calendar, start: datetime, limit: Limit) -> Deadline:
    """Reckon a deadline and account for the time until then."""
    due, working = add(start, limit, calendar), limit.unit.is_working
    if due - start > MOST_DAYS * DAY:
        raise Invalid(
            "deadline_far",
            en=f"It is due on {due:%Y-%m-%d}: a stretch of more than {MOST_DAYS} days is not told "
            "minute by minute.",
            zh=f"到期日为 {due:%Y-%m-%d}：超过 {MOST_DAYS} 天的时段不逐段说明。",
            field="limit",
        )
    return Deadline(
        limit=limit,
        due=due,
        known=not working or _is_known(calendar, due.date()),
        spans=spans(start, due, calendar, working=working),
    )


def _day(calendar: Calendar, day: date) -> Day:
    special, periods = calendar.special(day), calendar.periods(day)
    ordinary = "working" if periods else "rest"
    return Day(
        date=day,
        kind=special.kind.value if special else ordinary,
        name=special.name if special else "",
        periods=periods,
        known=_is_known(calendar, day),
    )


def _is_known(calendar: Calendar, day: date) -> bool:
    return calendar.horizon is not None and day <= calendar.horizon
