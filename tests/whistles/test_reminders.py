"""Reminders of who has yet to come: each rings once, and only while it is needed."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from gridsvc.calendars.service import publish_calendar, use_calendar
from gridsvc.clock.calendar import Calendar
from gridsvc.db.clock import utc_now
from gridsvc.notices.model import Notice
from gridsvc.whistles.reminders import ring_whistles
from tests.factories import BEGAN
from tests.fixtures.web import ClientOf
from tests.whistles.calls import ASTRIDE, act, blown, position

MINUTE = timedelta(minutes=1)


async def rung(db: AsyncSession, after: int) -> Counter[str]:
    """Ring what is due some minutes from now, twice; give what was told to whom in all."""
    for _ in range(2):
        await ring_whistles(db, now=utc_now() + after * MINUTE)
    kinds = select(Notice.kind).where(Notice.kind.contains("report_in:"))
    return Counter(await db.scalars(kinds))


async def test_who_does_not_come_is_told_then_the_street_then_the_level_above(
    street: httpx.AsyncClient, client_of: ClientOf, border: dict[str, Any], db: AsyncSession
) -> None:
    made = await blown(street, "law1", "s2", **ASTRIDE, kind="emergency")
    assert await rung(db, 23) == {}
    assert await rung(db, 25) == {"yellow:report_in:law1": 1, "yellow:report_in:s2": 1}
    law1 = await client_of(Role.DEPARTMENT_HANDLER, organisation=border["law1"])
    away = await act(law1, made, "calls/law1/report-in", position(0.5, 0.5))
    assert away.status_code == 200, "what is reported from elsewhere is no coming"
    both = {"overdue:report_in:law1": 2, "overdue:report_in:s2": 2}
    told = await rung(db, 31)
    assert {kind: told[kind] for kind in both} == both
    assert (await act(law1, made, "calls/law1/report-in", position(1.95, 0.6))).status_code == 200
    told = await rung(db, 61)
    assert told["escalated:report_in:law1"] == 0
    # The street office that is called, who called it, and the city above the office.
    assert told["escalated:report_in:s2"] == 3
    assert sum((await rung(db, 100_000)).values()) == sum(told.values())


async def test_what_was_cancelled_reminds_nobody(
    street: httpx.AsyncClient, db: AsyncSession
) -> None:
    made = await blown(street, "law1", **ASTRIDE, kind="emergency")
    await act(street, made, "cancel", {"note": "误吹"})
    assert await rung(db, 61) == {}


async def test_each_has_the_limit_by_its_own_calendar(
    street: httpx.AsyncClient, db: AsyncSession
) -> None:
    short = Calendar(workday=timedelta(hours=1))
    await publish_calendar(db, "law", short, title=None, valid_from=BEGAN)
    await use_calendar(db, "law", organisation="law1", valid_from=BEGAN)
    await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    await db.commit()
    made = await blown(street, "law1", "law2", **ASTRIDE, kind="daily")
    first, second = (datetime.fromisoformat(it["due"]) for it in made["calls"])
    assert first < second
    told = await db.execute(text("SELECT calendar FROM whistle_call ORDER BY due"))
    assert [row.calendar for row in told] == ["law/1", "default"]
