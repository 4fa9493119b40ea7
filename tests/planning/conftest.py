"""Somebody who plans."""

import httpx
import pytest_asyncio

from gridsvc.auth.principal import Role
from tests.fixtures.web import ClientOf


@pytest_asyncio.fixture
async def planner(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.PLANNER)
