"""What tests of cases may ask for."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.proof.cases import Sought, Tally, examine


@pytest_asyncio.fixture
async def sound(db: AsyncSession) -> AsyncIterator[None]:
    """After the test every case is what its events made of it."""
    yield
    tally = Tally()
    assert [finding.en async for finding in examine(db, Sought(), tally)] == []
    assert tally.cases <= tally.events
