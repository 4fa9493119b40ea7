"""Which map view holds at which time, kept in memory and made anew when the map has changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.catalogue.lookup import catalogue_of
from gridsvc.catalogue.repository import categories
from gridsvc.routing import repository
from gridsvc.routing.borders import Borders
from gridsvc.routing.claims import Claims
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Layer, Release
from gridsvc.routing.snapshot import MapView
from gridsvc.routing.things import any_things
from gridsvc.rules.repository import border_policies, rules, special_days

TRIES = 5
"""How often the map is read anew because it changed while it was read."""
VIEWS_KEPT = 4
"""States of the map that stay compiled; the one in force is nearly always the one asked for."""

ViewKey = frozenset[tuple[UUID, Layer]]
"""What a view is made of: releases, whose areas never change, and the rules of their layers."""


@dataclass(slots=True)
class Atlas:
    """The map of one process. Every method may be called from many requests at once."""

    _edition: Edition | None = None
    _views: dict[ViewKey, MapView] = field(default_factory=dict)
    # The one that was asked for last: the same releases are known sooner than their key is made.
    _latest: tuple[tuple[Release, ...], MapView] | None = None
    # Two locks: compiling a past map takes a while, and no report waits for it.
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _compiling: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def edition(self, db: AsyncSession) -> Edition:
        """Give the edition at hand, reading the first one; it may have been superseded since."""
        return self._edition or await self.refresh(db)

    async def newest(self, db: AsyncSession) -> Edition:
        """Give the edition of this moment, reading it anew only if the map has changed."""
        edition = self._edition
        if edition is not None and edition.version == await repository.map_version(db):
            return edition
        return await self.refresh(db)

    async def refresh(self, db: AsyncSession) -> Edition:
        """Read the map anew, unless another request has just done it."""
        async with _alone(db, self._reading):
            version = await repository.map_version(db)
            if self._edition is not None and self._edition.version == version:
                return self._edition
            self._edition = await _read_whole(db, version)
            return self._edition

    async def view(self, db: AsyncSession, edition: Edition, *, at: datetime) -> MapView:
        """Give the compiled view of what was in force at a time."""
        releases = edition.in_force(at)
        if self._latest is not None and self._latest[0] == releases:
            return self._latest[1]
        key = frozenset((release.id, release.layer) for release in releases)
        if key not in self._views:
            async with _alone(db, self._compiling):
                if key not in self._views:
                    self._keep(key, await _compile(db, releases))
        view = self._use(key)
        self._latest = releases, view
        return view

    def _keep(self, key: ViewKey, view: MapView) -> None:
        while len(self._views) >= VIEWS_KEPT:
            del self._views[next(iter(self._views))]
        self._views[key] = view

    def _use(self, key: ViewKey) -> MapView:
        """Give a view and put it last in line to be dropped."""
        view = self._views.pop(key)
        self._views[key] = view
        return view


@asynccontextmanager
async def _alone(db: AsyncSession, lock: asyncio.Lock) -> AsyncIterator[None]:
    """Let one request at a time read the map."""
    # The connection first: who has the lock must never wait for one that is held by those who
    # wait for the lock.
    await db.connection()
    async with lock:
        yield


async def _read_whole(db: AsyncSession, version: int) -> Edition:
    """Read the map as it was at one moment: until it has not changed meanwhile."""
    for _ in range(TRIES):
        edition = await _read(db, version)
        version = await repository.map_version(db)
        if version == edition.version:
            break
    # An edition that is newer than its number says is read once more when a decision by it is
    # to be kept; only an answer that nobody keeps could be of two moments of a map in turmoil.
    return edition


async def _read(db: AsyncSession, version: int) -> Edition:
    organisations, claims = await repository.claims(db)
    policies = await border_policies(db)
    return Edition(
        version=version,
        releases=tuple(await repository.releases(db)),
        claims=Claims(claims),
        catalogue=catalogue_of(await categories(db)),
        organisations=organisations,
        rules=tuple(await rules(db)),
        special_days=tuple(await special_days(db)),
        borders=await asyncio.to_thread(Borders, policies),
        has_assets=await any_things(db),
    )


async def _compile(db: AsyncSession, releases: tuple[Release, ...]) -> MapView:
    areas, shapes = await repository.areas_of(db, releases)
    # Seconds for a whole city: other requests go on meanwhile.
    return await asyncio.to_thread(MapView, releases, areas, shapes)
