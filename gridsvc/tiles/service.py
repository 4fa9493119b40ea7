"""One tile for one viewer: what it is made from, which version that is, how long it may be kept.

Reads only.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.confining import reading
from gridsvc.auth.policy import Permission, demand, ground
from gridsvc.auth.principal import Principal
from gridsvc.auth.sight import sight_of
from gridsvc.db.session import Database
from gridsvc.routing.repository import map_version
from gridsvc.settings import Settings
from gridsvc.tiles import incidents, workload
from gridsvc.tiles.areas import area_tile, codes_seen, number_tile
from gridsvc.tiles.collections import LASTING, NEEDED, Collection, Kind, Shown, chosen, shown
from gridsvc.tiles.components import component_tile
from gridsvc.tiles.coverage import coverage_tile, read_pieces
from gridsvc.tiles.incidents import incident_tile
from gridsvc.tiles.matrix import Tile
from gridsvc.tiles.shelf import Made, Shelf, packed
from gridsvc.tiles.workload import ALL_WORK, Work, numbers_of, unit_of

T = TypeVar("T")

FRESH_S = 15
"""How long what changes by itself, because time passes, is taken for unchanged."""
REMEMBERED = timedelta(seconds=1)
"""How long it is taken for true what the newest state is, by whoever asks for that state."""
MOST_LOOKS = 10_000
MOST_PARTS = 50
FOR_EVER = "private, max-age=31536000, immutable"
A_MOMENT = f"private, max-age={FRESH_S}"
ASK_AGAIN = "private, no-cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Who looks, when, and at which work, if it is that."""

    who: Principal
    now: datetime
    settings: Settings
    work: Work = ALL_WORK


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What somebody looks at, and which state of it that is."""

    collection: Collection
    shown: Shown
    version: str
    """Another one as soon as anything changes that this viewer sees."""
    looking: Looking


async def look(db: AsyncSession, name: str, looking: Looking) -> View:
    """Find a collection as it is now."""
    found = await shown(db, at=looking.now)
    collection = chosen(found, name, looking.who)
    state = await _state_of(db, collection, found)
    told = [collection.name, sees(looking.who), *state, str(looking.work.members())]
    version = hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
    return View(collection=collection, shown=found, version=version, looking=looking)


async def _state_of(db: AsyncSession, collection: Collection, found: Shown) -> list[str]:
    match collection.kind:
        case Kind.AREAS | Kind.COVERAGE:
            return [found.digest]
        case Kind.COMPONENTS:
            return [str(await map_version(db))]
        case Kind.INCIDENTS:
            return [await incidents.version(db)]
        case Kind.WORKLOAD:
            return [found.digest, await incidents.version(db)]


def sees(who: Principal) -> str:
    """Write down all that decides what somebody is shown."""
    seen = ground(who, Permission.MAPS_VIEW)
    on_maps = ["*"] if seen is None else sorted(f"{it.level}/{it.code}" for it in seen)
    return "\n".join([*on_maps, sight_of(who).text()])


@dataclass(slots=True)
class Memory:
    """What one web process remembers: tiles, what they are made of, who just looked at what."""

    shelf: Shelf = field(default_factory=Shelf)
    _looks: dict[Hashable, View] = field(default_factory=dict)
    _parts: dict[Hashable, Any] = field(default_factory=dict)
    _turns: dict[Hashable, asyncio.Lock] = field(default_factory=dict)

    def find(self, name: str, looking: Looking) -> View | None:
        """Recall what somebody who sees the same has just looked at."""
        seen = self._looks.get(_key(name, looking))
        recent = seen is not None and looking.now - seen.looking.now < REMEMBERED
        return seen if recent else None

    def keep(self, view: View) -> None:
        """Remember a look."""
        if len(self._looks) >= MOST_LOOKS:
            self._looks.clear()
        self._looks[_key(view.collection.name, view.looking)] = view

    async def part(self, view: View, make: Callable[[], Awaitable[T]]) -> T:
        """Make what all tiles of a view have in common once; other views need not wait for it."""
        key = (view.version, _moment(view))
        if key not in self._parts:
            try:
                async with self._turns.setdefault(key, asyncio.Lock()):
                    if key not in self._parts:
                        self._put(key, await make())
            finally:
                self._turns.pop(key, None)
        found: T = self._parts[key]
        return found

    def _put(self, key: Hashable, part: object) -> None:
        while len(self._parts) >= MOST_PARTS:
            del self._parts[next(iter(self._parts))]
        self._parts[key] = part


def _key(name: str, looking: Looking) -> Hashable:
    return name, sees(looking.who), looking.work


async def look_again(
    database: Database, name: str, looking: Looking, *, asked: str | None, memory: Memory
) -> View:
    """Find a collection; in the state that was asked for, if it was still that a moment ago.

    A map asks for dozens of tiles at once, and means the same state with all of them.
    """
    seen = memory.find(name, looking)
    if seen is not None and seen.version == asked:
        demand(looking.who, NEEDED[seen.collection.kind])
        return replace(seen, looking=looking)
    async with reading(database, looking.who) as db:
        view = await look(db, name, looking)
    memory.keep(view)
    return view


def keeping(view: View, asked: str | None) -> str:
    """Say how long a browser may keep a tile that was asked for with a version."""
    if asked != view.version:
        return ASK_AGAIN
    return FOR_EVER if view.collection.kind in LASTING else A_MOMENT


async def made(
    database: Database, view: View, tile: Tile, *, encoding: str | None, memory: Memory
) -> Made:
    """Give a tile: from the shelf, or drawn now."""
    key: Hashable = (view.version, _moment(view), tile, encoding)
    found = memory.shelf.find(key)
    if found is None:
        found = packed(await _drawn(database, view, tile, memory), encoding)
        memory.shelf.keep(key, found)
    return found


def _moment(view: View) -> int:
    """Tell apart times between which something may have become overdue, begun or ended."""
    if view.collection.kind in LASTING:
        return 0
    return int(view.looking.now.timestamp()) // FRESH_S


async def _drawn(database: Database, view: View, tile: Tile, memory: Memory) -> bytes:
    """Draw a tile of what is confined already, or of what everybody sees who sees maps at all."""
    who, now = view.looking.who, view.looking.now
    if view.collection.kind is Kind.INCIDENTS:
        return await incident_tile(database, tile, who=who, now=now)
    part: Any = None
    if _has_part(view):
        part = await memory.part(view, lambda: _part(database, view))
    async with database.straight() as alone:
        match view.collection.kind:
            case Kind.COMPONENTS:
                return await component_tile(alone, tile, at=now)
            case Kind.COVERAGE:
                return await coverage_tile(alone, part, tile)
            case Kind.WORKLOAD:
                layer, numbers = part
                return await number_tile(alone, layer, tile, name=workload.NAME, numbers=numbers)
            case _:
                return await area_tile(alone, view.collection, tile, codes=part)


def _has_part(view: View) -> bool:
    """Tell whether tiles of a view need more than the tile's own statement reads."""
    if view.collection.kind is Kind.AREAS:
        return ground(view.looking.who, Permission.MAPS_VIEW) is not None
    return view.collection.kind is not Kind.COMPONENTS


async def _part(database: Database, view: View) -> Any:  # noqa: ANN401 - each kind has its own
    """Read what all tiles of a view have in common, as its viewer sees it."""
    async with reading(database, view.looking.who) as db:
        match view.collection.kind:
            case Kind.COVERAGE:
                return await read_pieces(db, view.shown, who=view.looking.who)
            case Kind.WORKLOAD:
                return await _work(db, view)
            case _:
                return await codes_seen(db, view.collection, view.shown, who=view.looking.who)


async def _work(db: AsyncSession, view: View) -> tuple[Collection, dict[str, list[Any]]]:
    """Count the work, and find the layer whose areas it is counted by."""
    looking = view.looking
    unit = await unit_of(db, looking.work)
    layer = next((it for it in view.shown.layers if it.name == unit.layer), view.collection)
    who, now, settings = looking.who, looking.now, looking.settings
    found = await numbers_of(db, unit, looking.work, who=who, now=now, settings=settings)
    return layer, found
