"""A desk for every test of this folder."""

from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from tests.areas.desk import Desk


@pytest.fixture
def desk(db: AsyncSession, tmp_path: Path) -> Desk:
    return Desk(db, tmp_path)
