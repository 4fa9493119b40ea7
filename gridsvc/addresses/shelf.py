"""The gazetteers that a process keeps in memory, read anew when names have changed."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.addresses.gazetteer import Gazetteer
from gridsvc.addresses.repository import Span, map_version, read_gazetteer, span

KEPT = 4
"""Gazetteers that stay in memory; the one in force is nearly always the one asked for."""


@dataclass(slots=True)
class Gazetteers:
    """Names are part of what a map version counts, and most versions leave them as they were.

    Should they change while they are read, they are newer than the version says, and what was
    decided by them is thrown away at the commit, which holds only for the newest version.
    """

    _version: int | None = None
    _spans: list[Span] = field(default_factory=list)
    _kept: dict[tuple[object, ...], Gazetteer] = field(default_factory=dict)
    """The one that was asked for last is last."""
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def get(self, db: AsyncSession, map_version: int, *, at: datetime) -> Gazetteer:
        """Give the names in force at a time, by a version of the map."""
        found = self._find(map_version, at)
        if found is None:
            # The connection first: who has the lock must never wait for one that is held by those
            # who wait for the lock.
            await db.connection()
            async with self._reading:
                found = self._find(map_version, at) or await self._read(db, map_version, at)
        return found

    async def newest(self, db: AsyncSession, *, at: datetime) -> Gazetteer:
        """Give the names in force at a time, as they are known at this moment."""
        return await self.get(db, await map_version(db), at=at)

    def _find(self, map_version: int, at: datetime) -> Gazetteer | None:
        if map_version != self._version:
            return None
        mark = next((span.mark for span in self._spans if span.holds(at)), ())
        found = self._kept.pop(mark, None)
        if found is not None:
            self._kept[mark] = found
        return found

    async def _read(self, db: AsyncSession, map_version: int, at: datetime) -> Gazetteer:
        if map_version != self._version:
            self._version, self._spans = map_version, []
        here = await span(db, at=at)
        found = self._kept.pop(here.mark, None)
        if found is None:
            found = await read_gazetteer(db, at=at)
        while len(self._kept) >= KEPT:
            del self._kept[await self._least_needed(db)]
        self._kept[here.mark] = found
        self._spans = [here, *(span for span in self._spans if span != here)]
        return found

    async def _least_needed(self, db: AsyncSession) -> tuple[object, ...]:
        """Name the one that nobody has asked for the longest; the one in force always stays."""
        now = (await db.execute(select(func.now()))).scalar_one()
        in_force = {span.mark for span in self._spans if span.holds(now)}
        return next(mark for mark in self._kept if mark not in in_force)
