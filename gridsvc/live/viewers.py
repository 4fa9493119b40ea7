"""Who watches: one viewer for each open stream, and groups of those who see the same."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import orjson

from gridsvc.auth.principal import Principal
from gridsvc.live.position import Position

WAITING: Final = 32
"""So many messages wait for a viewer whose line is slow; a group's viewers share their bytes."""


class End(StrEnum):
    """Why a stream ends; the client may ask again at once, but for `signed_out`."""

    AWAY = "away"
    """The database does not answer: nothing can be said to be true now."""
    BEHIND = "behind"
    """It did not take what it was told."""
    CHANGED = "changed"
    """What its caller may see is another now: what was shown has to go."""
    SIGNED_OUT = "signed_out"
    STOPPING = "stopping"
    """The web process ends."""


def message(event: str, data: Mapping[str, object], position: Position | None = None) -> bytes:
    """Write an event of the stream; with a position it is one to go on from."""
    head = f"id: {position}\n" if position else ""
    return f"{head}event: {event}\ndata: ".encode() + orjson.dumps(data, default=str) + b"\n\n"


@dataclass(slots=True, eq=False)
class Viewer:
    """An open stream: how far it has been told, and what waits to be sent."""

    who: Principal
    kind: str
    secret_hash: bytes
    """Of the credential that it was opened with."""
    position: Position | None
    figures: bytes | None = None
    """As it was told them last."""
    _waiting: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(WAITING))
    _ended: bool = False

    def tell(self, told: bytes) -> None:
        """Let a message wait to be sent; who takes none has to begin anew, and holds no memory."""
        if self._waiting.full():
            self.end(End.BEHIND)
        elif not self._ended:
            self._waiting.put_nowait(told)

    def end(self, why: End) -> None:
        """End the stream: what still waits is not sent."""
        if self._ended:
            return
        self._ended = True
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put_nowait(message("end", {"reason": why}))
        self._waiting.put_nowait(None)

    async def messages(self) -> AsyncIterator[bytes]:
        """Give what is told, until the end."""
        while (told := await self._waiting.get()) is not None:
            yield told

    def taken(self) -> list[bytes]:
        """Take all that waits now."""
        waiting = [self._waiting.get_nowait() for _ in range(self._waiting.qsize())]
        return [told for told in waiting if told is not None]


@dataclass(slots=True, eq=False)
class Group:
    """Viewers who see the same cases: what is read for one is told to all."""

    who: Principal
    """Any of them."""
    viewers: set[Viewer] = field(default_factory=set)
    figures: bytes | None = None
    """As they were told last."""
    counted: float = float("-inf")
    told: float = float("-inf")
    """When, in the time of the event loop, figures were counted and anything was told."""
    changed: bool = True
    """Whether there is news since the figures were counted."""

    def tell(self, said: bytes, *, moment: float) -> None:
        """Tell all of them."""
        self.told = moment
        for viewer in self.viewers:
            viewer.tell(said)

    def end(self, why: End) -> None:
        """End all their streams."""
        for viewer in self.viewers:
            viewer.end(why)

    def by_position(self) -> Mapping[Position | None, Sequence[Viewer]]:
        """Sort them by how far they have been told: nearly always all alike."""
        sorted_in = defaultdict[Position | None, list[Viewer]](list)
        for viewer in self.viewers:
            sorted_in[viewer.position].append(viewer)
        return sorted_in
