"""The demonstration's working calendar: the public holidays of two years, as announced."""

import csv
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.calendars.cells import days_from
from gridsvc.calendars.service import Change, publish_calendar, use_calendar
from gridsvc.clock.calendar import Calendar

FILE = Path(__file__).with_name("public_holidays.csv")
"""The 国务院办公厅's notices on the holidays of 2025 and 2026, day by day."""


async def put_calendar(db: AsyncSession, before: Calendar, *, valid_from: datetime) -> None:
    """Have everybody work by the public holidays from a time on."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        days = days_from([*csv.DictReader(lines)])
    calendar = Change(days=days).of(before)
    await publish_calendar(db, "city", calendar, title="市级工作日历", valid_from=valid_from)
    await use_calendar(db, "city", valid_from=valid_from)
