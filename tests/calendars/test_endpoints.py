"""Calendars over HTTP."""

from datetime import date

import httpx
import pytest
import pytest_asyncio

from gridsvc.auth.principal import Role
from gridsvc.calendars.service import Change, publish_calendar, use_calendar
from gridsvc.db.session import Database
from tests.clock.calendars import NATIONAL_DAY
from tests.factories import BEGAN
from tests.fixtures.web import ClientOf

CITY = Change(horizon=date(2026, 12, 31)).of(NATIONAL_DAY)


@pytest_asyncio.fixture
async def client(client_of: ClientOf, database: Database) -> httpx.AsyncClient:
    async with database.transaction() as db:
        await publish_calendar(db, "city", CITY, title="市级日历", valid_from=BEGAN)
    return await client_of(Role.GRID_WORKER)


async def test_nobody_reads_them_without_a_login(anonymous: httpx.AsyncClient) -> None:
    for address in ("/v1/calendars", "/v1/calendars/city", "/v1/deadline"):
        assert (await anonymous.get(address)).status_code == 401


async def test_calendars_are_listed_as_they_are_in_force(client: httpx.AsyncClient) -> None:
    (found,) = (await client.get("/v1/calendars")).json()
    assert found["hours"][0]["week"][0] == [["08:00", "12:00"], ["14:00", "18:00"]]
    assert {name: found[name] for name in ("code", "version", "horizon", "workday_minutes")} == {
        "code": "city",
        "version": 1,
        "horizon": "2026-12-31",
        "workday_minutes": 480,
    }
    before = await client.get("/v1/calendars", params={"at": "2020-01-01T00:00:00Z"})
    assert before.json() == []


async def test_a_calendar_is_shown_day_by_day(client: httpx.AsyncClient) -> None:
    asked = {"from": "2025-10-08", "to": "2025-10-12"}
    days = (await client.get("/v1/calendars/city", params=asked)).json()["days"]
    assert [(day["kind"], day["name"], len(day["periods"])) for day in days] == [
        ("holiday", "节", 0),
        ("working", "", 2),
        ("working", "", 2),
        ("workday", "调休", 2),
        ("rest", "", 0),
    ]
    eve = {"from": "2026-12-31", "to": "2027-01-01"}
    known = (await client.get("/v1/calendars/city", params=eve)).json()["days"]
    assert [day["known"] for day in known] == [True, False]


@pytest.mark.parametrize(
    ("code", "asked", "status", "problem"),
    [
        ("none", {"from": "2026-01-01", "to": "2026-01-02"}, 404, "unknown_calendar"),
        ("city", {"from": "2026-01-02", "to": "2026-01-01"}, 422, "day_range"),
        ("city", {"from": "2026-01-01", "to": "2036-01-01"}, 422, "day_range"),
        ("city", {"from": "1026-01-01", "to": "2026-01-01"}, 422, "invalid"),
    ],
)
async def test_what_cannot_be_shown_is_refused(
    client: httpx.AsyncClient, code: str, asked: dict[str, str], status: int, problem: str
) -> None:
    answer = await client.get(f"/v1/calendars/{code}", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (status, problem)


class TestDeadline:
    @pytest.mark.parametrize("limit", ["4个工作时", "4 working hours"])
    async def test_every_minute_is_accounted_for(
        self, client: httpx.AsyncClient, limit: str
    ) -> None:
        asked = {"limit": limit, "start": "2025-09-30T16:00:00+08:00", "calendar": "city"}
        told = (await client.get("/v1/deadline", params=asked)).json()
        assert told["due_at"] == "2025-10-09T10:00:00+08:00"
        assert (told["calendar"], told["unit"], told["known"]) == ("city/1", "work_hour", True)
        assert sum(span["counted_minutes"] for span in told["spans"]) == 240
        assert {span["why"] for span in told["spans"]} == {"working", "off_hours", "holiday"}
        assert told["spans"][0]["zh"].endswith("计 120 分钟，工作时间")

    async def test_without_a_name_it_is_everybody_s(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        asked = {"limit": "1工作日", "start": "2025-09-30T16:00:00+08:00"}
        before = (await client.get("/v1/deadline", params=asked)).json()
        assert (before["calendar"], before["known"]) == ("default", False)
        async with database.transaction() as db:
            await use_calendar(db, "city", valid_from=BEGAN)
        after = (await client.get("/v1/deadline", params=asked)).json()
        assert after["calendar"] == "city/1"
        assert after["due_at"] == "2025-10-09T16:00:00+08:00"

    @pytest.mark.parametrize(
        ("asked", "status", "problem"),
        [
            ({"limit": "2小时"}, 422, "limit_wording"),
            ({"limit": "1000工作日"}, 422, "deadline_far"),
            ({"limit": "1工作日", "start": "9999-12-31T00:00:00Z"}, 422, "invalid"),
            ({"limit": "1自然日", "start": "0001-01-02T00:00:00Z"}, 422, "invalid"),
            ({"limit": "1工作日", "calendar": "none"}, 404, "unknown_calendar"),
        ],
    )
    async def test_what_is_no_question_is_refused(
        self, client: httpx.AsyncClient, asked: dict[str, str], status: int, problem: str
    ) -> None:
        answer = await client.get("/v1/deadline", params=asked)
        assert (answer.status_code, answer.json()["code"]) == (status, problem)
