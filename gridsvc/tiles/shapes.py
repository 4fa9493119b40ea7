"""Generalised shapes are made for whatever is, or will be, in force: once for each release.

Nobody who publishes has to think of them. Until they are made, tiles are drawn from the areas.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import delete, exists, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Area, Release
from gridsvc.db.geometry import ShapelyGeometry
from gridsvc.db.session import Database
from gridsvc.tiles.bands import drawn
from gridsvc.tiles.model import TileShape

_WEB_MERCATOR = 3857
_IN_PLANE = ShapelyGeometry("GEOMETRY", _WEB_MERCATOR)
_LOCK = "gridsvc.tile_shapes"


async def make_shapes(database: Database, *, now: datetime) -> int:
    """Draw every release that has none; give how many were drawn."""
    made = 0
    while await _make_one(database, now=now):
        made += 1
    return made


async def _make_one(database: Database, *, now: datetime) -> bool:
    async with database.transaction() as db:
        # Two workers would draw the same one, and the second could not keep it.
        await db.execute(select(func.pg_advisory_xact_lock(func.hashtext(_LOCK))))
        release = await _undrawn(db, now=now)
        if release is not None:
            await draw(db, release)
    return release is not None


async def _undrawn(db: AsyncSession, *, now: datetime) -> UUID | None:
    """Find a release that is or will be in force, what is in force first."""
    to_come = or_(Release.valid_to.is_(None), Release.valid_to > now)
    found: UUID | None = await db.scalar(
        select(Release.id)
        .where(
            Release.valid_from.is_not(None),
            to_come,
            Release.area_count > 0,
            ~exists().where(TileShape.release_id == Release.id),
        )
        .order_by(Release.valid_from)
        .limit(1)
    )
    return found


async def draw(db: AsyncSession, release_id: UUID) -> None:
    """Draw a release for every band and keep it."""
    in_plane = func.ST_Transform(Area.geometry, _WEB_MERCATOR, type_=_IN_PLANE)
    statement = select(Area.code, Area.name, in_plane).where(Area.release_id == release_id)
    areas = (await db.execute(statement.order_by(Area.code))).all()
    for rows in await asyncio.to_thread(_rows, areas, release_id):
        await db.execute(insert(TileShape), rows)


def _rows(areas: Sequence[Any], release_id: UUID) -> list[list[dict[str, Any]]]:
    codes, names, shapes = zip(*areas, strict=True)
    return [
        [
            {
                "release_id": release_id,
                "band": band,
                "code": code,
                "name": name,
                "geometry": shape,
            }
            for code, name, shape in zip(codes, names, simpler, strict=True)
        ]
        for band, simpler in drawn(_valid(shapes))
    ]


def _valid(shapes: Sequence[BaseGeometry]) -> Any:  # noqa: ANN401 - an array of shapes
    """Mend what was valid in degrees and is not in metres: the last digit may cross a line."""
    found = np.array([*shapes, None], dtype=object)[:-1]
    return np.where(shapely.is_valid(found), found, shapely.make_valid(found, method="structure"))


async def forget_shapes(database: Database, *, now: datetime) -> None:
    """Let go of drawings of what is in force no more."""
    # Not at once: somebody may have looked at it a moment ago, and ask for its last tile.
    ended = Release.valid_to <= now - timedelta(minutes=1)
    past = select(Release.id).where(or_(ended, Release.valid_from.is_(None)))
    async with database.transaction() as db:
        await db.execute(delete(TileShape).where(TileShape.release_id.in_(past)))
