"""Components for tests: lamps of the city of squares, whose class is 0101 (6+2+2+6)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shapely import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.assets.model import Asset
from gridsvc.db.base import new_id
from tests.factories import BEGAN, at

COUNTY = "510104"


def lamp(number: int) -> str:
    """The code of a street lamp."""
    return f"{COUNTY}0101{number:06d}"


def spot(column: float, row: float) -> BaseGeometry:
    """A point, in cells from the city's south-western corner."""
    return Point(*at(column, row))


async def body(db: AsyncSession, code: str) -> UUID:
    """The identifier of an organisation."""
    found = await db.scalar(select(Organisation.id).where(Organisation.code == code))
    assert found is not None
    return found


async def standing(db: AsyncSession, *rows: dict[str, Any]) -> None:
    """Put components in force; each row says its code, its shape and what is not usual."""
    owner = await body(db, "power")
    await db.execute(insert(Asset), [_row(row, owner) for row in rows])


def _row(row: dict[str, Any], owner: UUID) -> dict[str, Any]:
    usual = {
        "id": new_id(),
        "scheme": "test",
        "category_code": "0101",
        "name": "路灯",
        "owner_id": owner,
        "maintainer_id": None,
        "state": "intact",
        "attributes": {},
        "valid_from": BEGAN,
        "valid_to": None,
    }
    return usual | row


def codes(found: Iterable[Any]) -> list[str]:
    """What was found, by code."""
    return [one.code for one in found]


def later(days: int) -> datetime:
    """A time after the city's map began to hold."""
    return BEGAN + timedelta(days=days)
