"""The areas that maps draw, kept in memory: read once, made light and packed once. Reads only.

A release never changes, and what lies inside a ground follows from the releases in force. So a
plate is good for ever, and the address from which browsers read it names its version.
"""

import gzip
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import geopandas
import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Layer, Release
from gridsvc.areas.repository import in_force
from gridsvc.auth.principal import Scope
from maps.layers import packed_areas
from maps.words import Language

Ground = Collection[Scope] | None
"""The areas that are shown; None for the whole city."""
KEPT: Final = 100
"""Plates in memory; those of the whole city are asked for most often, and stay."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How the map stands: what is in force of each layer, since the last change."""

    since: datetime
    releases: Mapping[str, UUID]
    """By the layer's name."""
    levels: Mapping[str, str]
    """Names of the layers by level."""
    titles: Mapping[str, tuple[str, str]]
    """In Chinese and in English, by the layer's name."""

    def version(self, layer: str, ground: Ground) -> str:
        """Name what a ground shows of a layer."""
        if ground is None:
            return self.releases[layer].hex
        scopes = sorted(f"{scope.level}:{scope.code}" for scope in ground)
        all_of_it = [layer, *scopes, *sorted(release.hex for release in self.releases.values())]
        return hashlib.sha256("\n".join(all_of_it).encode()).hexdigest()[:32]

    def source(self, layer: str, ground: Ground) -> str:
        """Give the address from which a browser reads a layer's shapes."""
        asked = {"at": self.since.isoformat(), "v": self.version(layer, ground)}
        return f"/maps/shapes/{layer}?{urlencode(asked)}"


async def stand_at(db: AsyncSession, at: datetime) -> Stand:
    """Read what is in force at a time."""
    rows = (
        await db.execute(
            select(
                Layer.name,
                Layer.level,
                Layer.title,
                func.coalesce(Layer.title_en, Layer.title).label("title_en"),
                Release.id,
                Release.valid_from,
            )
            .join(Layer, Layer.id == Release.layer_id)
            .where(in_force(Release, at))
            .order_by(Layer.name)
        )
    ).all()
    return Stand(
        since=max((row.valid_from for row in rows), default=at),
        releases={row.name: row.id for row in rows},
        levels={row.level: row.name for row in rows if row.level},
        titles={row.name: (row.title, row.title_en) for row in rows},
    )


async def changes(db: AsyncSession) -> tuple[datetime, ...]:
    """List the times at which other areas came into force, or will, in order."""
    began = Release.valid_from
    found = await db.scalars(select(began).where(began.is_not(None)).distinct().order_by(began))
    return tuple(time for time in found if time is not None)


@dataclass(frozen=True, slots=True)
class Plate:
    """What a ground shows of one release."""

    version: str
    frame: geopandas.GeoDataFrame
    """Not to be changed; a shallow copy may be."""
    _packed: dict[Language, bytes] = field(default_factory=dict)
    _packing: Lock = field(default_factory=Lock)

    def packed(self, language: Language) -> bytes:
        """Give the shapes as browsers read them, compressed: seconds of work for a whole city."""
        with self._packing:
            if language not in self._packed:
                written = orjson.dumps(packed_areas(self.frame, language))
                self._packed[language] = gzip.compress(written, mtime=0)
            return self._packed[language]


_PLATES: dict[str, Plate] = {}


def kept(version: str) -> Plate | None:
    """Find a plate in memory, and put it last in line to be dropped."""
    plate = _PLATES.pop(version, None)
    if plate is not None:
        _PLATES[version] = plate
    return plate


def keep(plate: Plate) -> Plate:
    """Keep a plate in memory."""
    while len(_PLATES) >= KEPT:
        del _PLATES[next(iter(_PLATES))]
    _PLATES[plate.version] = plate
    return plate
