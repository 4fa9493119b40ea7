"""Limits on requests: by account and by address, made good by time, told in both languages."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.app import equip
from gridsvc.auth.principal import Role
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.errors import TooManyRequests
from gridsvc.http.allowance import Allowance
from gridsvc.settings import Settings
from tests.fixtures.web import SIGNING_KEY, ClientOf
from tests.signin.visiting import Clock, told

BEGAN = utc_now()


@given(st.integers(1, 50), st.lists(st.integers(0, 5_000), max_size=200))
def test_no_more_than_the_allowance_and_what_time_makes_good(
    a_minute: int, pauses_ms: list[int]
) -> None:
    allowance, now, let_through = Allowance(a_minute), BEGAN, 0
    for pause in pauses_ms:
        now += timedelta(milliseconds=pause)
        try:
            allowance.spend("li.na", now=now)
        except TooManyRequests as refused:
            wait = refused.detail["retry_after_s"]
            assert isinstance(wait, int)
            assert 1 <= wait <= 60
            allowance.spend("li.na", now=now + timedelta(seconds=wait))
            return
        let_through += 1
    elapsed = (now - BEGAN).total_seconds()
    assert let_through <= a_minute + elapsed * a_minute / 60


def test_each_caller_has_an_allowance_and_none_has_no_end() -> None:
    allowance = Allowance(1, most_callers=2)
    for caller in ("a", "b"):
        allowance.spend(caller, now=BEGAN)
    with pytest.raises(TooManyRequests):
        allowance.spend("b", now=BEGAN)
    # Who was away for a minute is forgotten first; a crowd of strangers is never kept.
    for number in range(10):
        allowance.spend(number, now=BEGAN)
    assert len(allowance._spent) <= 2
    for _ in range(9):
        Allowance(0).spend("a", now=BEGAN)


async def test_an_account_is_slowed_down_and_nobody_else(
    app: FastAPI, database: Database, client_of: ClientOf
) -> None:
    equip(app, Settings(requests_per_account=3), database, signing_key=SIGNING_KEY)
    clock = Clock(app)
    worker, planner = await client_of(Role.GRID_WORKER), await client_of(Role.PLANNER)
    answers = [await worker.get("/v1/me") for _ in range(4)]
    assert [it.status_code for it in answers] == [200, 200, 200, 429]
    last = answers[-1]
    assert told(last) == (429, "too_fast")
    assert last.headers["retry-after"] == "20"
    assert "20" in last.json()["detail_zh"]
    assert "20" in last.json()["detail_en"]
    assert (await planner.get("/v1/me")).status_code == 200
    clock.advance(timedelta(seconds=20))
    assert [(await worker.get("/v1/me")).status_code for _ in range(2)] == [200, 429]


async def test_an_address_is_turned_away_whoever_asks(
    app: FastAPI, database: Database, anonymous: httpx.AsyncClient
) -> None:
    equip(app, Settings(requests_per_address=2), database, signing_key=SIGNING_KEY)
    assert [(await anonymous.get("/login")).status_code for _ in range(3)] == [200, 200, 429]
    refused = await anonymous.get("/v1/me", headers={"Accept": "text/html"})
    assert refused.status_code == 429
    assert 'role="alert"' in refused.text
    assert int(refused.headers["retry-after"]) in range(1, 61)
    assert refused.headers["x-request-id"]
    assert (await anonymous.get("/healthz")).status_code == 200
    transport = httpx.ASGITransport(app=app, client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as elsewhere:
        assert (await elsewhere.get("/login")).status_code == 200
