"""The organisations of the city of squares, by code."""

from uuid import UUID

import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation


@pytest_asyncio.fixture
async def organisations(db: AsyncSession) -> dict[str, UUID]:
    rows = await db.execute(select(Organisation.code, Organisation.id))
    return {row.code: row.id for row in rows}
