"""Versions of calendars follow each other, and what was published stays as it was."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import MapVersion, Organisation
from gridsvc.calendars.book import area_key
from gridsvc.calendars.model import CalendarDay, CalendarUse, CalendarVersion
from gridsvc.calendars.repository import read_book
from gridsvc.calendars.service import Change, publish_calendar, use_calendar
from gridsvc.clock.calendar import Calendar, DayKind, Hours, SpecialDay
from gridsvc.db.session import Database
from gridsvc.errors import Conflict, Invalid, NotFound
from tests.clock.calendars import NATIONAL_DAY, calendar_of
from tests.factories import BEGAN

LATER = BEGAN + timedelta(days=30)
FULL = Change(hours=(Hours(date.min), Hours(date(2026, 6, 1))), workday=timedelta(hours=7)).of(
    NATIONAL_DAY
)


async def publish(db: AsyncSession, calendar: Calendar, *, first: bool = True) -> int:
    since = BEGAN if first else LATER
    return await publish_calendar(db, "city", calendar, title="市级日历", valid_from=since)


async def test_a_calendar_is_read_as_it_was_published(db: AsyncSession) -> None:
    assert await publish(db, FULL) == 1
    found = (await read_book(db, default=Calendar())).version("city", LATER)
    assert found is not None
    assert (found.title, found.number, found.calendar) == ("市级日历", 1, FULL)


async def test_a_later_version_ends_the_one_before(db: AsyncSession) -> None:
    await publish(db, FULL)
    assert await publish(db, NATIONAL_DAY, first=False) == 2
    book = await read_book(db, default=Calendar())
    before = book.version("city", LATER - timedelta(seconds=1))
    after = book.version("city", LATER)
    assert before is not None
    assert after is not None
    assert (before.calendar, after.calendar) == (FULL, NATIONAL_DAY)
    with pytest.raises(Conflict) as refused:
        await publish(db, FULL, first=False)
    assert refused.value.code == "calendar_exists"


async def test_a_calendar_keeps_its_title_until_it_gets_another(db: AsyncSession) -> None:
    titles = []
    for number, title in enumerate(["甲", None, "乙"]):
        since = BEGAN + timedelta(days=number)
        await publish_calendar(db, "plain", Calendar(), title=title, valid_from=since)
        book = await read_book(db, default=Calendar())
        titles += [one.title for one in book.versions if one.holds(since)]
    assert titles == ["甲", "甲", "乙"]


async def test_who_works_by_it_is_said_from_a_time_on(db: AsyncSession) -> None:
    await publish(db, FULL)
    power = await db.scalar(select(Organisation.id).where(Organisation.code == "power"))
    await use_calendar(db, "city", organisation="power", valid_from=BEGAN)
    await use_calendar(db, "city", area=("street", "S1"), valid_from=BEGAN)
    book = await read_book(db, default=Calendar())
    assert book.in_force(LATER, organisation=power).name == "city/1"
    assert book.in_force(LATER, areas=[area_key("street", "S1")]).name == "city/1"
    assert book.in_force(LATER).name == "default"
    await use_calendar(db, "city", area=("street", "S1"), valid_from=LATER)
    with pytest.raises(Conflict) as refused:
        await use_calendar(db, "city", area=("street", "S1"), valid_from=LATER)
    assert refused.value.code == "calendar_in_use"


async def test_what_is_not_there_is_named(db: AsyncSession) -> None:
    with pytest.raises(NotFound) as no_calendar:
        await use_calendar(db, "none", valid_from=BEGAN)
    assert no_calendar.value.code == "unknown_calendar"
    await publish(db, FULL)
    with pytest.raises(Invalid) as no_body:
        await use_calendar(db, "city", organisation="none", valid_from=BEGAN)
    assert no_body.value.code == "unknown_organisation"
    for place in (("street", "none"), ("", "S1"), ("grid", "S1")):
        with pytest.raises(Invalid) as no_place:
            await use_calendar(db, "city", area=place, valid_from=BEGAN)
        assert no_place.value.code == "unknown_area"


class TestChange:
    def test_what_is_not_named_stays(self) -> None:
        assert Change().of(FULL) == FULL
        before = calendar_of(horizon=date(2026, 6, 30))
        assert Change(workday=timedelta(hours=7)).of(before).horizon == date(2026, 6, 30)

    def test_holidays_make_their_year_known(self) -> None:
        days = frozenset({SpecialDay(date(2027, 1, 1), DayKind.HOLIDAY)})
        before = calendar_of(holidays=[date(2026, 10, 1)], horizon=date(2026, 12, 31))
        after = Change(days=days).of(before)
        assert after.horizon == date(2027, 12, 31)
        assert after.special(date(2026, 10, 1)) is not None
        stated = Change(days=days, horizon=date(2027, 6, 30)).of(before)
        assert stated.horizon == date(2027, 6, 30)


class TestGuards:
    async def test_nothing_published_is_rewritten(self, db: AsyncSession) -> None:
        await publish(db, FULL)
        await use_calendar(db, "city", valid_from=BEGAN)
        await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        for change in (
            update(CalendarVersion).values(horizon=date(2030, 1, 1)),
            update(CalendarDay).values(name="x"),
            delete(CalendarDay),
            update(CalendarUse).values(level="street", area_code="S1"),
            text("TRUNCATE calendar_day"),
        ):
            with pytest.raises(IntegrityError):
                async with db.begin_nested():
                    await db.execute(change)

    async def test_a_new_version_makes_a_new_version_of_the_map(self, database: Database) -> None:
        """So that no report keeps a due time of a calendar that has been superseded."""
        async with database.sessions() as db:
            before = await db.scalar(select(MapVersion.number))
            await publish(db, FULL)
            await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            assert await db.scalar(select(MapVersion.number)) == (before or 0) + 1
