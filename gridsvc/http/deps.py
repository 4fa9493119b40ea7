"""What endpoints ask for by type: a session to read, a session to write, the time, the settings.

A session shows no incident that its caller may not see: the database holds it to that.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.confining import keep_to, reading
from gridsvc.http.process import ClientAddress, Now, SettingsDep, StateDep
from gridsvc.http.requires import MaybeCaller
from gridsvc.http.state import state_of

__all__ = [
    "ClientAddress",
    "Now",
    "ReadDb",
    "ServiceDb",
    "SettingsDep",
    "StateDep",
    "WriteDb",
]


async def read_session(request: Request, caller: MaybeCaller) -> AsyncIterator[AsyncSession]:
    """Open a session whose changes are thrown away."""
    async with reading(state_of(request).database, caller) as session:
        yield session


async def write_session(request: Request, caller: MaybeCaller) -> AsyncIterator[AsyncSession]:
    """Open a session that is committed when the endpoint has returned, rolled back if it raised."""
    async with state_of(request).database.sessions() as session:
        keep_to(session, caller)
        async with session.begin():
            yield session


async def service_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Open a session to write that is the service's own, for what shows nobody's incidents."""
    async with state_of(request).database.transaction() as session:
        yield session


# The scope makes FastAPI run what follows `yield` before the response leaves: a commit that fails
# is an error that the client sees, never a 201 for something that was not kept.
ReadDb = Annotated[AsyncSession, Depends(read_session, scope="function")]
ServiceDb = Annotated[AsyncSession, Depends(service_session, scope="function")]
WriteDb = Annotated[AsyncSession, Depends(write_session, scope="function")]
