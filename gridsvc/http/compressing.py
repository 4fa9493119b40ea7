"""Compressed answers, where they are large and keep nothing that their length could tell."""

from typing import Final

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

COMPRESSED: Final = ("/assets/", "/maps/")
"""Elsewhere a page may hold a secret beside what a stranger had put into its address."""
SMALLEST: Final = 1_000
EFFORT: Final = 4
"""More takes twice the time and saves a few parts in a hundred."""


class Compressing:
    """Compresses scripts, styles and maps for clients that take it."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._compressed = GZipMiddleware(app, minimum_size=SMALLEST, compresslevel=EFFORT)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fitting = scope["type"] == "http" and scope["path"].startswith(COMPRESSED)
        await (self._compressed if fitting else self._plain)(scope, receive, send)
