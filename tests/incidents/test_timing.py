"""The clock of an incident over HTTP: every minute since the report is accounted for."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from gridsvc.calendars.service import publish_calendar, use_calendar
from gridsvc.clock.calendar import Calendar
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from tests.factories import BEGAN, report_body
from tests.fixtures.web import ClientOf


async def reported(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post("/v1/incidents", json=report_body(0.5, 0.5, **changes))
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json()
    return found


async def clock(client: httpx.AsyncClient, incident: dict[str, Any]) -> dict[str, Any]:
    answer = await client.get(f"/v1/incidents/{incident['id']}/clock")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_a_clock_runs_from_the_report_on(client_of: ClientOf) -> None:
    worker = await client_of(Role.GRID_WORKER)
    incident = await reported(worker)
    told = await clock(worker, incident)
    assert datetime.fromisoformat(told["due_at"]) == datetime.fromisoformat(incident["due_at"])
    assert (told["light"], told["runs"], told["calendar"]) == ("green", True, "default")
    assert (told["limit_value"], told["limit_unit"], told["total_minutes"]) == (
        4.0,
        "urgent_hour",
        240.0,
    )
    assert told["used_minutes"] == pytest.approx(
        sum(span["counted_minutes"] for span in told["spans"])
    )


async def test_the_calendar_is_the_one_that_the_deadline_was_reckoned_by(
    client_of: ClientOf, database: Database
) -> None:
    worker = await client_of(Role.GRID_WORKER)
    async with database.transaction() as db:
        slow = Calendar(workday=timedelta(hours=24))
        await publish_calendar(db, "city", slow, title=None, valid_from=BEGAN)
        await use_calendar(db, "city", valid_from=BEGAN)
        await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    incident = await reported(worker, category="0101")
    async with database.transaction() as db:
        await publish_calendar(db, "city", Calendar(), title=None, valid_from=utc_now())
    told = await clock(worker, incident)
    assert (told["calendar"], told["total_minutes"]) == ("city/1", 2 * 24 * 60)
    assert datetime.fromisoformat(told["due_at"]) == datetime.fromisoformat(incident["due_at"])


async def test_a_rejected_incident_s_clock_stands(client_of: ClientOf, db: AsyncSession) -> None:
    worker, centre = await client_of(Role.GRID_WORKER), await client_of(Role.COMMAND_CENTRE)
    incident = await reported(worker)
    answer = await centre.post(
        f"/v1/incidents/{incident['id']}/transitions",
        json={"action": "reject", "note": "不属于受理范围"},
        headers={"If-Match": '"1"'},
    )
    assert answer.status_code == 200
    assert (await clock(worker, incident))["runs"] is False


async def test_nobody_reads_a_clock_that_they_may_not_see(
    client_of: ClientOf, anonymous: httpx.AsyncClient
) -> None:
    incident = await reported(await client_of(Role.GRID_WORKER))
    assert (await anonymous.get(f"/v1/incidents/{incident['id']}/clock")).status_code == 401
    other = await client_of(Role.GRID_WORKER, login="other")
    assert (await other.get(f"/v1/incidents/{incident['id']}/clock")).status_code == 404
    assert (await other.get(f"/v1/incidents/{new_id()}/clock")).status_code == 404
