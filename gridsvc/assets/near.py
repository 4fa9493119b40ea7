"""Which components stand near a point: asked of PostGIS, one query for any number of points.

Not kept in memory: a city's millions of components change every day, and the query by the index
costs less than anything else in a report. It is part of the transaction that keeps the decision,
which is decided anew if the map, components included, changed meanwhile. Whole files of points are
routed by `gridsvc.assets.index`, which answers alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.nearby import reach
from gridsvc.assets.state import State

MOST = 32
"""The nearest so many are given: farther ones never change whose a matter is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Components of a class near a point in WGS84, as they were at a time.

    The matter lies within `accuracy_m` of the point, and the component within `tolerance_m` of
    the matter. `category` is a minor class of `scheme`; None is any.
    """

    lon: float
    lat: float
    at: datetime
    tolerance_m: float
    accuracy_m: float = 0.0
    scheme: str | None = None
    category: str | None = None

    @property
    def reach_m(self) -> float:
        """How far from the point a component may be."""
        return self.tolerance_m + self.accuracy_m


@dataclass(frozen=True, slots=True)
class NearAsset:
    """A component near a point; `distance_m` is 0 within a polygon."""

    id: UUID
    code: str
    scheme: str
    category: str
    name: str
    state: State
    owner_id: UUID
    maintainer_id: UUID | None
    distance_m: float


NEAR = text("""
SELECT asked.number, found.*
FROM unnest(
    CAST(:lon AS float8[]), CAST(:lat AS float8[]), CAST(:reach AS float8[]),
    CAST(:west AS float8[]), CAST(:south AS float8[]),
    CAST(:east AS float8[]), CAST(:north AS float8[]),
    CAST(:at AS timestamptz[]), CAST(:scheme AS text[]), CAST(:category AS text[])
) WITH ORDINALITY
    AS asked(lon, lat, reach, west, south, east, north, at, scheme, category, number)
CROSS JOIN LATERAL (
    SELECT asset.id, asset.code, asset.scheme, asset.category_code, asset.name, asset.state,
           asset.owner_id, asset.maintainer_id,
           ST_Distance(asset.geometry::geography, here.point) AS distance_m
    FROM (SELECT ST_SetSRID(ST_MakePoint(asked.lon, asked.lat), 4326)::geography) AS here(point)
    JOIN asset ON asset.geometry
        && ST_MakeEnvelope(asked.west, asked.south, asked.east, asked.north, 4326)
    WHERE ST_DWithin(asset.geometry::geography, here.point, asked.reach)
      AND (asked.scheme IS NULL OR asset.scheme = asked.scheme)
      AND (asked.category IS NULL OR asset.category_code = asked.category)
      AND asset.valid_from <= asked.at
      AND (asset.valid_to IS NULL OR asset.valid_to > asked.at)
    ORDER BY distance_m, asset.code
    LIMIT :most
) AS found
ORDER BY asked.number, found.distance_m, found.code
""")
"""The box finds the few by the index; the ellipsoid decides."""


async def near(db: AsyncSession, sought: Sought, *, most: int = MOST) -> list[NearAsset]:
    """List the components near a point, the nearest first, by code among equals."""
    [found] = await near_each(db, [sought], most=most)
    return found


async def near_each(
    db: AsyncSession, sought: Sequence[Sought], *, most: int = MOST
) -> list[list[NearAsset]]:
    """List, for each of several points, the components near it."""
    found: list[list[NearAsset]] = [[] for _ in sought]
    for number, *values in await db.execute(NEAR, {**_columns(sought), "most": most}):
        id_, code, scheme, category, name, state, owner, maintainer, distance = values
        found[number - 1].append(
            NearAsset(id_, code, scheme, category, name, State(state), owner, maintainer, distance)
        )
    return found


def _columns(sought: Sequence[Sought]) -> dict[str, list[object]]:
    asked = np.array([(one.lon, one.lat, one.reach_m) for one in sought]).reshape(-1, 3)
    lon, lat, metres = asked.T
    wide, high = reach(lat, metres)
    return {
        "lon": lon.tolist(),
        "lat": lat.tolist(),
        "reach": metres.tolist(),
        "west": (lon - wide).tolist(),
        "south": (lat - high).tolist(),
        "east": (lon + wide).tolist(),
        "north": (lat + high).tolist(),
        "at": [one.at for one in sought],
        "scheme": [one.scheme for one in sought],
        "category": [one.category for one in sought],
    }
