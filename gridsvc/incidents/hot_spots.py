"""Hot spots: where matters of a class come again and again, among the cases that a caller sees."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Double, Uuid, and_, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.measure import metres_of_degree
from gridsvc.auth.principal import Principal
from gridsvc.catalogue.model import Category, CategoryScheme
from gridsvc.db.columns import Records, records
from gridsvc.incidents.clustering import ALONE, Points, clusters
from gridsvc.incidents.lifecycle import Status
from gridsvc.incidents.model import Incident
from gridsvc.incidents.search import Filters, conditions
from gridsvc.incidents.visibility import visible_to

_KINDS: Final = {"id": "V16", "category": ">i8", "lon": ">f8", "lat": ">f8"}
_PAGE: Final = 100_000
_NO_MATTER: Final = (Status.INVALIDATED, Status.MERGED, Status.REJECTED, Status.WITHDRAWN)
"""What ended as nothing, or as another report of a case that is counted."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How many cases, how near each other, make a hot spot."""

    radius_m: float
    cases: int


@dataclass(frozen=True, slots=True)
class Class:
    """A category of a version of its scheme."""

    id: UUID
    scheme: str
    code: str
    name: str
    name_en: str | None


@dataclass(frozen=True, slots=True)
class HotSpot:
    """Cases of a class that came at one place, the newest first."""

    matter: Class
    incidents: Sequence[Incident]
    lon: float
    lat: float
    radius_m: float
    """Of the smallest circle around them."""

    @property
    def order(self) -> tuple[int, str, str, UUID]:
        """The most cases first; then by class and by the newest case."""
        return -len(self.incidents), self.matter.scheme, self.matter.code, self.incidents[0].id


async def hot_spots(
    db: AsyncSession, filters: Filters, recurrence: Recurrence, *, who: Principal, most: int
) -> list[HotSpot]:
    """Find the first hot spots among the cases that the filters leave and the caller sees."""
    counted = [status.value for status in Status if status not in _NO_MATTER]
    wanted = and_(
        await conditions(db, filters),
        Incident.location.is_not(None),
        Incident.parent_id.is_(None),  # A matter that is split came once.
        Incident.status.in_(counted),
        visible_to(who),
    )
    classes = await _classes(db)
    places = await _places(db, wanted)
    # Other requests go on meanwhile.
    found = await asyncio.to_thread(_members, places, classes, recurrence)
    members = _largest(found, most)
    incidents = await _read(db, [one for cluster in members for one in cluster])
    named = {one.id: one for one in classes.values()}
    spots = [_hot_spot([incidents[one] for one in cluster], named) for cluster in members]
    return sorted(spots, key=lambda spot: spot.order)[:most]


def _largest(members: Sequence[Sequence[UUID]], most: int) -> Sequence[Sequence[UUID]]:
    """Leave out what is too small to be among the first; of equals, their order tells later."""
    sizes = sorted(map(len, members), reverse=True)
    least = sizes[most - 1] if len(sizes) > most else 0
    return [cluster for cluster in members if len(cluster) >= least]


async def _classes(db: AsyncSession) -> Mapping[int, Class]:
    """Read all categories, by the hashes of their ids."""
    columns = (Category.id, CategoryScheme.code, Category.code, Category.name, Category.name_en)
    named = select(func.uuid_hash_extended(Category.id, 0), *columns)
    rows = await db.execute(named.join(CategoryScheme, CategoryScheme.id == Category.scheme_id))
    return {hashed: Class(*about) for hashed, *about in rows}


async def _places(db: AsyncSession, wanted: ColumnElement[bool]) -> Records:
    """Read where the cases are, as columns: there may be a hundred thousand in a month."""
    statement = select(
        Incident.id,
        func.uuid_hash_extended(Incident.category_id, 0),
        func.ST_X(Incident.location, type_=Double),
        func.ST_Y(Incident.location, type_=Double),
    ).where(wanted)
    async with aclosing(records(db, statement, _KINDS, page=_PAGE)) as read:
        pages = [page async for page in read]
    return np.concatenate(pages) if pages else np.empty(0, dtype=list(_KINDS.items()))


def _members(
    places: Records, classes: Mapping[int, Class], recurrence: Recurrence
) -> Sequence[Sequence[UUID]]:
    # A class is the same in all versions of its scheme.
    numbers: dict[tuple[str, str], int] = {}
    kind_of = {
        hashed: numbers.setdefault((it.scheme, it.code), len(numbers))
        for hashed, it in classes.items()
    }
    kind = np.array([kind_of[one] for one in places["category"].tolist()], dtype=np.int64)
    points = Points(places["lon"].astype(float), places["lat"].astype(float), kind)
    labels = clusters(points, radius_m=recurrence.radius_m, least=recurrence.cases)
    found = defaultdict[int, list[UUID]](list)
    for row in np.flatnonzero(labels != ALONE):
        found[int(labels[row])].append(UUID(bytes=places["id"][row].tobytes()))
    return list(found.values())


async def _read(db: AsyncSession, ids: Collection[UUID]) -> Mapping[UUID, Incident]:
    # One parameter, however many they are.
    named = Incident.id == any_(literal(list(ids), ARRAY(Uuid)))
    found = await db.scalars(select(Incident).where(named))
    return {incident.id: incident for incident in found}


def _hot_spot(members: Sequence[Incident], named: Mapping[UUID, Class]) -> HotSpot:
    newest = sorted(members, key=lambda it: (it.reported_at, it.id), reverse=True)
    points = [it.location for it in newest if it.location is not None]
    lon, lat, radius_m = _circle(shapely.get_coordinates(points))
    return HotSpot(named[newest[0].category_id], newest, lon, lat, radius_m)


def _circle(degrees: NDArray[np.float64]) -> tuple[float, float, float]:
    """Draw the smallest circle around some places; in the flat, as they lie close together."""
    origin = degrees.mean(axis=0)
    east, north = metres_of_degree(origin[1:])
    scale = np.array([float(east[0]), float(north[0])])
    flat = shapely.multipoints((degrees - origin) * scale)
    radius_m = float(shapely.minimum_bounding_radius(flat))
    if radius_m:  # All at one point have no circle.
        circle = shapely.minimum_bounding_circle(flat)
        origin += shapely.get_coordinates(shapely.centroid(circle))[0] / scale
    return float(origin[0]), float(origin[1]), radius_m
