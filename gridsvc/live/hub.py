"""Tells all viewers of a web process what changes: one connection listens, each sight is read once.

Nothing is lost between two reads, or while a client was away: each read asks for what the snapshot
of the one before did not have (`gridsvc.live.position`). A notification only wakes.
"""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from gridsvc.auth import repository
from gridsvc.auth.confining import keep_to
from gridsvc.auth.policy import Permission, may
from gridsvc.auth.principal import Principal
from gridsvc.auth.sight import sight_of
from gridsvc.db.session import Database
from gridsvc.errors import DatabaseAway, TooManyRequests
from gridsvc.live.telling import COUNTED_S, tell, waits
from gridsvc.live.viewers import End, Group, Viewer

log = logging.getLogger("gridsvc.live")

CHANNEL: Final = "gridsvc_live"
REST_S: Final = 0.25
"""Between two reads: what happens meanwhile is told together, so that a storm costs no more."""
LOOKED_AGAIN_S: Final = 20.0
"""How often it is asked whether viewers may still see what they see."""
AGAIN_AFTER_S: Final = 1.0
STREAMS: Final = 2_000
STREAMS_OF_ONE: Final = 200
"""So many streams a process holds open, and so many of one account."""
_OUTAGES = (
    asyncpg.InterfaceError,
    asyncpg.PostgresError,
    DatabaseAway,
    OSError,
    SQLAlchemyError,
)


@dataclass(slots=True)
class Hub:
    """The viewers of a web process."""

    database: Database
    clock: Callable[[], datetime]
    groups: dict[str, Group] = field(default_factory=dict)
    """By what their viewers see."""
    _open: Counter[UUID] = field(default_factory=Counter)
    """Streams by account."""
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    def require_room(self, who: Principal) -> None:
        """Refuse another stream where too many are open."""
        if self._open.total() >= STREAMS or self._open[who.account_id] >= STREAMS_OF_ONE:
            raise TooManyRequests(
                "too_many_streams",
                en="Too many streams are open here; close some, or try again in a minute.",
                zh="打开的实时连接过多，请关闭一些，或一分钟后再试。",
                retry_after_s=60,
            )

    def join(self, viewer: Viewer) -> None:
        """Let a viewer be told from its position on, or from the beginning."""
        self._open[viewer.who.account_id] += 1
        group = self.groups.setdefault(sight_of(viewer.who).text(), Group(viewer.who))
        group.viewers.add(viewer)
        if self._stopping:
            viewer.end(End.STOPPING)
        self._woken.set()

    def leave(self, viewer: Viewer) -> None:
        """Forget a viewer whose stream has ended."""
        sight, account = sight_of(viewer.who).text(), viewer.who.account_id
        group = self.groups[sight]
        group.viewers.discard(viewer)
        if not group.viewers:
            del self.groups[sight]
        self._open[account] -= 1
        if not self._open[account]:
            del self._open[account]

    def viewers(self) -> list[Viewer]:
        """List everybody who watches."""
        return [viewer for group in self.groups.values() for viewer in group.viewers]

    def end_all(self, why: End) -> None:
        """End every stream."""
        for group in self.groups.values():
            group.end(why)

    def stop(self) -> None:
        """End every stream for good: the process is about to end, and waits for nobody."""
        self._stopping = True
        self.end_all(End.STOPPING)

    async def run(self) -> None:
        """Tell what changes until cancelled, through outages of the database."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._through_outages(self._listen))
            tasks.create_task(self._through_outages(self._watch))

    async def _through_outages(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except _OUTAGES as error:
                log.warning("nothing is told live at this moment: %s", type(error).__name__)
                self.end_all(End.AWAY)
            except Exception:
                # A defect of ours: it is told in full, and is no reason to tell nobody from now on.
                log.exception("telling live broke off")
                self.end_all(End.AWAY)
            await asyncio.sleep(AGAIN_AFTER_S)

    async def _listen(self) -> None:
        async with self.database.listening(CHANNEL) as told:
            hearing = asyncio.create_task(self._hear(told))
            self._woken.set()
            try:
                while not hearing.done():
                    happened = self._woken.is_set()
                    self._woken.clear()
                    await self.tell_all(waiting=not happened)
                    await asyncio.sleep(REST_S)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._woken.wait(), COUNTED_S)
            finally:
                hearing.cancel()

    async def _hear(self, told: asyncio.Queue[str | None]) -> None:
        while await told.get() is not None:
            self._woken.set()
        self._woken.set()

    async def tell_all(self, *, waiting: bool = False) -> None:
        """Tell every viewer what is new since it was told last; or only those who wait for more.

        What cannot be read for one group keeps no other waiting.
        """
        moment = asyncio.get_running_loop().time()
        for group in list(self.groups.values()):
            if waiting and not waits(group, moment):
                continue
            try:
                await self._tell(group)
            except _OUTAGES as error:
                log.warning("a group is told nothing at this moment: %s", type(error).__name__)
                group.end(End.AWAY)
            except Exception:
                # A defect of ours is told in full; what befalls one group befalls no other.
                log.exception("telling live broke off for a group")
                group.end(End.AWAY)

    async def once(self, viewer: Viewer) -> list[bytes]:
        """Give all that a viewer is to be told now."""
        await self._tell(Group(viewer.who, {viewer}))
        return viewer.taken()

    async def _tell(self, group: Group) -> None:
        async with self.database.sessions() as db:
            keep_to(db, group.who)
            await tell(db, group, now=self.clock(), moment=asyncio.get_running_loop().time())

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOKED_AGAIN_S)
            await self.look_again()

    async def look_again(self) -> None:
        """End the streams of those who may not see any more what they were shown."""
        holders = defaultdict[tuple[str, bytes], list[Viewer]](list)
        for viewer in self.viewers():
            holders[viewer.kind, viewer.secret_hash].append(viewer)
        for (kind, digest), viewers in holders.items():
            async with self.database.sessions() as db:
                who = await repository.principal_by_secret(db, digest, kind=kind, now=self.clock())
            for viewer in viewers:
                if why := _ended(viewer, who):
                    viewer.end(why)


def _ended(viewer: Viewer, who: Principal | None) -> End | None:
    """Tell why a viewer may not go on."""
    if who is None or not may(who, Permission.INCIDENTS_READ):
        return End.SIGNED_OUT
    return None if sight_of(who) == sight_of(viewer.who) else End.CHANGED
