"""Somebody at the sign-in pages without a browser: what the forms hold, and sending them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from gridsvc.db.clock import utc_now
from tests.factories import PASSWORD
from tests.fixtures.web import set_clock


class Clock:
    """A clock that the requests read, and the test sets."""

    def __init__(self, app: FastAPI) -> None:
        self.now = utc_now()
        set_clock(app, lambda: self.now)

    def advance(self, by: timedelta) -> datetime:
        self.now += by
        return self.now


def hidden(page: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text
    return found[1]


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def bearer(answer: httpx.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json()['token']}"}


async def token(client: httpx.AsyncClient, password: str = PASSWORD, **more: Any) -> httpx.Response:
    return await client.post("/v1/tokens", json={"login": "li.na", "password": password, **more})


@asynccontextmanager
async def browsing(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser with nobody signed in."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def sign_in(
    browser: httpx.AsyncClient,
    password: str = PASSWORD,
    following: str = "/",
    *,
    login: str = "li.na",
) -> httpx.Response:
    nonce = hidden(await browser.get("/login"), "nonce")
    form = {"login": login, "password": password, "nonce": nonce, "following": following}
    return await browser.post("/login", data=form)


async def send(browser: httpx.AsyncClient, where: str, **form: Any) -> httpx.Response:
    """Send a page's own form."""
    csrf = hidden(await browser.get(where), "csrf")
    return await browser.post(where, data={"csrf": csrf, **form})
