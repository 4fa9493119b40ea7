"""The stream of cases over HTTP: server-sent events."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response, StreamingResponse

from gridsvc.auth.service import secret_hash
from gridsvc.http.answers import problems
from gridsvc.http.deps import Now
from gridsvc.http.requires import CanReadIncidents, PresentedSecret
from gridsvc.live.hub import Hub
from gridsvc.live.position import Position
from gridsvc.live.telling import hello
from gridsvc.live.viewers import Viewer

router = APIRouter(prefix="/v1/live", tags=["incidents"], responses=problems(401, 403, 422, 429))

MEDIA_TYPE = "text/event-stream"
_HEADERS = {
    # A proxy that gathers or packs what it passes on would keep it from who waits for it.
    "Cache-Control": "private, no-store, no-transform",
    "X-Accel-Buffering": "no",
}


async def hub_of(request: Request) -> Hub:
    """Give the hub of the process."""
    hub: Hub = request.app.state.live
    return hub


HubDep = Annotated[Hub, Depends(hub_of)]
LastId = Annotated[str | None, Header(alias="Last-Event-ID", max_length=20_000)]


@router.get(
    "",
    response_class=StreamingResponse,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
)
async def live(
    *,
    who: CanReadIncidents,
    given: PresentedSecret,
    hub: HubDep,
    now: Now,
    last: LastId = None,
    once: Annotated[bool, Query(description="end when everything of now has been told")] = False,
) -> Response:
    """Tell the open cases that the caller sees, and from then on whatever changes.

    `board` has the newest open ones, `changes` those that are new or other than before (`cases`)
    and the ids of those that left the caller's sight (`gone`), `figures` how many are open. A
    client that comes back with the id of the last event is told what changed meanwhile; what it
    names may be told twice.
    """
    assert given is not None  # noqa: S101 - there is a caller, who came with something
    position = Position.read(last, now=now)
    viewer = Viewer(who, given.kind, secret_hash(given.secret), position)
    if once:
        told = b"".join([hello(now), *await hub.once(viewer)])
        return Response(told, media_type=MEDIA_TYPE, headers=_HEADERS)
    hub.require_room(who)
    return StreamingResponse(_stream(hub, viewer), media_type=MEDIA_TYPE, headers=_HEADERS)


async def _stream(hub: Hub, viewer: Viewer) -> AsyncIterator[bytes]:
    # Joined by the stream itself: one that nobody begins to read would never leave.
    hub.join(viewer)
    try:
        yield hello(hub.clock())
        async for told in viewer.messages():
            yield told
    finally:
        hub.leave(viewer)
