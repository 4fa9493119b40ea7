"""The second factor: set up, asked for, good once, lost and found, demanded by a role."""

import base64
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from fastapi import FastAPI
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.audit import MOST_FAILURES
from gridsvc.auth.model import AuditEntry, RecoveryCode, RoleRow, SecondFactor
from gridsvc.auth.one_time import STEP_S
from gridsvc.auth.principal import Role
from gridsvc.db.base import new_id
from gridsvc.http.state import REMEMBERED
from tests.factories import make_account
from tests.fixtures.web import ClientOf
from tests.people.test_log import entries, failure
from tests.signin.visiting import Clock, bearer, browsing, send, sign_in, token, told

PAGE = "/account/second-factor"
STEP = timedelta(seconds=STEP_S)


class Telephone:
    """An authenticator that has read a key from a page."""

    def __init__(self, page: httpx.Response, clock: Clock) -> None:
        typed = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
        assert typed is not None, page.text
        self.key = typed[1].replace(" ", "")
        self.clock = clock

    def code(self) -> str:
        totp = TOTP(base64.b32decode(self.key), 6, SHA1(), STEP_S)
        return totp.generate(int(self.clock.now.timestamp())).decode()


@pytest.fixture
def clock(app: FastAPI) -> Clock:
    return Clock(app)


@pytest_asyncio.fixture
async def browser(app: FastAPI, db: AsyncSession) -> AsyncIterator[httpx.AsyncClient]:
    """A browser with nobody signed in; there is an account `li.na`."""
    await make_account(db, "li.na", Role.PLANNER)
    await db.commit()
    async with browsing(app) as client:
        yield client


def recovery_codes(page: httpx.Response) -> list[str]:
    return re.findall(r"<code>([a-z2-7-]{19})</code>", page.text)


async def set_up(browser: httpx.AsyncClient, clock: Clock) -> tuple[Telephone, list[str]]:
    """Sign in and set it up; afterwards nobody is signed in."""
    await sign_in(browser)
    phone = Telephone(await browser.get(PAGE), clock)
    page = await send(browser, PAGE, code=phone.code(), what="confirm")
    assert page.status_code == 200, page.text
    browser.cookies.clear()
    clock.advance(STEP)
    return phone, recovery_codes(page)


class TestSettingUp:
    async def test_the_key_waits_for_its_first_code(
        self, browser: httpx.AsyncClient, clock: Clock, db: AsyncSession
    ) -> None:
        for_one_use = bearer(await token(browser, permissions=["areas:read"]))
        assert told(await browser.get(PAGE, headers=for_one_use)) == (403, "no_pages")
        await sign_in(browser)
        page = await browser.get(PAGE)
        phone = Telephone(page, clock)
        assert "data:image/svg+xml" in page.text
        assert Telephone(await browser.get(PAGE), clock).key == phone.key
        for code in ("", "000000", "abc", "x" * 65):
            refused = await send(browser, PAGE, code=code, what="confirm")
            assert refused.status_code == 422
        assert (await token(browser)).status_code == 201
        codes = recovery_codes(await send(browser, PAGE, code=phone.code(), what="confirm"))
        assert len({*codes}) == 10
        kept = (await db.execute(select(SecondFactor.secret))).scalar_one()
        assert phone.key.encode() not in kept
        hashes = list(await db.scalars(select(RecoveryCode.code_hash)))
        assert not {code.encode() for code in codes} & {*hashes}

    async def test_no_other_site_sets_it_up(self, browser: httpx.AsyncClient, clock: Clock) -> None:
        await sign_in(browser)
        code = Telephone(await browser.get(PAGE), clock).code()
        answer = await browser.post(PAGE, data={"code": code, "csrf": "x"})
        assert answer.status_code == 403
        assert (await token(browser)).status_code == 201


class TestSigningIn:
    async def test_a_person_is_asked_for_a_code_that_is_good_once(
        self, browser: httpx.AsyncClient, clock: Clock, client_of: ClientOf
    ) -> None:
        phone, _ = await set_up(browser, clock)
        where = (await sign_in(browser, following="/planning")).headers["location"]
        assert where == "/login/code?following=%2Fplanning"
        assert (await browser.get("/planning")).status_code == 303
        # Another step's page is not opened by what was given out for this one.
        assert (await browser.get("/login/password")).status_code == 401
        refused = await send(browser, where, code="000000")
        assert (refused.status_code, 'role="alert"' in refused.text) == (422, True)
        code = phone.code()
        answer = await send(browser, where, code=f"{code[:3]} {code[3:]}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/planning")
        assert (await browser.get("/planning")).status_code == 200
        browser.cookies.clear()
        where = (await sign_in(browser)).headers["location"]
        assert (await send(browser, where, code=code)).status_code == 422
        clock.advance(STEP)
        assert (await send(browser, where, code=phone.code())).status_code == 303
        auditor = await client_of(Role.AUDITOR)
        assert [deed for deed, *_ in await entries(auditor, about="li.na")][:8] == [
            *("signed_in", "sign_in_failed", "sign_in_begun"),
            *("signed_in", "sign_in_failed", "sign_in_begun"),
            *("second_factor_set", "signed_in"),
        ]

    async def test_a_program_sends_it_along(self, browser: httpx.AsyncClient, clock: Clock) -> None:
        phone, (first, *_) = await set_up(browser, clock)
        assert told(await token(browser)) == (401, "code_required")
        assert told(await token(browser, code="000000")) == (401, "wrong_code")
        assert told(await token(browser, "a wrong one", code=phone.code())) == (401, "wrong_login")
        code = phone.code()
        assert (await token(browser, code=code)).status_code == 201
        assert told(await token(browser, code=code)) == (401, "wrong_code")
        assert (await token(browser, code=first.upper())).status_code == 201
        assert told(await token(browser, code=first)) == (401, "wrong_code")

    async def test_wrong_codes_count_as_wrong_passwords_do(
        self, browser: httpx.AsyncClient, clock: Clock, db: AsyncSession
    ) -> None:
        phone, _ = await set_up(browser, clock)
        rows = [{**failure("li.na"), "id": new_id(), "at": clock.now} for _ in range(MOST_FAILURES)]
        await db.execute(insert(AuditEntry), rows[1:])
        await db.commit()
        where = (await sign_in(browser)).headers["location"]
        assert (await send(browser, where, code="000000")).status_code == 422
        assert told(await send(browser, where, code=phone.code())) == (429, "locked_out")
        assert told(await token(browser, code=phone.code())) == (429, "locked_out")


class TestLosingIt:
    async def test_it_is_removed_with_a_code(
        self, browser: httpx.AsyncClient, clock: Clock
    ) -> None:
        phone, codes = await set_up(browser, clock)
        where = (await sign_in(browser)).headers["location"]
        await send(browser, where, code=phone.code())
        assert (await send(browser, PAGE, code="000000", what="remove")).status_code == 422
        anew = recovery_codes(await send(browser, PAGE, code=codes[0], what="renew"))
        assert not {*anew} & {*codes}
        assert (await send(browser, PAGE, code=codes[1], what="remove")).status_code == 422
        answer = await send(browser, PAGE, code=anew[0], what="remove")
        assert answer.headers["location"] == "/account"
        assert (await token(browser)).status_code == 201

    async def test_an_administrator_resets_it(
        self, browser: httpx.AsyncClient, clock: Clock, client_of: ClientOf
    ) -> None:
        phone, _ = await set_up(browser, clock)
        mine = bearer(await token(browser, code=phone.code()))
        keeper = await client_of(Role.SECURITY_ADMINISTRATOR)
        path = "/v1/accounts/li.na/second-factor"
        assert (await keeper.delete(path)).status_code == 204
        assert (await keeper.delete(path)).status_code == 404
        clock.advance(REMEMBERED)
        assert (await browser.get("/v1/me", headers=mine)).status_code == 401
        assert (await token(browser)).status_code == 201


class TestDemanded:
    @pytest_asyncio.fixture
    async def demanded(self, db: AsyncSession) -> None:
        await db.execute(
            update(RoleRow).where(RoleRow.code == Role.PLANNER).values(second_factor=True)
        )
        await db.commit()

    async def test_who_has_none_sets_it_up_on_the_way_in(
        self, browser: httpx.AsyncClient, clock: Clock, demanded: None
    ) -> None:
        assert told(await token(browser)) == (401, "enrolment_required")
        where = (await sign_in(browser, following="/planning")).headers["location"]
        assert where == "/login/enrolment?following=%2Fplanning"
        phone = Telephone(await browser.get(where), clock)
        assert (await send(browser, where, code="000000")).status_code == 422
        page = await send(browser, where, code=phone.code())
        assert len(recovery_codes(page)) == 10
        assert 'href="/planning"' in page.text
        assert (await browser.get("/planning")).status_code == 200
        clock.advance(STEP)
        # Who removes it is out, and has to set up another to come back.
        await send(browser, PAGE, code=phone.code(), what="remove")
        clock.advance(REMEMBERED)
        assert (await browser.get("/planning")).status_code == 303
        assert "/login/enrolment" in (await sign_in(browser)).headers["location"]

    async def test_a_role_says_whether_it_demands_one(self, client_of: ClientOf) -> None:
        keeper = await client_of(Role.SECURITY_ADMINISTRATOR)
        role = {"name": "巡查", "name_en": "patrol", "sees": "own", "permissions": []}
        answers = [
            await keeper.put("/v1/roles/patrol", json={**role, **said})
            for said in ({}, {"second_factor": True})
        ]
        assert [it.json()["second_factor"] for it in answers] == [False, True]
