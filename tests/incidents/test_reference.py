"""The number that people name an incident by: its day, and a number that is never used twice."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from tests.factories import report_body
from tests.fixtures.web import ClientOf, set_clock


@pytest_asyncio.fixture
async def worker(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.GRID_WORKER)


async def reference(client: httpx.AsyncClient) -> str:
    answer: dict[str, Any] = (await client.post("/v1/incidents", json=report_body(0.5, 0.5))).json()
    return str(answer["reference"])


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC), "20260301"),
        (datetime(2026, 3, 1, 16, tzinfo=UTC), "20260302"),
    ],
)
async def test_it_begins_with_the_civil_day(
    worker: httpx.AsyncClient, app: FastAPI, now: datetime, day: str
) -> None:
    set_clock(app, lambda: now)
    assert (await reference(worker))[:-7] == day


async def test_it_goes_on_after_seven_digits(worker: httpx.AsyncClient, db: AsyncSession) -> None:
    """Each takes a further digit rather than lose one and look like another."""
    await db.execute(text("SELECT setval('incident_reference_number', 9999998)"))
    await db.commit()
    numbers = [(await reference(worker))[8:] for _ in range(3)]
    assert numbers == ["9999999", "10000000", "10000001"]


async def test_it_has_seven_digits_at_least(worker: httpx.AsyncClient, db: AsyncSession) -> None:
    await db.execute(text("SELECT setval('incident_reference_number', 41)"))
    await db.commit()
    assert (await reference(worker))[8:] == "0000042"
