"""Keeping the maps of the whole city ready: made when the map changes, not when somebody looks.

What is open or double in a city of 15,000 grids takes seconds to find, and its shapes take seconds
to make light. Who sees a part of the city has a map of their own, which is made when they ask.
"""

import logging
from datetime import datetime
from functools import partial

from geodata.errors import GeodataError
from gridsvc.db.session import Database
from gridsvc.reports.coverage import Extent, found_in, read_coverage
from gridsvc.reports.drawing import drawn
from gridsvc.reports.plates import Plate, changes, stand_at
from gridsvc.reports.shapes import plate
from maps.words import Language

log = logging.getLogger("gridsvc.map")


async def make_ready(database: Database, /, *, now: datetime) -> None:
    """Make the maps as they are, and as they will be after their next change that is planned."""
    async with database.sessions() as db:
        planned = [at for at in await changes(db) if at > now]
    for at in (now, *planned[:1]):
        extent, plates = await _read(database, at)
        try:
            await drawn(partial(found_in, extent))
        except GeodataError as error:
            # Whoever looks at it is told more.
            log.warning("what zones leave open or cover twice is not known: %s", error.code)
        for one in plates:
            await drawn(partial(one.packed, Language.ZH))


async def _read(database: Database, at: datetime) -> tuple[Extent, list[Plate]]:
    async with database.sessions() as db:
        extent = await read_coverage(db, at=at, ground=None, chinese=True)
        stand = await stand_at(db, at)
        return extent, [await plate(db, name, stand, at=at, ground=None) for name in stand.releases]
