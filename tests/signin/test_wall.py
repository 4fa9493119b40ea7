"""A screen on a wall: signed in for weeks, by a credential that only looks."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest_asyncio
from fastapi import FastAPI
from itsdangerous import TimestampSigner
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.model import Credential
from gridsvc.auth.principal import Role
from gridsvc.http.requires import COOKIE
from gridsvc.settings import Settings
from tests.factories import make_account, report_body
from tests.fixtures.web import SIGNING_KEY
from tests.signin.visiting import Clock, browsing, hidden, sign_in


@pytest_asyncio.fixture
async def wall(app: FastAPI, db: AsyncSession) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which somebody has signed in and left it on the wall."""
    await make_account(db, "centre", Role.CITY_CENTRE)
    await db.commit()
    async with browsing(app) as browser:
        await sign_in(browser, login="centre")
        session = browser.cookies[COOKIE]
        token = hidden(await browser.get("/account?lang=en"), "csrf")
        left = await browser.post("/account/wall", data={"csrf": token})
        assert (left.status_code, left.headers["Location"]) == (303, "/board?wall=1")
        assert browser.cookies[COOKIE] != session
        yield browser


async def test_it_looks_and_does_nothing_else(wall: httpx.AsyncClient) -> None:
    for path in ("/board?wall=1", "/maps/coverage", "/maps/workload", "/v1/incidents"):
        assert (await wall.get(path)).status_code == 200, path
    refused = await wall.post("/v1/incidents", json=report_body(1.5, 0.5))
    assert (refused.status_code, refused.json()["code"]) == (403, "wall_only_looks")
    for path in ("/v1/me/credentials/01900000-0000-7000-8000-000000000000", "/v1/me/password"):
        assert (await wall.delete(path)).status_code in {403, 405}
    for path in ("/account", "/account/second-factor", "/indicators", "/planning"):
        assert (await wall.get(path)).status_code == 403, path
    form = {"csrf": "x", "name": "mine", "days": "9"}
    answer = await wall.post("/account", data=form)
    assert answer.headers.get("Location", "/login").startswith("/login")


async def test_it_outlives_a_session_and_ends_in_its_time(
    wall: httpx.AsyncClient, app: FastAPI
) -> None:
    clock, settings = Clock(app), Settings()
    began = clock.now
    later = {
        "a night": (timedelta(hours=settings.session_hours + 1), 200),
        "its last day": (timedelta(days=settings.wall_days, minutes=-1), 200),
        "after that": (timedelta(days=settings.wall_days, seconds=1), 401),
    }
    for after, status in later.values():
        clock.now = began + after
        assert (await wall.get("/v1/me")).status_code == status


async def test_the_session_it_was_made_in_is_over_and_it_can_be_ended_elsewhere(
    wall: httpx.AsyncClient, db: AsyncSession
) -> None:
    rows = (await db.scalars(select(Credential).order_by(Credential.created_at))).all()
    assert [(one.kind, one.revoked_at is None) for one in rows] == [
        ("session", False),
        ("wall", True),
    ]
    kept = wall.cookies[COOKIE]
    wall.cookies.clear()
    await sign_in(wall, login="centre")
    page = await wall.get("/account?lang=en")
    assert "wall screen" in page.text
    headers = {"X-CSRF-Token": hidden(page, "csrf")}
    ended = await wall.delete(f"/v1/me/credentials/{rows[1].id}", headers=headers)
    assert ended.status_code == 204
    wall.cookies.clear()
    wall.cookies.set(COOKIE, kept)
    assert (await wall.get("/v1/me")).status_code == 401


async def test_neither_cookie_passes_for_the_other(wall: httpx.AsyncClient) -> None:
    secret = wall.cookies[COOKIE].split(".")[0]
    wall.cookies.clear()
    wall.cookies.set(
        COOKIE, TimestampSigner(SIGNING_KEY, salt="gridsvc.session").sign(secret).decode()
    )
    assert (await wall.get("/v1/me")).status_code == 401


async def test_who_sees_no_cases_leaves_nothing_on_a_wall(app: FastAPI, db: AsyncSession) -> None:
    await make_account(db, "auditor", Role.AUDITOR)
    await db.commit()
    async with browsing(app) as browser:
        await sign_in(browser, login="auditor")
        page = await browser.get("/account")
        assert "/account/wall" not in page.text
        answer = await browser.post("/account/wall", data={"csrf": hidden(page, "csrf")})
        assert answer.status_code == 403
