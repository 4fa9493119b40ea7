"""What rules and border policies may name at a time, read from the database."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from shapely.geometry.base import BaseGeometry
from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Area, Layer, Organisation
from gridsvc.areas.repository import in_force
from gridsvc.catalogue.repository import CategoryRecord, categories
from gridsvc.rules.known import Category, Known
from gridsvc.rules.line import Names
from gridsvc.rules.window import SpecialDays

Place = tuple[str, str]
"""Layer and code of an area."""


async def names_at(db: AsyncSession, at: datetime) -> Names:
    """Read what rows name by code."""
    schemes: dict[str, set[str]] = defaultdict(set)
    for record in await categories(db):
        if record.holds(at):
            for code in (record.code, record.major_code):
                schemes[code].add(record.scheme)
    codes = await organisation_codes(db)
    return Names(
        organisations={code: id_ for id_, code in codes.items()},
        schemes={code: frozenset(found) for code, found in schemes.items()},
    )


async def organisation_codes(db: AsyncSession) -> Mapping[UUID, str]:
    """Read the codes of the organisations."""
    rows = await db.execute(select(Organisation.id, Organisation.code))
    return {row.id: row.code for row in rows}


async def known_at(
    db: AsyncSession, at: datetime, *, special: SpecialDays, places: Collection[Place]
) -> Known:
    """Read what may be named at a time; of areas, those among some places."""
    held = [record for record in await categories(db) if record.holds(at)]
    types = select(Area.estate_type).where(in_force(Area, at), Area.estate_type.is_not(None))
    return Known(
        layers=frozenset(await db.scalars(select(Layer.name))),
        organisations=await organisation_codes(db),
        categories=_categories(held),
        special=special,
        estate_types=frozenset(await db.scalars(types.distinct())),
        areas=await _shapes(db, at, places),
    )


def _categories(records: Iterable[CategoryRecord]) -> Mapping[tuple[str, str], Category]:
    minors = {
        (record.scheme, record.code): Category(frozenset({record.kind}), record.major_code)
        for record in records
    }
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record in records:
        kinds[record.scheme, record.major_code].add(record.kind)
    majors = {key: Category(frozenset(found), None) for key, found in kinds.items()}
    return majors | minors


async def _shapes(
    db: AsyncSession, at: datetime, places: Collection[Place]
) -> Mapping[Place, BaseGeometry]:
    if not places:
        return {}
    rows = await db.execute(
        select(Layer.name, Area.code, Area.geometry)
        .join(Layer, Layer.id == Area.layer_id)
        .where(in_force(Area, at), tuple_(Layer.name, Area.code).in_(places))
    )
    return {(row[0], row[1]): row[2] for row in rows}
