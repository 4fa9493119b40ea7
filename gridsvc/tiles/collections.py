"""What there are tiles of: each layer in force, and what is not a layer. Reads only."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import LEVELS, Layer, Release
from gridsvc.areas.repository import in_force
from gridsvc.auth.policy import Permission, demand, may
from gridsvc.auth.principal import Principal
from gridsvc.errors import NotFound
from gridsvc.tiles.model import TileShape


class Kind(StrEnum):
    """What a collection holds; the names of those that there is one of are taken."""

    AREAS = "areas"
    COMPONENTS = "components"
    COVERAGE = "coverage"
    INCIDENTS = "incidents"
    WORKLOAD = "workload"


NEEDED = {
    Kind.AREAS: Permission.MAPS_VIEW,
    Kind.COMPONENTS: Permission.AREAS_READ,
    Kind.COVERAGE: Permission.MAPS_VIEW,
    Kind.INCIDENTS: Permission.INCIDENTS_READ,
    Kind.WORKLOAD: Permission.INCIDENTS_READ,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What tiles can be asked of. Its name is that of the layer in the tiles, too."""

    name: str
    kind: Kind
    title: str
    title_en: str
    level: str | None = None
    """Of an administrative layer."""
    release_id: UUID | None = None
    """Of a layer."""
    drawn: bool = False
    """Whether its release has been drawn for tiles."""

    def called(self, *, chinese: bool) -> str:
        """Give the title in a language."""
        return self.title if chinese else self.title_en


@dataclass(frozen=True, slots=True)
class Shown:
    """What was in force at a time."""

    at: datetime
    layers: tuple[Collection, ...]
    digest: str
    """Of everything in force: as long as it stays the same, so does what is drawn of areas."""


SINGLE = tuple(
    Collection(name=kind.value, kind=kind, title=title, title_en=title_en)
    for kind, title, title_en in (
        (Kind.INCIDENTS, "案件", "Incidents"),
        (Kind.COMPONENTS, "部件", "Components"),
        (Kind.COVERAGE, "未覆盖与重叠", "Uncovered and double"),
        (Kind.WORKLOAD, "负荷", "Workload"),
    )
)
LASTING = frozenset({Kind.AREAS, Kind.COVERAGE})
"""What stays as it is for as long as the map does."""
TAKEN = frozenset(one.name for one in SINGLE)


async def shown(db: AsyncSession, *, at: datetime) -> Shown:
    """Read what is in force at a time, the larger areas first."""
    # The least of all bands, as that is in the index; whether there is any would be looked for.
    least = select(func.min(TileShape.band)).where(TileShape.release_id == Release.id)
    drawn = least.scalar_subquery().is_not(None)
    rows = await db.execute(
        select(Layer.name, Layer.title, Layer.title_en, Layer.level, Release.id, drawn)
        .join(Release, Release.layer_id == Layer.id)
        .where(in_force(Release, at))
        .order_by(Layer.name)
    )
    layers = [
        Collection(
            name=name,
            kind=Kind.AREAS,
            title=title,
            title_en=title_en or title,
            level=level,
            release_id=release_id,
            drawn=is_drawn,
        )
        for name, title, title_en, level, release_id, is_drawn in rows
    ]
    said = "\n".join(f"{one.name}\t{one.release_id}" for one in layers)
    layers.sort(key=lambda one: (_depth(one.level), one.name))
    return Shown(at, tuple(layers), hashlib.sha256(said.encode()).hexdigest())


def _depth(level: str | None) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def listed(found: Shown, who: Principal) -> Sequence[Collection]:
    """List the collections that a caller may ask for."""
    layers = [one for one in found.layers if one.name not in TAKEN]
    return [one for one in (*layers, *SINGLE) if may(who, NEEDED[one.kind])]


def chosen(found: Shown, name: str, who: Principal) -> Collection:
    """Find a collection by name, or say that there is none, or none for the caller."""
    every = {one.name: one for one in (*found.layers, *SINGLE)}
    collection = every.get(name)
    if collection is None:
        raise NotFound(
            "no_such_collection",
            en=f'There is no collection "{name}"; GET /v1/collections lists them.',
            zh=f"没有图层集合“{name}”；GET /v1/collections 列出全部。",
        )
    demand(who, NEEDED[collection.kind])
    return collection
