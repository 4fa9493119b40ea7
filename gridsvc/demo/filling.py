"""Filling an empty database with the demonstration, in one transaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from geodata.generate.city import generate
from geodata.generate.incidents import incidents
from geodata.generate.plan import Scale
from gridsvc.db.session import Database
from gridsvc.demo.calendar import put_calendar
from gridsvc.demo.city import put_city
from gridsvc.demo.desks import fill_desks
from gridsvc.demo.history import put_history
from gridsvc.demo.people import put_importer, put_people
from gridsvc.incidents.service import Desk
from gridsvc.settings import Settings

DAYS = 60
MAP_AGE = timedelta(days=400)
"""The map is older than the oldest incident, as a real one would be."""


async def fill(
    database: Database,
    settings: Settings,
    *,
    scale: Scale,
    passwords: Mapping[str, str],
    now: datetime,
) -> None:
    """Make the city, its past and its logins."""
    city = generate(scale)
    past = incidents(city, days=DAYS, until=now)
    desk = Desk.of(settings)
    async with database.transaction() as db:
        await put_city(db, city, valid_from=now - MAP_AGE)
        await put_calendar(db, desk.calendar, valid_from=now - MAP_AGE)
        who = await put_importer(db)
        await put_history(db, desk, past, who=who, until=now)
        await put_people(db, passwords, now=now)
        await fill_desks(db, desk, now=now)
