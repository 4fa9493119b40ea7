"""Pages by key: together they are the whole list, each incident once, whatever comes in between."""

from itertools import chain
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.model import Account
from gridsvc.auth.principal import Role
from tests.factories import BEGAN, make_account
from tests.fixtures.web import ClientOf
from tests.incidents.population import Register, incident, populate

COUNT = 60


@pytest_asyncio.fixture
async def reporter(db: AsyncSession) -> Account:
    return await make_account(db, "reporter", Role.GRID_WORKER)


@pytest_asyncio.fixture
async def centre(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.COMMAND_CENTRE)


async def page(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await client.get("/v1/incidents", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def pages(client: httpx.AsyncClient, **asked: Any) -> list[list[str]]:
    """Every page's ids, following `next` to the end."""
    found = []
    while True:
        answer = await page(client, **asked)
        found.append([listed["id"] for listed in answer["incidents"]])
        if answer["next"] is None:
            return found
        asked["cursor"] = answer["next"]


async def test_pages_of_any_size_hold_everything_once(
    centre: httpx.AsyncClient, db: AsyncSession, reporter: Account
) -> None:
    """The population has 13 different times only, so that pages end among equal ones."""
    await populate(db, [reporter], count=COUNT)
    for asked in ({}, {"status": ["filed", "handling"]}, {"area": "S1"}):
        (whole,) = await pages(centre, limit=1000, **asked)
        for limit in (1, 2, 3, 7, len(whole) - 1, len(whole), len(whole) + 1):
            found = await pages(centre, limit=limit, **asked)
            assert list(chain(*found)) == whole
            assert all(len(ids) == limit for ids in found[:-1])
            assert 0 < len(found[-1]) <= limit


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 9), new=st.integers(0, 3))
async def test_what_comes_in_meanwhile_moves_nothing(
    centre: httpx.AsyncClient, db: AsyncSession, reporter: Account, limit: int, new: int
) -> None:
    """New incidents stand before the first page; what was there then is still met once."""
    register = await Register.read(db)
    db.add_all(incident(register, reporter, reported_at=BEGAN) for _ in range(5))
    await db.commit()
    (whole,) = await pages(centre, limit=1000)
    first = await page(centre, limit=limit)
    db.add_all(incident(register, reporter, reported_at=BEGAN) for _ in range(new))
    await db.commit()
    found = [listed["id"] for listed in first["incidents"]]
    if first["next"] is not None:
        found += chain(*await pages(centre, limit=limit, cursor=first["next"]))
    assert found == whole


async def test_an_empty_list_is_one_empty_page(centre: httpx.AsyncClient) -> None:
    assert await page(centre) == {"incidents": [], "next": None}


@pytest.mark.parametrize("f", ["csv", "geojson", "json"])
async def test_every_format_says_where_the_next_page_begins(
    centre: httpx.AsyncClient, db: AsyncSession, reporter: Account, f: str
) -> None:
    await populate(db, [reporter], count=3)
    first = await centre.get("/v1/incidents", params={"limit": 2, "f": f})
    cursor = first.headers["x-next-cursor"]
    last = await centre.get("/v1/incidents", params={"limit": 2, "f": f, "cursor": cursor})
    assert "x-next-cursor" not in last.headers
    assert (await page(centre, limit=2))["next"] == cursor
