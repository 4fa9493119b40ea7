"""A draft to be tried on the past, and who plans it."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from gridsvc.auth.principal import Role
from tests.factories import report_body
from tests.live import Live, live
from tests.planning.desk import Desk, square

PLACES = [(2.5, 0.5), (2.5, 1.5), (0.5, 0.5), (3.5, 0.5)]


@pytest_asyncio.fixture
async def running(city_url: str) -> AsyncIterator[Live]:
    async with live(city_url) as found:
        yield found


@pytest_asyncio.fixture
async def planner(running: Live) -> httpx.AsyncClient:
    return await running.client(Role.PLANNER)


@pytest_asyncio.fixture
async def draft(running: Live, planner: httpx.AsyncClient) -> Desk:
    """Two reports lie in what the draft gives to the second zone, and two elsewhere."""
    centre = await running.client(Role.COMMAND_CENTRE)
    for column, row in PLACES:
        filed = await centre.post("/v1/incidents", json=report_body(column, row))
        assert filed.status_code == 201, filed.text
    desk = await Desk.of(planner, layer="cleaning")
    await desk.edit("change", code="Z1", geometry=square(0, 0, 2, 2), crs="wgs84")
    await desk.edit("change", code="Z2", geometry=square(2, 0, 2, 2), crs="wgs84")
    return desk
