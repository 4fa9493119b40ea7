"""The city of squares with names: roads, estates and a market (see `tests.factories`)."""

from datetime import datetime

import pytest_asyncio
from shapely import LineString, Point
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.addresses.register import put_house_ranges, put_names
from gridsvc.addresses.repository import read_gazetteer
from gridsvc.addresses.score import Match
from gridsvc.areas.publish import LayerSpec, Provenance, publish
from tests.factories import BEGAN, at, cell, frame

ESTATES = LayerSpec(name="sub_estate", title="小区", level="sub_estate")


async def match(db: AsyncSession, text: str, *, at: datetime, limit: int = 5) -> list[Match]:
    """Match one address by the names of a time."""
    return (await read_gazetteer(db, at=at)).match(text, limit=limit)


@pytest_asyncio.fixture
async def named(db: AsyncSession) -> AsyncSession:
    """Two estates of one name, one of another; a road through both streets, with numbers."""
    estates = frame(
        ("E1", "真光小区", "C1", cell(0.2, 0.2, 0.1, 0.1)),
        ("E2", "明月花园", "C1", cell(1.2, 1.2, 0.1, 0.1)),
        ("E3", "明月花园", "C2", cell(3.2, 1.2, 0.1, 0.1)),
        ("E4", "国际公寓", "C2", cell(2.2, 0.2, 0.1, 0.1)),
    )
    await publish(db, ESTATES, estates, valid_from=BEGAN, provenance=Provenance(source="t"))
    await put_roads(db, valid_from=BEGAN)
    return db


async def put_roads(db: AsyncSession, *, valid_from: datetime) -> None:
    """中山北路 runs east through the whole city; its even numbers are on its northern side."""
    road = LineString([at(0, 0.5), at(4, 0.5)])
    await put_names(
        db,
        [
            {
                "kind": "road",
                "code": "R1",
                "name": "中山北路",
                "aliases": ["北大街"],
                "geometry": road,
            },
            {"kind": "place", "code": "M1", "name": "长风菜市场", "geometry": Point(at(1.5, 0.5))},
        ],
        valid_from=valid_from,
    )
    await put_house_ranges(
        db,
        [
            {"road": "R1", "first": 2, "last": 402, "parity": "even", "geometry": road},
            {"road": "R1", "first": 1, "last": 401, "parity": "odd", "geometry": road},
            {"road": "R1", "first": 500, "last": 600, "level": "grid", "area": "G31"},
        ],
        valid_from=valid_from,
    )
