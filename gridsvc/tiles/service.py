"""One tile for one viewer: what it is made from, which version that is, how long it may be kept.

Reads only.
"""

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.policy import Permission, ground
from gridsvc.auth.principal import Principal
from gridsvc.auth.sight import sight_of
from gridsvc.routing.repository import map_version
from gridsvc.tiles import incidents
from gridsvc.tiles.areas import area_tile, codes_seen
from gridsvc.tiles.collections import Collection, Kind, Shown
from gridsvc.tiles.components import component_tile
from gridsvc.tiles.incidents import incident_tile
from gridsvc.tiles.matrix import Tile
from gridsvc.tiles.shelf import Made, Shelf, packed

FRESH_S = 15
"""How long what changes by itself, because time passes, is taken for unchanged."""
FOR_EVER = "private, max-age=31536000, immutable"
A_MOMENT = f"private, max-age={FRESH_S}"
ASK_AGAIN = "private, no-cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Who looks at what."""

    collection: Collection
    shown: Shown
    who: Principal
    now: datetime


async def version_of(db: AsyncSession, view: View) -> str:
    """Name the state of the data as this viewer sees them: another one as soon as it changes."""
    match view.collection.kind:
        case Kind.AREAS:
            told = [view.shown.digest, *_ground_of(view.who)]
        case Kind.COMPONENTS:
            told = [str(await map_version(db))]
        case Kind.INCIDENTS:
            told = [await incidents.version(db), sight_of(view.who).text()]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def _ground_of(who: Principal) -> list[str]:
    seen = ground(who, Permission.MAPS_VIEW)
    return ["*"] if seen is None else sorted(f"{it.level}/{it.code}" for it in seen)


def keeping(view: View, version: str, *, asked: str | None) -> str:
    """Say how long a browser may keep a tile that was asked for with a version."""
    if asked != version:
        return ASK_AGAIN
    return FOR_EVER if view.collection.kind is Kind.AREAS else A_MOMENT


async def made(
    db: AsyncSession,
    view: View,
    tile: Tile,
    *,
    version: str,
    encoding: str | None,
    shelf: Shelf,
) -> Made:
    """Give a tile: from the shelf, or drawn now."""
    key: Hashable = (view.collection.name, version, _moment(view), tile, encoding)
    found = shelf.find(key)
    if found is None:
        found = packed(await _drawn(db, view, tile), encoding)
        shelf.keep(key, found)
    return found


def _moment(view: View) -> int:
    """Tell apart times between which something may have become overdue, begun or ended."""
    if view.collection.kind is Kind.AREAS:
        return 0
    return int(view.now.timestamp()) // FRESH_S


async def _drawn(db: AsyncSession, view: View, tile: Tile) -> bytes:
    match view.collection.kind:
        case Kind.AREAS:
            codes = await codes_seen(db, view.collection, view.shown, who=view.who)
            return await area_tile(db, view.collection, tile, codes=codes)
        case Kind.COMPONENTS:
            return await component_tile(db, tile, at=view.now)
        case Kind.INCIDENTS:
            return await incident_tile(db, tile, who=view.who, now=view.now)
