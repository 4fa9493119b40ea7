"""Replays through HTTP and the job process: for who asked, with progress, and to be cancelled."""

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import geopandas
import httpx
import pytest
from sqlalchemy import text

from geodata import frames
from gridsvc import worker
from gridsvc.auth.principal import Role, Scope
from gridsvc.db.clock import utc_now
from gridsvc.db.jobs import defer
from gridsvc.incidents import past
from gridsvc.lab import job
from gridsvc.lab.interval import Interval
from gridsvc.settings import Settings
from tests.live import Live
from tests.planning.desk import Desk


async def asked(client: httpx.AsyncClient, draft: Desk, **how: Any) -> dict[str, Any]:
    how = how or {"months": 1}
    answer = await client.post("/v1/replays", json={"draft": draft.draft["id"], **how})
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


async def read(client: httpx.AsyncClient, run: dict[str, Any]) -> dict[str, Any]:
    answer = await client.get(f"/v1/replays/{run['id']}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def pairs(result: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(p["before"]["code"], p["after"]["code"]): p["count"] for p in result["matrix"]}


async def test_the_job_tells_who_would_have_had_what(
    planner: httpx.AsyncClient, draft: Desk, city_url: str
) -> None:
    run = await asked(planner, draft)
    assert (run["state"], run["seen"], run["result"]) == ("waiting", 0, None)
    await worker.work(city_url, once=True)
    done = await read(planner, run)
    assert (done["state"], done["seen"], done["total"]) == ("done", 4, 4)
    result = done["result"]
    assert pairs(result) == {
        ("clean1", "clean1"): 1,
        ("clean1", "clean2"): 2,
        ("clean2", "clean2"): 1,
    }
    assert (result["changed"], result["changed_share"], result["skipped"]) == (2, 0.5, 0)
    loads = {one["organisation"]["code"]: one for one in result["organisations"]}
    assert (loads["clean1"]["before"], loads["clean1"]["after"]) == (3, 1)
    assert set(result["outcomes"]) >= {"ambiguous", "fallback", "routed"}
    assert sum(one["changed"] for one in result["where"]["squares"]) == 2
    listed = (await planner.get("/v1/replays", params={"draft": draft.draft["id"]})).json()
    assert [one["id"] for one in listed] == [run["id"]]


async def test_a_replay_is_for_who_asked_and_counts_what_they_may_see(
    running: Live, planner: httpx.AsyncClient, draft: Desk, city_url: str
) -> None:
    street = await running.client(Role.PLANNER, login="street", scope=Scope("street", "S1"))
    own, narrow = await asked(planner, draft), await asked(street, draft)
    await worker.work(city_url, once=True)
    assert (await read(planner, own))["result"]["total"] == 4
    assert (await read(street, narrow))["result"]["total"] == 1
    for method in ("GET", "DELETE"):
        assert (await street.request(method, f"/v1/replays/{own['id']}")).status_code == 404
    centre = await running.client(Role.COMMAND_CENTRE, login="other")
    body = {"draft": draft.draft["id"], "months": 1}
    assert (await centre.post("/v1/replays", json=body)).status_code == 403
    assert (await centre.get("/v1/replays")).status_code == 403


async def test_asked_again_while_under_way_it_is_the_same(
    planner: httpx.AsyncClient, draft: Desk, city_url: str
) -> None:
    first = await asked(planner, draft)
    assert (await asked(planner, draft))["id"] == first["id"]
    body = {"draft": draft.draft["id"], "months": 2}
    other = await planner.post("/v1/replays", json=body)
    assert (other.status_code, other.json()["code"]) == (409, "replay_runs")
    await worker.work(city_url, once=True)
    assert (await asked(planner, draft))["id"] != first["id"]


async def test_cancelled_before_it_began_it_never_begins(
    planner: httpx.AsyncClient, draft: Desk, city_url: str
) -> None:
    run = await asked(planner, draft)
    for _ in range(2):
        answer = await planner.delete(f"/v1/replays/{run['id']}")
        assert answer.json()["state"] == "cancelled"
    await worker.work(city_url, once=True)
    found = await read(planner, run)
    assert (found["state"], found["started_at"], found["result"]) == ("cancelled", None, None)


async def test_cancelled_on_its_way_it_ends_at_the_next_page(
    running: Live, planner: httpx.AsyncClient, draft: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "PAGE", 1)
    run = await asked(planner, draft)
    tell = job.Run.tell

    async def cancelling(self: job.Run, seen: int, total: int) -> None:
        if seen:
            await planner.delete(f"/v1/replays/{run['id']}")
        await tell(self, seen, total)

    monkeypatch.setattr(job.Run, "tell", cancelling)
    await job.carry_out(running.database, Settings(), UUID(run["id"]), utc_now)
    found = await read(planner, run)
    assert (found["state"], found["seen"], found["result"]) == ("cancelled", 0, None)


async def test_one_that_was_broken_off_starts_over(
    running: Live, planner: httpx.AsyncClient, draft: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "PAGE", 1)
    run = await asked(planner, draft)
    tell = job.Run.tell

    async def dying(self: job.Run, seen: int, total: int) -> None:
        await tell(self, seen, total)
        if seen:
            raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(job.Run, "tell", dying)
        with pytest.raises(ConnectionError):
            await job.carry_out(running.database, Settings(), UUID(run["id"]), utc_now)
    half = await read(planner, run)
    assert half["state"] == "running"
    assert half["seen"] > 0
    for _ in range(2):
        await job.carry_out(running.database, Settings(), UUID(run["id"]), utc_now)
    done = await read(planner, run)
    assert (done["state"], done["seen"], done["result"]["total"]) == ("done", 4, 4)


async def test_a_draft_laid_aside_meanwhile_fails_with_its_reason(
    planner: httpx.AsyncClient, draft: Desk, city_url: str
) -> None:
    run = await asked(planner, draft)
    await draft.do("DELETE", "")
    await worker.work(city_url, once=True)
    found = await read(planner, run)
    assert (found["state"], found["failure"]["code"]) == ("failed", "draft_not_open")
    assert found["failure"]["zh"] != found["failure"]["en"]
    again = await planner.post("/v1/replays", json={"draft": draft.draft["id"], "months": 1})
    assert (again.status_code, again.json()["code"]) == (409, "draft_not_open")


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({}, "interval"),
        ({"months": 1, "from": "2026-01-01T00:00:00+08:00"}, "interval"),
        ({"to": "2026-01-01T00:00:00+08:00"}, "interval"),
        ({"from": "2026-01-02T00:00:00+08:00", "to": "2026-01-01T00:00:00+08:00"}, "interval"),
        ({"months": 0}, "greater_than_equal"),
        ({"months": 121}, "less_than_equal"),
        ({"months": 1, "moths": 1}, "extra_forbidden"),
        ({"from": "2026-01-01T00:00:00"}, "timezone_aware"),
    ],
)
async def test_bad_questions_are_refused(client_of: Any, how: dict[str, Any], code: str) -> None:
    planner = await client_of(Role.PLANNER)
    answer = await planner.post("/v1/replays", json={"draft": str(uuid4()), **how})
    assert answer.status_code == 422
    assert code in {answer.json()["code"], *(one["code"] for one in answer.json()["errors"])}


async def test_an_unknown_draft_is_not_found(client_of: Any) -> None:
    planner = await client_of(Role.PLANNER)
    answer = await planner.post("/v1/replays", json={"draft": str(uuid4()), "months": 1})
    assert answer.status_code == 404


def test_months_are_those_of_the_calendar() -> None:
    now = datetime(2026, 3, 31, 8, tzinfo=UTC)
    assert Interval.last(1, now=now).since == datetime(2026, 2, 28, 8, tzinfo=UTC)
    assert Interval.last(3, now=now).since == datetime(2025, 12, 31, 8, tzinfo=UTC)
    assert Interval.last(120, now=now).since == datetime(2016, 3, 31, 8, tzinfo=UTC)


def test_the_last_month_is_the_same_question_a_little_later() -> None:
    now = datetime(2026, 5, 20, 8, tzinfo=UTC)
    first = Interval.last(1, now=now)
    assert Interval.last(1, now=now + timedelta(minutes=5)).like(first)
    assert not Interval.last(2, now=now).like(first)
    assert not Interval.last(1, now=now + timedelta(hours=2)).like(first)


async def test_its_page_has_the_matrix_and_the_squares(
    running: Live,
    planner: httpx.AsyncClient,
    draft: Desk,
    city_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = await asked(planner, draft)
    early = await planner.get(f"/maps/replays/{run['id']}")
    assert early.status_code == 409
    await worker.work(city_url, once=True)
    desk = await planner.get(f"/planning/{draft.draft['id']}/lab", params={"lang": "en"})
    assert desk.status_code == 200, desk.text
    assert f"/maps/replays/{run['id']}" in desk.text
    turns = asyncio.Semaphore()
    drawn: list[tuple[bool, bool]] = []

    def as_areas(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
        drawn.append((turns.locked(), threading.current_thread() is threading.main_thread()))
        return frames.as_areas(frame)

    monkeypatch.setattr("gridsvc.lab.zones.as_areas", as_areas)
    running.app.state.gridsvc = replace(running.app.state.gridsvc, heavy=turns)
    page = await planner.get(f"/maps/replays/{run['id']}", params={"lang": "en"})
    assert set(drawn) == {(True, False)}
    assert page.status_code == 200, page.text
    assert "Who loses what to whom" in page.text
    assert "50.0%" in page.text
    assert (await planner.get(f"/maps/replays/{uuid4()}")).status_code == 404


async def test_a_replay_whose_job_is_given_up_has_failed_and_may_be_asked_for_anew(
    running: Live, planner: httpx.AsyncClient, draft: Desk, city_url: str
) -> None:
    run = await asked(planner, draft)
    async with running.database.transaction() as db:
        await db.execute(text("UPDATE procrastinate_jobs SET status = 'failed'"))
        await defer(db, "end_given_up", timestamp=0)
    await worker.work(city_url, once=True)
    found = await read(planner, run)
    assert (found["state"], found["failure"]["code"]) == ("failed", "gave_up")
    page = (await planner.get(f"/planning/{draft.draft['id']}/lab", params={"lang": "en"})).text
    assert found["failure"]["en"] in page
    assert (await asked(planner, draft))["id"] != run["id"]
