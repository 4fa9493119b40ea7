"""Holds a session to what its caller sees, in the database: whatever a query asks, no more comes.

Each transaction acts as the role of requests (`gridsvc.db.viewer`), for which the policies of the
tables hold, and tells them what the caller sees. Both end with the transaction, so that a pooled
connection never keeps them. Who sees the whole city is held back by nothing, so is not confined.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

from gridsvc.auth.policy import Permission, organisations_of
from gridsvc.auth.principal import Principal
from gridsvc.auth.sight import Sight, sight_of
from gridsvc.db.session import Database
from gridsvc.db.viewer import VIEWER

_CONFINE = text("SELECT set_config('role', :role, true), set_config('gridsvc.sight', :sight, true)")
_RELEASE = text("SELECT set_config('role', 'none', true)")


def keep_to(db: AsyncSession, who: Principal | None) -> None:
    """Confine every transaction of a session from now on; nobody sees nothing."""
    sight = _told(who)
    if sight is None:
        return

    def begun(_: Session, transaction: SessionTransaction, connection: Connection) -> None:
        if not transaction.nested:
            connection.execute(_CONFINE, {"role": VIEWER, "sight": sight})

    event.listen(db.sync_session, "after_begin", begun)


@asynccontextmanager
async def reading(database: Database, who: Principal | None) -> AsyncIterator[AsyncSession]:
    """Open a session whose changes are thrown away, kept to what somebody sees."""
    async with database.sessions() as db:
        keep_to(db, who)
        yield db


async def confine(db: AsyncSession, who: Principal) -> None:
    """Confine the rest of the transaction that a session is in."""
    sight = _told(who)
    if sight is not None:
        await db.execute(_CONFINE, {"role": VIEWER, "sight": sight})


async def release(db: AsyncSession) -> None:
    """Let the rest of the transaction be the service's own: whether the caller may was asked.

    A case can be given out of one's sight, and what is written about it is read by others too.
    """
    await db.execute(_RELEASE)


def _told(who: Principal | None) -> str | None:
    """Write down for the policies what somebody sees; None for all of it."""
    sight = sight_of(who) if who else Sight()
    if sight.everything:
        return None
    inboxes = organisations_of(who, Permission.NOTICES_READ) if who else frozenset()
    own = [str(who.account_id)] if who else []
    return json.dumps({**sight.members(), "inboxes": sorted(map(str, inboxes)), "account": own})
