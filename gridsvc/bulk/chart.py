"""A map taken out of the database: all that routing reads, to be carried into any process."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import chain
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
import shapely
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.assets.index import AssetIndex
from gridsvc.assets.packing import read_index
from gridsvc.routing import repository
from gridsvc.routing.atlas import Atlas
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Area, Release
from gridsvc.routing.snapshot import MapView
from gridsvc.settings import Settings

EVER, NEVER = datetime(1900, 1, 1, tzinfo=UTC), datetime(2900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The areas of one release; their shapes as WKB, which any process can read."""

    areas: Sequence[Area]
    shapes: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Chart:
    """An edition of the map with the areas of its releases."""

    edition: Edition
    sheets: Mapping[UUID, Sheet]
    zone: ZoneInfo
    near_limit_m: float
    assets: AssetIndex | None = None
    asset_tolerance_m: float = 0.0

    def in_force(self, at: datetime) -> tuple[Release, ...]:
        """List the releases that hold at a time, of those that were taken along."""
        return tuple(r for r in self.edition.in_force(at) if r.id in self.sheets)

    def view(self, releases: Sequence[Release]) -> MapView:
        """Compile some releases: seconds for a whole city."""
        sheets = [self.sheets[release.id] for release in releases]
        areas = [area for sheet in sheets for area in sheet.areas]
        return MapView(releases, areas, shapely.from_wkb([w for s in sheets for w in s.shapes]))

    def digest(self) -> str:
        """Tell this map from any other: the same letters, the same decisions.

        The version alone would not do: it knows no settings, and comes again with other rules
        where a backup was put back. Components are too many to be said; they go by the version.
        """
        settings = (self.zone.key, self.near_limit_m, self.asset_tolerance_m)
        whole = (self.edition.version, settings, sorted(map(str, self.sheets)))
        told = sha256(repr(whole).encode())
        for rows in _rows_of(self.edition):
            told.update(b"".join(sorted(orjson.dumps(row, default=_said) for row in rows)))
        return told.hexdigest()


def _rows_of(edition: Edition) -> Iterator[Iterable[object]]:
    """List all that decides, kind by kind."""
    yield edition.releases
    yield edition.claims
    yield chain.from_iterable(edition.catalogue.values())
    yield edition.organisations.values()
    yield edition.rules
    yield edition.special_days
    yield edition.borders.policies


def _said(value: object) -> object:
    """Say what JSON cannot: sets, whose order is another in every process, ids, and shapes."""
    match value:
        case frozenset():
            return sorted(value)
        case UUID():  # asyncpg's own kind of it
            return str(value)
    return shapely.to_wkb(value, hex=True)


async def take(db: AsyncSession, settings: Settings, *, at: datetime | None) -> Chart:
    """Take the map of one time along or, without a time, that of all times."""
    edition = await Atlas().newest(db)
    releases = edition.releases if at is None else edition.in_force(at)
    return Chart(
        edition,
        {release.id: await _sheet(db, release) for release in releases},
        settings.zone,
        settings.near_limit_m,
        await read_index(db, since=at or EVER, until=at or NEVER) if edition.has_assets else None,
        settings.asset_tolerance_m,
    )


async def _sheet(db: AsyncSession, release: Release) -> Sheet:
    areas, shapes = await repository.areas_of(db, [release])
    return Sheet(areas, shapely.to_wkb(shapes).tolist() if shapes else [])
