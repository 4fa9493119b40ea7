"""No parameter of any endpoint can make the service fail: what is wrong is refused as wrong."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from tests.fixtures.web import token_of

TEXTS = ("\x00", "a\x00b", "'; --", "%", "\\", "\ud7ff\U0001f600", "x" * 5000, "")
TIMES = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
    "2026-02-30T00:00:00Z",
    "99999-01-01T00:00:00Z",
    "-1",
    "1e308",
    "\x00",
)
NUMBERS = ("NaN", "-inf", "1e999", "9" * 400, "-1", "0x10", "", "\x00")
GOOD = {"lon": "104.005", "lat": "30.605", "crs": "wgs84", "category": "0201"}


@pytest_asyncio.fixture
async def client(app: FastAPI, db: AsyncSession) -> AsyncIterator[httpx.AsyncClient]:
    token = await token_of(db, "hostile", Role.COMMAND_CENTRE)
    await db.commit()
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test", headers=headers
    ) as made:
        yield made


def values_for(parameter: dict[str, Any]) -> tuple[str, ...]:
    schema = parameter["schema"]
    kinds = [schema, *schema.get("anyOf", ())]
    if any(kind.get("format") == "date-time" for kind in kinds):
        return TIMES
    if any(kind.get("type") in {"number", "integer"} for kind in kinds):
        return NUMBERS
    return TEXTS


def hostile_calls(description: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Every GET endpoint with every value that its parameters' types invite to try."""
    for path, methods in description["paths"].items():
        for parameter in methods.get("get", {}).get("parameters", ()):
            for value in values_for(parameter):
                if parameter["in"] == "path":
                    named = f"{{{parameter['name']}}}"
                    yield path.replace(named, quote(value or "-", safe="")), {}
                elif parameter["in"] == "query":
                    yield path, {**GOOD, parameter["name"]: value}


async def test_no_value_of_a_parameter_is_our_fault(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    calls = list(hostile_calls(app.openapi()))
    assert len(calls) > 200
    failed = {}
    for path, query in calls:
        answer = await client.get(path, params=query)
        if answer.status_code >= 500:
            failed[path, tuple(query.items() - GOOD.items())] = answer.status_code
    assert failed == {}


PAGES = [
    ("/maps/coverage", "at"),
    ("/maps/workload", "from"),
    ("/maps/workload", "to"),
    ("/maps/workload", "unit"),
    ("/maps/workload", "category"),
    ("/login", "following"),
]


@pytest.mark.parametrize(("path", "parameter"), PAGES)
async def test_nor_is_one_of_a_pages(client: httpx.AsyncClient, path: str, parameter: str) -> None:
    for value in ("\x00", "a\x00b", "0001-01-01", "9999-12-31", "x" * 5000):
        answer = await client.get(path, params={parameter: value})
        assert answer.status_code < 500, value
