"""What endpoints ask for by type: a session to read, a session to write, the time, the settings."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.db.clock import utc_now
from gridsvc.http.state import State, state_of
from gridsvc.settings import Settings


async def read_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Open a session whose changes are thrown away."""
    async with state_of(request).database.sessions() as session:
        yield session


async def write_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Open a session that is committed when the endpoint has returned, rolled back if it raised."""
    async with state_of(request).database.transaction() as session:
        yield session


# The dependencies are coroutines although they wait for nothing: FastAPI would run plain functions
# in a thread each, which costs more than they do.


async def settings(request: Request) -> Settings:
    """Give the settings of the process."""
    return state_of(request).settings


async def process_state(request: Request) -> State:
    """Give the parts of the process."""
    return state_of(request)


async def current_time() -> datetime:
    """Read the time, once for the whole request."""
    return utc_now()


# The scope makes FastAPI run what follows `yield` before the response leaves: a commit that fails
# is an error that the client sees, never a 201 for something that was not kept.
ReadDb = Annotated[AsyncSession, Depends(read_session, scope="function")]
WriteDb = Annotated[AsyncSession, Depends(write_session, scope="function")]
Now = Annotated[datetime, Depends(current_time)]
SettingsDep = Annotated[Settings, Depends(settings)]
StateDep = Annotated[State, Depends(process_state)]
