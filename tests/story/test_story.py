"""The whole story over HTTP, one client for each of its people, with a clock that we turn."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.attachments.cabinet import Cabinet
from gridsvc.clock.calendar import SHANGHAI
from gridsvc.db.clock import utc_now
from tests.attachments.sending import work
from tests.fixtures.web import set_clock
from tests.story.cast import Cast
from tests.story.plot import ACTIONS, play
from tests.story.town import make_town

DAYS = {"thu": 3, "fri": 4, "mon": 7, "tue": 8, "wed": 9}
"""After the Monday before."""
HOUR = 60
STAGES = {
    "acceptance": 20,
    "verification": 10,
    "dispatch": 10,
    "arbitration": 2 * HOUR,
    "check": 20,
    "closing": 40,
}
"""Minutes of the last time in each; over noon nobody arbitrates."""


class Turned:
    """A clock that is turned to the next week, and jobs that are done when they are waited for."""

    def __init__(self, app: FastAPI, cabinet: Cabinet) -> None:
        self.cabinet, self.now = cabinet, utc_now()
        self.monday = self.now.astimezone(SHANGHAI) + timedelta(
            days=7 - self.now.astimezone(SHANGHAI).weekday()
        )
        set_clock(app, lambda: self.now)

    def time_of(self, when: str) -> datetime:
        day, _, clock = when.partition(" ")
        hour, minute = map(int, clock.split(":"))
        on_the_day = self.monday + timedelta(days=DAYS[day])
        return on_the_day.replace(hour=hour, minute=minute, second=0, microsecond=0)

    async def at(self, when: str) -> None:
        self.now = self.time_of(when).astimezone(UTC)

    async def jobs(self) -> None:
        await work(self.cabinet, lambda: self.now)


@pytest_asyncio.fixture
async def cast(app: FastAPI, db: AsyncSession) -> Cast:
    tokens = await make_town(db)
    await db.commit()
    transport = httpx.ASGITransport(app=app)
    return Cast(
        {
            login: httpx.AsyncClient(
                transport=transport,
                base_url="http://test",
                headers={"Authorization": f"Bearer {token}"},
            )
            for login, token in tokens.items()
        }
    )


async def test_a_case_is_seen_through_to_its_end(
    app: FastAPI, cast: Cast, cabinet: Cabinet
) -> None:
    stage = Turned(app, cabinet)
    cast = await play(cast, stage)
    events = await cast.shown("evaluator", "/events")
    assert [event["action"] for event in events] == ACTIONS
    proved = await cast.people["auditor"].get(f"/v1/audit/verify?incident={cast.incident}")
    assert proved.json()["findings"] == []
    clock = await cast.shown("evaluator", "/clock")
    assert_every_minute(clock["spans"], stage.time_of("thu 08:30"), stage.time_of("tue 10:00"))
    # Since it was settled: 3 hours on Thursday, 7 on Friday, 7 on Monday, 2 on Tuesday.
    assert (clock["used_minutes"], clock["total_minutes"]) == (19 * HOUR, 32 * HOUR)
    settled = stage.time_of("thu 15:00").isoformat()
    assert counted(clock["spans"], since=settled) == clock["used_minutes"]
    passed = [datetime.fromisoformat(it["begins"]) for it in clock["passages"]]
    assert passed[0] == stage.time_of("thu 08:30")
    assert all(earlier["ends"] == later["begins"] for earlier, later in pairwise(clock["passages"]))
    assert {one["code"]: one["used_minutes"] for one in clock["stages"]} == STAGES


def assert_every_minute(spans: list[dict[str, Any]], begins: datetime, ends: datetime) -> None:
    """The account has no gap, from the report until the matter was dealt with."""
    assert datetime.fromisoformat(spans[0]["begins"]) == begins
    assert datetime.fromisoformat(spans[-1]["ends"]) == ends
    assert all(earlier["ends"] == later["begins"] for earlier, later in pairwise(spans))


def counted(spans: list[dict[str, Any]], *, since: str = "") -> float:
    return sum(float(it["counted_minutes"]) for it in spans if it["begins"] >= since)
