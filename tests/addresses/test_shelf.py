"""The names in memory follow those in the database, and outlive changes that are none of theirs."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest_asyncio
from shapely import LineString, Point

from gridsvc.addresses.register import put_house_ranges, put_names
from gridsvc.addresses.repository import map_version
from gridsvc.addresses.shelf import KEPT, Gazetteers
from gridsvc.areas.register import put_organisations
from gridsvc.db.session import Database
from tests.factories import BEGAN, at

LATER = BEGAN + timedelta(days=10)
NOW = BEGAN + timedelta(days=5)


@pytest_asyncio.fixture
async def database(city_url: str) -> AsyncIterator[Database]:
    """Committed changes: a map version counts transactions."""
    database = Database.connect(city_url, pool_size=2)
    yield database
    await database.close()


async def put_market(database: Database, code: str, name: str, *, since: datetime = BEGAN) -> None:
    row = {"kind": "place", "code": code, "name": name, "geometry": Point(at(1.5, 0.5))}
    async with database.transaction() as db:
        await put_names(db, [row], valid_from=since)


async def codes(database: Database, shelf: Gazetteers, *, now: datetime = NOW) -> list[str]:
    async with database.sessions() as db:
        names = await shelf.newest(db, at=now)
    return sorted(match.code for match in names.match("长风市场明月市场"))


async def test_a_new_name_is_known_at_once_and_a_planned_one_from_its_time_on(
    database: Database,
) -> None:
    shelf = Gazetteers()
    assert await codes(database, shelf) == []
    await put_market(database, "M1", "长风市场")
    await put_market(database, "M2", "明月市场", since=LATER)
    assert await codes(database, shelf) == ["M1"]
    assert await codes(database, shelf, now=LATER) == ["M1", "M2"]
    assert await codes(database, shelf, now=BEGAN - timedelta(days=1)) == []
    assert await codes(database, shelf) == ["M1"]


async def test_house_numbers_are_part_of_it(database: Database) -> None:
    shelf, road = Gazetteers(), LineString([at(0, 0.5), at(4, 0.5)])
    async with database.transaction() as db:
        row = {"kind": "road", "code": "R1", "name": "长江路", "geometry": road}
        await put_names(db, [row], valid_from=BEGAN)
    async with database.sessions() as db:
        [before] = (await shelf.newest(db, at=NOW)).match("长江路8号")
    async with database.transaction() as db:
        numbers = {"road": "R1", "first": 1, "last": 99, "geometry": road}
        await put_house_ranges(db, [numbers], valid_from=BEGAN)
    async with database.sessions() as db:
        [after] = (await shelf.newest(db, at=NOW)).match("长江路8号")
    assert (before.why.number_known, after.why.number_known) == (None, True)


async def test_a_change_of_something_else_leaves_the_names_as_they_are(database: Database) -> None:
    shelf = Gazetteers()
    async with database.sessions() as db:
        first, version = await shelf.newest(db, at=NOW), await map_version(db)
    async with database.transaction() as db:
        await put_organisations(db, [{"code": "new", "name": "新单位", "kind": "contractor"}])
    async with database.sessions() as db:
        assert await map_version(db) > version
        assert await shelf.newest(db, at=NOW) is first


async def test_many_who_ask_at_once_read_once(database: Database) -> None:
    shelf = Gazetteers()

    async def ask() -> object:
        async with database.sessions() as db:
            return await shelf.newest(db, at=NOW)

    found = await asyncio.gather(*(ask() for _ in range(6)))
    assert len({id(one) for one in found}) == 1


async def test_however_many_ask_for_old_names_those_of_now_stay(database: Database) -> None:
    shelf = Gazetteers()
    days = [BEGAN + timedelta(days=day) for day in range(1, KEPT + 3)]
    for number, day in enumerate(days):
        await put_market(database, f"M{number}", f"市场{number}", since=day)
    async with database.sessions() as db:
        in_force, *old = [await shelf.newest(db, at=day) for day in reversed(days)]
        assert await shelf.newest(db, at=days[-1]) is in_force
        assert await shelf.newest(db, at=days[0]) is old[-1]


async def test_what_is_asked_for_again_stays_longer(database: Database) -> None:
    shelf = Gazetteers()
    days = [BEGAN + timedelta(days=day) for day in range(1, KEPT + 2)]
    for number, day in enumerate(days):
        await put_market(database, f"M{number}", f"市场{number}", since=day)
    async with database.sessions() as db:
        first, *_ = [await shelf.newest(db, at=day) for day in days[:KEPT]]
        assert await shelf.newest(db, at=days[0]) is first
        await shelf.newest(db, at=days[KEPT])
        assert await shelf.newest(db, at=days[0]) is first
