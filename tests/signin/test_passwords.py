"""Passwords changed by their owners, reset by an administrator, and grown too old."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.app import create_app
from gridsvc.auth.audit import MOST_FAILURES
from gridsvc.auth.model import Account, AuditEntry
from gridsvc.auth.principal import Role
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.http.requires import COOKIE
from gridsvc.http.state import REMEMBERED
from gridsvc.settings import Settings
from gridsvc.signin.browsing import PARTIAL_COOKIE
from tests.factories import PASSWORD, make_account
from tests.fixtures.web import SIGNING_KEY, ClientOf, set_clock
from tests.people.test_log import entries, failure
from tests.signin.visiting import bearer, browsing, hidden, send, sign_in, token, told

NEW = "another horse altogether"
GIVEN = "given out at the desk"


@pytest_asyncio.fixture
async def browser(app: FastAPI, db: AsyncSession) -> AsyncIterator[httpx.AsyncClient]:
    """A browser with nobody signed in; there is an account `li.na`."""
    await make_account(db, "li.na", Role.PLANNER)
    await db.commit()
    async with browsing(app) as client:
        yield client


async def change(client: httpx.AsyncClient, headers: dict[str, str], **body: Any) -> httpx.Response:
    given = {"password": PASSWORD, "new_password": NEW, **body}
    return await client.put("/v1/me/password", json=given, headers=headers)


class TestOwnChange:
    @pytest.mark.parametrize(("others", "left"), [(True, 401), (False, 200)])
    async def test_it_ends_other_sessions_if_that_is_wanted(
        self, app: FastAPI, browser: httpx.AsyncClient, others: bool, left: int
    ) -> None:
        now = utc_now()
        set_clock(app, lambda: now)
        mine, other = bearer(await token(browser)), bearer(await token(browser))
        assert (await change(browser, mine, end_others=others)).status_code == 204
        now += REMEMBERED
        assert (await browser.get("/v1/me", headers=mine)).status_code == 200
        assert (await browser.get("/v1/me", headers=other)).status_code == left
        assert told(await token(browser)) == (401, "wrong_login")
        assert (await token(browser, NEW)).status_code == 201

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({"password": "a wrong one"}, 422, "wrong_password"),
            ({"new_password": PASSWORD}, 422, "password_same"),
            ({"new_password": "short"}, 422, "password_too_short"),
            ({"new_password": "Li.Na 1989 1231"}, 422, "password_has_login"),
            ({"new_password": "1234567890"}, 422, "password_sequence"),
            ({"end_others": "yes"}, 422, "invalid"),
        ],
    )
    async def test_what_will_not_do_changes_nothing(
        self, browser: httpx.AsyncClient, body: dict[str, Any], status: int, code: str
    ) -> None:
        mine = bearer(await token(browser))
        assert told(await change(browser, mine, **body)) == (status, code)
        assert (await token(browser)).status_code == 201

    async def test_who_guesses_the_present_one_is_shut_out(
        self, browser: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        mine = bearer(await token(browser))
        failures = [{**failure("li.na"), "id": new_id()} for _ in range(MOST_FAILURES - 1)]
        await db.execute(insert(AuditEntry), failures)
        await db.commit()
        tries = [await change(browser, mine, password="a wrong one") for _ in range(2)]
        assert [it.status_code for it in tries] == [422, 429]

    async def test_the_page_has_the_form_and_what_is_open(self, browser: httpx.AsyncClient) -> None:
        assert (await sign_in(browser, PASSWORD, "/account")).headers["location"] == "/account"
        await token(browser, name="dashboard")
        page = await browser.get("/account?lang=en")
        assert 'data-call="PUT /v1/me/password"' in page.text
        assert "dashboard" in page.text
        assert page.text.count("DELETE /v1/me/credentials/") == 1


class TestOwnTokens:
    """Made on the page by who is signed in: also by who has no password to send."""

    async def test_one_is_shown_once_and_is_for_what_was_ticked(
        self, browser: httpx.AsyncClient, client_of: ClientOf
    ) -> None:
        await sign_in(browser)
        form = {"name": "gis", "days": "7", "permissions": ["areas:read", "maps:view"]}
        page = await send(browser, "/account", **form)
        found = re.search(r"<code>([\w-]{40,})</code>", page.text)
        assert found is not None
        headers = {"Authorization": f"Bearer {found[1]}"}
        browser.cookies.clear()
        me = (await browser.get("/v1/me", headers=headers)).json()
        assert me["permissions"] == ["areas:read", "maps:view"]
        auditor = await client_of(Role.AUDITOR)
        assert ("token_made", "li.na", "li.na") in await entries(auditor)
        assert found[1] not in (await auditor.get("/v1/audit")).text

    @pytest.mark.parametrize(
        ("wrong", "status"),
        [
            ({"csrf": "x"}, 403),
            ({"days": "0"}, 422),
            ({"days": "366"}, 422),
            ({"name": ""}, 422),
            ({"permissions": ["all"]}, 422),
        ],
    )
    async def test_what_cannot_be_is_refused(
        self, browser: httpx.AsyncClient, wrong: dict[str, Any], status: int
    ) -> None:
        await sign_in(browser)
        answer = await send(browser, "/account", **{"name": "gis", "days": "7", **wrong})
        assert answer.status_code == status
        assert len((await browser.get("/v1/me/credentials")).json()) == 1


async def reset(client_of: ClientOf) -> None:
    keeper = await client_of(Role.SECURITY_ADMINISTRATOR)
    answer = await keeper.put("/v1/accounts/Li.Na/password", json={"password": GIVEN})
    assert answer.status_code == 204


class TestReset:
    async def test_all_that_was_open_ends(
        self, app: FastAPI, browser: httpx.AsyncClient, client_of: ClientOf
    ) -> None:
        mine = bearer(await token(browser))
        await reset(client_of)
        later = utc_now() + REMEMBERED
        set_clock(app, lambda: later)
        assert (await browser.get("/v1/me", headers=mine)).status_code == 401

    async def test_a_program_must_send_a_new_one_along(
        self, browser: httpx.AsyncClient, client_of: ClientOf
    ) -> None:
        await reset(client_of)
        assert told(await token(browser, GIVEN)) == (401, "password_required")
        assert told(await token(browser, GIVEN, new_password=GIVEN)) == (422, "password_same")
        assert told(await token(browser, GIVEN, new_password="li.na")) == (
            422,
            "password_too_short",
        )
        assert (await token(browser, GIVEN, new_password=NEW)).status_code == 201
        assert (await token(browser, NEW)).status_code == 201

    async def test_a_person_is_led_to_the_form_for_it_and_on(
        self, browser: httpx.AsyncClient, client_of: ClientOf
    ) -> None:
        await reset(client_of)
        answer = await sign_in(browser, GIVEN, "/planning?lang=en")
        assert answer.headers["location"] == "/login/password?following=%2Fplanning%3Flang%3Den"
        assert COOKIE not in browser.cookies
        assert (await browser.get("/planning")).headers["location"].startswith("/login")
        where = answer.headers["location"]
        csrf = hidden(await browser.get(where), "csrf")
        for typed, again in ((NEW, "otherwise"), (GIVEN, GIVEN), ("short", "short")):
            form = {"csrf": csrf, "password": typed, "again": again}
            refused = await browser.post(where, data=form)
            assert (refused.status_code, 'role="alert"' in refused.text) == (422, True)
        form = {"csrf": csrf, "password": NEW, "again": NEW}
        assert (await browser.post(where, data={**form, "csrf": "x"})).status_code == 403
        answer = await browser.post(where, data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/planning?lang=en")
        assert (await browser.get("/planning")).status_code == 200
        auditor = await client_of(Role.AUDITOR)
        assert [deed for deed, *_ in await entries(auditor, about="li.na")] == [
            "signed_in",
            "password_changed",
            "sign_in_begun",
            "password_reset",
        ]

    async def test_what_is_held_on_the_way_opens_nothing_and_only_once(
        self, browser: httpx.AsyncClient, client_of: ClientOf
    ) -> None:
        await reset(client_of)
        where = (await sign_in(browser, GIVEN, "/")).headers["location"]
        secret = browser.cookies[PARTIAL_COOKIE]
        headers = {"Authorization": f"Bearer {secret}"}
        assert (await browser.get("/v1/me", headers=headers)).status_code == 401
        form = {"csrf": hidden(await browser.get(where), "csrf"), "password": NEW, "again": NEW}
        assert (await browser.post(where, data=form)).status_code == 303
        browser.cookies.set(PARTIAL_COOKIE, secret)
        assert (await browser.get(where)).status_code == 401
        form |= {"password": "one more horse", "again": "one more horse"}
        assert told(await browser.post(where, data=form)) == (401, "sign_in_again")

    @pytest.mark.parametrize("cookie", [None, "x", "é"])
    async def test_who_has_given_no_password_gets_no_form(
        self, browser: httpx.AsyncClient, cookie: str | None
    ) -> None:
        headers = [] if cookie is None else [(b"Cookie", f"{PARTIAL_COOKIE}={cookie}".encode())]
        answer = await browser.get("/login/password", headers=headers)
        assert answer.status_code == (303 if cookie is None else 401)

    @pytest.mark.parametrize("password", ["short", "li.na was here", "", "x" * 201])
    async def test_an_administrator_gives_no_bad_one_either(
        self, browser: httpx.AsyncClient, client_of: ClientOf, password: str
    ) -> None:
        keeper = await client_of(Role.SECURITY_ADMINISTRATOR)
        body = {"password": password}
        assert (await keeper.put("/v1/accounts/li.na/password", json=body)).status_code == 422
        assert (await token(browser)).status_code == 201


async def test_nobody_else_resets_anything(client_of: ClientOf) -> None:
    planner = await client_of(Role.PLANNER)
    answer = await planner.put("/v1/accounts/planner/password", json={"password": NEW})
    assert answer.status_code == 403


async def test_one_that_is_too_old_has_to_be_changed(
    browser: httpx.AsyncClient, database: Database, db: AsyncSession
) -> None:
    settings = Settings(password_max_age_days=90, password_min_length=24)
    app = create_app(settings, database, signing_key=SIGNING_KEY)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await token(client)).status_code == 201
        old = utc_now() - timedelta(days=90)
        await db.execute(update(Account).values(password_changed_at=old))
        await db.commit()
        assert told(await token(client)) == (401, "password_required")
        short = NEW[:20]
        assert told(await token(client, new_password=short)) == (422, "password_too_short")
        assert (await token(client, new_password=NEW)).status_code == 201
        assert (await token(client, NEW)).status_code == 201
