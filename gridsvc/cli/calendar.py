"""`gridsvc calendar`: load a working calendar, say who works by it, see what that means."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.calendars.cells import WEEKDAYS, days_from, hours_from
from gridsvc.calendars.repository import read_book
from gridsvc.calendars.service import Change, publish_calendar, use_calendar
from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import opened
from gridsvc.cli.language import say
from gridsvc.cli.rows import Column, read_rows
from gridsvc.clock.calendar import Calendar, DayKind
from gridsvc.clock.typed import parse_time
from gridsvc.db.clock import utc_now
from gridsvc.errors import Invalid
from gridsvc.incidents.deadlines import Review, owed, review
from gridsvc.incidents.reckoning import Order, reckon
from gridsvc.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Working calendars: load, use, check.")

DAY_COLUMNS = (
    Column(name="date"),
    Column(name="until", required=False),
    Column(name="kind", allowed=tuple(DayKind)),
    Column(name="name", required=False),
)
HOUR_COLUMNS = (
    Column(name="since", required=False),
    Column(name="weekday", allowed=WEEKDAYS),
    Column(name="start"),
    Column(name="end"),
)
SHOWN = 20
"""How many deadlines of one kind are printed."""

Code = Annotated[str, typer.Argument(help="Code of the calendar.")]
Since = Annotated[str | None, typer.Option(help="Date or time from which it holds; now if none.")]


@app.command()
def load(
    code: Code,
    *,
    days: Annotated[
        Path | None, typer.Option(help="Holidays and make-up days: CSV in UTF-8, or .xlsx.")
    ] = None,
    hours: Annotated[
        Path | None, typer.Option(help="Working periods: CSV in UTF-8, or .xlsx.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of the calendar.")] = None,
    horizon: Annotated[
        str | None, typer.Option(help="Last day whose holidays are known; else the year's end.")
    ] = None,
    workday_minutes: Annotated[
        int | None, typer.Option(min=1, max=1440, help="What one 工作日 counts for; 480 at first.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Of CSV files that are not in UTF-8, such as gb18030.")
    ] = None,
    valid_from: Since = None,
    dry_run: Annotated[bool, typer.Option(help="Say what would move; write nothing.")] = False,
) -> None:
    """Put the next version of a calendar in force; what is not named stays as it was."""
    settings = read_settings()
    since = utc_now() if valid_from is None else parse_time(valid_from, settings.zone)
    change = Change(
        days=days_from(read_rows(days, DAY_COLUMNS, encoding=encoding)) if days else None,
        hours=hours_from(read_rows(hours, HOUR_COLUMNS, encoding=encoding)) if hours else None,
        horizon=_day(horizon) if horizon else None,
        workday=timedelta(minutes=workday_minutes) if workday_minutes else None,
    )

    async def put(db: AsyncSession) -> None:
        book = await read_book(db, default=Calendar(zone=settings.zone))
        before = book.version(code, since)
        calendar = change.of(before.calendar if before else book.default)
        number = await publish_calendar(db, code, calendar, title=title, valid_from=since)
        say(
            f"Calendar {code}, version {number}: {len(calendar.days)} special days, "
            f"known to {calendar.horizon or 'no day'}.",
            f"日历 {code} 第 {number} 版：特殊日期 {len(calendar.days)} 天，"
            f"已知至 {calendar.horizon or '无'}。",
        )
        await _tell(db, settings, at=since)

    asyncio.run(_run(put, keep=not dry_run))


@app.command()
def use(
    code: Code,
    *,
    organisation: Annotated[
        str | None, typer.Option(help="Code of who works by it; everybody, if nothing is named.")
    ] = None,
    area: Annotated[
        str | None, typer.Option(help="Where, as level/code: street/510104001.")
    ] = None,
    valid_from: Since = None,
    dry_run: Annotated[bool, typer.Option(help="Say what would move; write nothing.")] = False,
) -> None:
    """Have an organisation, an area or everybody work by a calendar."""
    settings = read_settings()
    since = utc_now() if valid_from is None else parse_time(valid_from, settings.zone)
    place = _area(area) if area else None

    async def put(db: AsyncSession) -> None:
        await use_calendar(db, code, organisation=organisation, area=place, valid_from=since)
        await _tell(db, settings, at=since)

    asyncio.run(_run(put, keep=not dry_run))


@app.command()
def check() -> None:
    """List deadlines that calendars put elsewhere, or that lie past the last known day."""
    settings, found = read_settings(), list[Review]()

    async def look(db: AsyncSession) -> None:
        found.append(await _tell(db, settings, at=utc_now()))

    asyncio.run(_run(look, keep=False))
    if found[0].past:
        raise typer.Exit(1)


@app.command()
def recompute(
    *,
    login: Annotated[str, typer.Option("--as", help="Login of whoever orders it.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept with each case.")],
) -> None:
    """Move the deadlines that run to where the calendars have them now; their owners are told."""
    moved = asyncio.run(_move(Order(login, reason, utc_now()), read_settings()))
    say(f"{moved:,} deadlines have moved.", f"已调整 {moved:,} 个时限。")


async def _move(order: Order, settings: Settings) -> int:
    total, more = 0, True
    async with opened(settings) as database:
        while more:
            async with database.transaction() as db:
                moved = await reckon(db, order, default=Calendar(zone=settings.zone))
            total, more = total + moved, moved > 0
    return total


async def _run(work: Callable[[AsyncSession], Awaitable[None]], *, keep: bool) -> None:
    async with opened(read_settings()) as database:
        if keep:
            async with database.transaction() as db:
                await work(db)
            return
        async with database.sessions() as db:
            await work(db)


async def _tell(db: AsyncSession, settings: Settings, *, at: datetime) -> Review:
    book = await read_book(db, default=Calendar(zone=settings.zone))
    found = review(await owed(db), book, at=at)
    say(f"{found.total:,} deadlines run.", f"运行中的时限 {found.total:,} 个。")
    for one in list(chain.from_iterable(found.moved.values()))[:SHOWN]:
        typer.echo(f"{one.key}: {_minute(one.due, settings)} > {_minute(one.would_be, settings)}")
    say(
        f"{found.moving:,} of them would be due at another time.",
        f"其中 {found.moving:,} 个的到期时间将改变。",
    )
    for name, running in found.past.items():
        say(
            f"ALARM: {len(running):,} fall due after the last day that calendar {name} knows; "
            "load the next year's days.",
            f"警报：{len(running):,} 个时限晚于日历 {name} 的已知日期；请载入下一年度的节假日。",
        )
    return found


def _minute(moment: datetime, settings: Settings) -> str:
    return f"{moment.astimezone(settings.zone):%Y-%m-%d %H:%M}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            "invalid_day",
            en=f"{text!r} is no day; write 2026-12-31.",
            zh=f"{text!r} 不是日期；请写作 2026-12-31。",
            field="horizon",
        ) from None


def _area(text: str) -> tuple[str, str]:
    level, _, code = text.partition("/")
    return level, code
