"""The coverage page: who is named on a zone."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.app import equip
from gridsvc.areas.register import put_responsibilities
from gridsvc.db.session import Database
from gridsvc.settings import Settings
from tests.factories import BEGAN
from tests.fixtures.web import SIGNING_KEY
from tests.reports.opening import opened


async def named(client: httpx.AsyncClient, layer: str, **asked: Any) -> dict[str, str]:
    """Whom the map names on each zone."""
    page = await opened(client, "/maps/coverage", **asked)
    facts = dict(page.data["sets"][f"areas:{layer}"]["facts"])
    return dict(zip(facts["Code"], facts["Organisation"], strict=True))


def lead(organisation: str, **more: Any) -> dict[str, Any]:
    return {"organisation": organisation, "layer": "cleaning", "role": "lead", **more}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], {"Z1": "Cleaning 1", "Z2": "Cleaning 2"}),
        (
            [lead("power", area="Z1", category="01"), lead("s1", area="Z1", category="03")],
            {"Z1": "Cleaning 1; Power; Street 1", "Z2": "Cleaning 2"},
        ),
        ([lead("clean1", area="Z1", category="01")], {"Z1": "Cleaning 1", "Z2": "Cleaning 2"}),
        ([lead("city")], {"Z1": "Cleaning 1; City centre", "Z2": "Cleaning 2; City centre"}),
        (
            [lead("city", area="Z1", category="02", priority=1)],
            {"Z1": "Cleaning 1; City centre", "Z2": "Cleaning 2"},
        ),
    ],
)
async def test_all_who_lead_on_a_zone_are_named_once(
    centre: httpx.AsyncClient,
    db: AsyncSession,
    rows: list[dict[str, Any]],
    expected: dict[str, str],
) -> None:
    await put_responsibilities(db, rows, valid_from=BEGAN + timedelta(days=1))
    await db.commit()
    assert await named(centre, "cleaning") == expected


async def test_it_is_read_as_it_was_at_the_end_of_a_day(
    centre: httpx.AsyncClient, db: AsyncSession
) -> None:
    await put_responsibilities(db, [lead("city")], valid_from=BEGAN + timedelta(days=10))
    await db.commit()
    assert await named(centre, "cleaning", at="2026-01-10") == {
        "Z1": "Cleaning 1",
        "Z2": "Cleaning 2",
    }
    assert "City centre" in (await named(centre, "cleaning", at="2026-01-11"))["Z2"]


async def test_the_day_before_there_was_a_map_leads_to_the_first(centre: httpx.AsyncClient) -> None:
    first = BEGAN.astimezone(ZoneInfo("Asia/Shanghai")).date()
    page = await opened(centre, "/maps/coverage", at=first - timedelta(days=1))
    steps = [dict(given) for tag, given in page.elements if tag == "a" and ("rel", "next") in given]
    assert [step["href"] for step in steps] == [f"?lang=en&at={first}"]


async def test_how_many_workers_are_too_many_is_a_setting(
    app: FastAPI, database: Database, centre: httpx.AsyncClient
) -> None:
    equip(app, Settings(workers_per_grid=7), database, signing_key=SIGNING_KEY)
    assert "with more than 7 workers" in (await opened(centre, "/maps/coverage")).text
