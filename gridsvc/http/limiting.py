"""Turns away an address that asks too much, before anything is read or looked up for it."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from gridsvc.db.clock import utc_now
from gridsvc.errors import TooManyRequests
from gridsvc.http.problems import own_error
from gridsvc.http.state import state_of

ALWAYS = frozenset({"/healthz", "/readyz"})
"""Who asks whether the service is well is always answered."""


class AddressLimit:
    """Counts requests by the address that they come from."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] == "http" and scope["path"] not in ALWAYS:
            request = Request(scope)
            address = request.client.host if request.client else None
            try:
                state_of(request).addresses.spend(address, now=utc_now())
            except TooManyRequests as error:
                app = await own_error(request, error)
        await app(scope, receive, send)
