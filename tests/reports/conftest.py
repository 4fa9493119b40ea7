"""A command centre, and incidents for it to count."""

import httpx
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.model import Account
from gridsvc.auth.principal import Role
from tests.factories import make_account
from tests.fixtures.web import ClientOf


@pytest_asyncio.fixture
async def centre(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.COMMAND_CENTRE)


@pytest_asyncio.fixture
async def reporter(db: AsyncSession) -> Account:
    return await make_account(db, "reporter", Role.GRID_WORKER)
