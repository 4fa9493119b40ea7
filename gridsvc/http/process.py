"""What an endpoint asks of its process by type: its parts, the settings, the time."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from gridsvc.http.state import State, state_of
from gridsvc.settings import Settings

_MOMENT = "moment"

# The dependencies are coroutines although they wait for nothing: FastAPI would run plain functions
# in a thread each, which costs more than they do.


async def settings(request: Request) -> Settings:
    """Give the settings of the process."""
    return state_of(request).settings


async def process_state(request: Request) -> State:
    """Give the parts of the process."""
    return state_of(request)


def moment_of(request: Request) -> datetime:
    """Read the time, once for the whole request."""
    if not hasattr(request.state, _MOMENT):
        setattr(request.state, _MOMENT, state_of(request).clock())
    moment: datetime = getattr(request.state, _MOMENT)
    return moment


async def current_time(request: Request) -> datetime:
    """Read the time, as a dependency."""
    return moment_of(request)


def address_of(request: Request) -> str | None:
    """Give the address from which a request came."""
    return request.client.host if request.client else None


async def client_address(request: Request) -> str | None:
    """Give the address from which a request came, as a dependency."""
    return address_of(request)


ClientAddress = Annotated[str | None, Depends(client_address)]
Now = Annotated[datetime, Depends(current_time)]
SettingsDep = Annotated[Settings, Depends(settings)]
StateDep = Annotated[State, Depends(process_state)]
