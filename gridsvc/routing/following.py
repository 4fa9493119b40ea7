"""Keeping a process's map the newest: it is read and compiled when it changes, not when asked for.

This saves the first report after a change its wait, and nothing else: what keeps a superseded map
from being used is the check in the transaction that writes a decision. Whatever else is made of the
map can be made anew by the same means.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from gridsvc.db.session import Database
from gridsvc.errors import DatabaseAway
from gridsvc.routing.service import Router

log = logging.getLogger("gridsvc.map")

CHANNEL = "gridsvc_map"
_OUTAGES = (
    asyncpg.InterfaceError,  # raised where the connection is lost before it listens
    asyncpg.PostgresError,
    DatabaseAway,
    OSError,
    SQLAlchemyError,
)
AGAIN_AFTER_S = 1.0
"""How long a lost connection is let rest."""


class Renewal(Protocol):
    """What is to be done whenever the map has changed."""

    def __call__(self, database: Database, /, *, now: datetime) -> Awaitable[None]:
        """Do it, for the map as it is now."""


async def follow(database: Database, renewal: Renewal, clock: Callable[[], datetime]) -> None:
    """Keep what is made of the map the newest until cancelled, through outages of the database."""
    while True:
        try:
            await _follow(database, renewal, clock)
        except _OUTAGES as error:
            log.warning("the map is not followed at this moment: %s", type(error).__name__)
        await asyncio.sleep(AGAIN_AFTER_S)


async def _follow(database: Database, renewal: Renewal, clock: Callable[[], datetime]) -> None:
    async with database.listening(CHANNEL) as told:
        await renewal(database, now=clock())  # for what changed before there was an ear
        while await told.get() is not None:
            if told.empty():  # else the next word is newer
                await renewal(database, now=clock())


async def renew(router: Router, database: Database, *, now: datetime) -> None:
    """Compile the map as it is, and as it will be after its next change that is planned.

    The names are read as they are now.
    """
    async with database.sessions() as db:
        edition = await router.atlas.newest(db)
        planned = [one.valid_from for one in edition.releases if one.valid_from > now]
        for at in (*sorted(planned)[:1], now):
            await router.atlas.view(db, edition, at=at)
        await router.gazetteers.get(db, edition.version, at=now)
