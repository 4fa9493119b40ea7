"""The login page and the browser's session: cookies that others can neither read, make nor use."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from itsdangerous import TimestampSigner
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.app import create_app
from gridsvc.auth.model import Credential
from gridsvc.auth.principal import Role
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.http.requires import COOKIE, CSRF_HEADER
from gridsvc.settings import Settings
from tests.factories import PASSWORD, make_account, report_body
from tests.fixtures.web import SIGNING_KEY, set_clock

JUNK = [b"x", b"", "é".encode(), b"\xff", b"x" * 90]
FORM_JUNK = ["x", "", "é", "签名", "x" * 90, "x" * 101]


@pytest_asyncio.fixture
async def browser(app: FastAPI, db: AsyncSession) -> AsyncIterator[httpx.AsyncClient]:
    """A browser with nobody signed in; there is an account `worker`. A defect of ours is a 500."""
    await make_account(db, "worker", Role.GRID_WORKER)
    await db.commit()
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


def hidden(page: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None
    return found[1]


async def sign_in(browser: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    page = await browser.get("/login")
    form = {"login": "worker", "password": PASSWORD, "nonce": hidden(page, "nonce"), **changes}
    return await browser.post("/login", data=form)


async def csrf(browser: httpx.AsyncClient) -> str:
    return hidden(await browser.get("/"), "csrf")


class TestForm:
    async def test_it_is_in_the_readers_language(self, browser: httpx.AsyncClient) -> None:
        chinese, english = [(await browser.get(f"/login?lang={x}")).text for x in ("zh", "en")]
        assert 'lang="zh-CN"' in chinese
        assert "登录" in chinese
        assert 'lang="en"' in english
        assert "Sign in" in english

    async def test_each_has_its_own_nonce(self, browser: httpx.AsyncClient) -> None:
        nonces = {hidden(await browser.get("/login"), "nonce") for _ in range(2)}
        assert len(nonces) == 2

    async def test_text_from_outside_is_escaped(self, browser: httpx.AsyncClient) -> None:
        page = await browser.get("/login", params={"following": '/"><script>alert(1)</script>'})
        assert "<script>" not in page.text


class TestSigningIn:
    async def test_it_leads_to_where_one_wanted_to_go(self, browser: httpx.AsyncClient) -> None:
        answer = await sign_in(browser, following="/maps/coverage?lang=en")
        assert (answer.status_code, answer.headers["location"]) == (303, "/maps/coverage?lang=en")
        assert (await browser.get("/")).status_code == 200

    async def test_who_is_signed_in_is_not_asked_again(self, browser: httpx.AsyncClient) -> None:
        await sign_in(browser)
        answer = await browser.get("/login?following=/maps/workload")
        assert (answer.status_code, answer.headers["location"]) == (303, "/maps/workload")

    async def test_the_cookie_is_neither_for_scripts_nor_for_other_sites(
        self, browser: httpx.AsyncClient
    ) -> None:
        cookies = (await sign_in(browser)).headers.get_list("set-cookie")
        session = next(cookie for cookie in cookies if cookie.startswith(f"{COOKIE}="))
        assert "HttpOnly" in session
        assert "SameSite=lax" in session
        assert "Max-Age=43200" in session
        assert "Secure" not in session

    async def test_over_https_it_is_never_sent_without(self, database: Database) -> None:
        app = create_app(Settings(secure_cookies=True), database, signing_key=SIGNING_KEY)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="https://test") as client:
            assert "Secure" in (await client.get("/login")).headers["set-cookie"]

    @pytest.mark.parametrize(
        "changes", [{"password": "wrong password"}, {"login": "nobody"}, {"login": "Worker "}]
    )
    async def test_a_wrong_login_shows_the_form_again(
        self, browser: httpx.AsyncClient, changes: dict[str, str]
    ) -> None:
        answer = await sign_in(browser, following="/maps/coverage", **changes)
        assert answer.status_code == 401
        assert "账号或密码错误" in answer.text
        assert hidden(answer, "following") == "/maps/coverage"
        assert COOKIE not in browser.cookies
        assert PASSWORD not in answer.text

    @pytest.mark.parametrize("nonce", FORM_JUNK)
    async def test_a_form_that_is_not_ours_is_refused(
        self, browser: httpx.AsyncClient, nonce: str, db: AsyncSession
    ) -> None:
        answer = await sign_in(browser, nonce=nonce)
        assert answer.status_code in {403, 422}
        assert (await db.execute(select(Credential))).first() is None

    async def test_a_form_without_its_cookie_is_refused(self, browser: httpx.AsyncClient) -> None:
        page = await browser.get("/login")
        browser.cookies.clear()
        form = {"login": "worker", "password": PASSWORD, "nonce": hidden(page, "nonce")}
        answer = await browser.post("/login", data=form)
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf")

    @pytest.mark.parametrize(
        "changes", [{"login": "x" * 101}, {"login": "a\x00"}, {"password": "x" * 201}]
    )
    async def test_what_is_no_login_is_refused(
        self, browser: httpx.AsyncClient, changes: dict[str, str]
    ) -> None:
        assert (await sign_in(browser, **changes)).status_code == 422


class TestFollowing:
    @pytest.mark.parametrize(
        "following",
        [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "\\\\evil.example",
            "/\t/evil.example/",
            "/\n/evil.example/",
            "javascript:alert(1)",
            "evil.example",
            " //evil.example",
            "http:/evil.example",
            "",
            "/\r\nSet-Cookie: a=b",
        ],
    )
    async def test_it_never_leads_away(self, browser: httpx.AsyncClient, following: str) -> None:
        answer = await sign_in(browser, following=following)
        assert answer.status_code == 303
        target = httpx.URL("http://test/").join(answer.headers["location"])
        assert target.host == "test"
        assert not answer.headers["location"].startswith("//")
        assert "set-cookie: a=b" not in str(answer.headers).lower()


class TestSession:
    @pytest.mark.parametrize("cookie", JUNK)
    async def test_a_cookie_that_we_did_not_sign_is_nobodys(
        self, browser: httpx.AsyncClient, cookie: bytes
    ) -> None:
        headers = [(b"Cookie", COOKIE.encode() + b"=" + cookie)]
        assert (await browser.get("/v1/me", headers=headers)).status_code == 401

    @pytest.mark.parametrize("place", [0, 10, -1])
    async def test_one_changed_letter_spoils_it(
        self, browser: httpx.AsyncClient, place: int
    ) -> None:
        await sign_in(browser)
        letters = list(browser.cookies[COOKIE])
        letters[place] = "A" if letters[place] != "A" else "E"
        browser.cookies.set(COOKIE, "".join(letters), domain="test.local")
        assert (await browser.get("/v1/me")).status_code == 401

    async def test_another_key_makes_none_of_ours(self, browser: httpx.AsyncClient) -> None:
        await sign_in(browser)
        secret = browser.cookies[COOKIE].split(".")[0]
        forged = TimestampSigner("another key", salt="gridsvc.session").sign(secret).decode()
        browser.cookies.clear()
        browser.cookies.set(COOKIE, forged)
        assert (await browser.get("/v1/me")).status_code == 401

    async def test_it_ends(self, browser: httpx.AsyncClient, app: FastAPI) -> None:
        await sign_in(browser)
        later = utc_now() + timedelta(hours=Settings().session_hours, seconds=1)
        set_clock(app, lambda: later)
        assert (await browser.get("/v1/me")).status_code == 401

    async def test_its_secret_is_no_bearer_token_nor_the_other_way_round(
        self, browser: httpx.AsyncClient
    ) -> None:
        await sign_in(browser)
        cookie = browser.cookies[COOKIE]
        assert (await browser.get("/v1/me")).status_code == 200
        browser.cookies.clear()
        headers = {"Authorization": f"Bearer {cookie.split('.')[0]}"}
        assert (await browser.get("/v1/me", headers=headers)).status_code == 401
        body = {"login": "worker", "password": PASSWORD}
        token = (await browser.post("/v1/tokens", json=body)).json()["token"]
        assert (
            await browser.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
        ).status_code == 200
        signed = TimestampSigner(SIGNING_KEY, salt="gridsvc.session").sign(token).decode()
        browser.cookies.set(COOKIE, signed)
        assert (await browser.get("/v1/me")).status_code == 401


class TestChangesFromABrowser:
    @pytest.mark.parametrize("token", [None, *JUNK])
    async def test_without_the_pages_token_they_are_refused(
        self, browser: httpx.AsyncClient, token: bytes | None
    ) -> None:
        await sign_in(browser)
        headers = [] if token is None else [(CSRF_HEADER.encode(), token)]
        answer = await browser.post("/v1/incidents", json=report_body(0.5, 0.5), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf")

    async def test_with_it_they_are_made(self, browser: httpx.AsyncClient) -> None:
        await sign_in(browser)
        headers = {CSRF_HEADER: await csrf(browser)}
        answer = await browser.post("/v1/incidents", json=report_body(0.5, 0.5), headers=headers)
        assert answer.status_code == 201

    async def test_another_sessions_token_does_not_do(self, browser: httpx.AsyncClient) -> None:
        await sign_in(browser)
        stale = await csrf(browser)
        browser.cookies.clear()
        await sign_in(browser)
        answer = await browser.post(
            "/v1/incidents", json=report_body(0.5, 0.5), headers={CSRF_HEADER: stale}
        )
        assert answer.status_code == 403

    async def test_a_program_with_its_own_token_needs_none(
        self, browser: httpx.AsyncClient
    ) -> None:
        body = {"login": "worker", "password": PASSWORD}
        token = (await browser.post("/v1/tokens", json=body)).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        answer = await browser.post("/v1/incidents", json=report_body(0.5, 0.5), headers=headers)
        assert answer.status_code == 201


class TestSigningOut:
    async def test_the_session_ends_at_once_and_for_good(self, browser: httpx.AsyncClient) -> None:
        await sign_in(browser)
        cookie = browser.cookies[COOKIE]
        answer = await browser.post("/logout", data={"csrf": await csrf(browser)})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        assert COOKIE not in browser.cookies
        browser.cookies.set(COOKIE, cookie)
        assert (await browser.get("/v1/me")).status_code == 401

    @pytest.mark.parametrize("token", FORM_JUNK)
    async def test_another_sites_button_does_not_do_it(
        self, browser: httpx.AsyncClient, token: str
    ) -> None:
        await sign_in(browser)
        answer = await browser.post("/logout", data={"csrf": token})
        assert answer.status_code in {403, 422}
        assert (await browser.get("/v1/me")).status_code == 200

    async def test_who_is_not_signed_in_is_led_to_the_login(
        self, browser: httpx.AsyncClient
    ) -> None:
        answer = await browser.post("/logout", data={"csrf": "x"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
