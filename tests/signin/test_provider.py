"""Signing in by an identity provider that really signs: through HTTP, the bad ones too."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.app import equip
from gridsvc.auth.identity import link
from gridsvc.auth.model import Account, RoleRow
from gridsvc.auth.principal import Role
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.errors import SetupError
from gridsvc.settings import Settings
from gridsvc.signin.provider_pages import COOKIE
from gridsvc.signin.providers import read_providers
from tests.factories import make_account
from tests.fixtures.web import SIGNING_KEY, ClientOf
from tests.people.test_log import entries
from tests.signin.identity_provider import CLIENT_ID, CLIENT_SECRET, Issuer, running
from tests.signin.visiting import Clock, sign_in, told

START = "/login/with/city"
LI_NA = {"sub": "8f2c-li-na", "preferred_username": "Li.Na", "email": "boss@grid.example"}


@pytest.fixture(scope="module")
def keys() -> Issuer:
    """A provider's keys take a while to make."""
    return Issuer()


@pytest.fixture
def issuer(keys: Issuer) -> Iterator[Issuer]:
    with running(Issuer(user=LI_NA, key=keys.key, stranger=keys.stranger)) as made:
        yield made


def settings_for(folder: Path, address: str, **more: Any) -> Settings:
    secret, file = folder / "city.secret", folder / "providers.toml"
    secret.write_text(f"{CLIENT_SECRET}\n")
    said = {
        "code": "city",
        "issuer": address,
        "client_id": CLIENT_ID,
        "client_secret_file": str(secret),
        "label": "市统一认证",
        "label_en": "the city",
        **more,
    }
    rows = [f"{name} = {str(it).lower() if it is True else repr(it)}" for name, it in said.items()]
    file.write_text("[[provider]]\n" + "\n".join(rows), encoding="utf-8")
    return Settings(public_url="http://test", oidc_providers=file)


@pytest_asyncio.fixture
async def browser(
    app: FastAPI, database: Database, db: AsyncSession, issuer: Issuer, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser with nobody signed in; `li.na` is known to the provider and linked."""
    equip(app, settings_for(tmp_path, issuer.address), database, signing_key=SIGNING_KEY)
    account = await make_account(db, "li.na", Role.PLANNER)
    await link(db, account, issuer=issuer.address, subject=LI_NA["sub"], by=None, now=utc_now())
    await db.commit()
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def agreed(browser: httpx.AsyncClient, start: str = START) -> str:
    """Go to the provider, which sends people straight back; give the address that it names."""
    there = (await browser.get(start)).headers["location"]
    async with httpx.AsyncClient() as outside:
        back: str = (await outside.get(there)).headers["location"]
    return back


async def arrive(browser: httpx.AsyncClient) -> httpx.Response:
    return await browser.get(await agreed(browser))


class TestComingIn:
    async def test_who_is_linked_is_let_in_and_led_on(
        self, browser: httpx.AsyncClient, client_of: ClientOf
    ) -> None:
        assert "使用“市统一认证”登录" in (await browser.get("/login")).text
        answer = await browser.get(await agreed(browser, f"{START}?following=/planning"))
        assert (answer.status_code, answer.headers["location"]) == (303, "/planning")
        assert (await browser.get("/planning")).status_code == 200
        assert (await browser.get("/v1/me")).json()["login"] == "li.na"
        (session,) = (await browser.get("/v1/me/credentials")).json()
        assert session["name"] == "browser, city"
        auditor = await client_of(Role.AUDITOR)
        assert [deed for deed, *_ in await entries(auditor, about="li.na")] == [
            "signed_in",
            "identity_linked",
        ]

    async def test_names_and_addresses_of_letters_are_believed_by_nobody(
        self, browser: httpx.AsyncClient, issuer: Issuer, client_of: ClientOf
    ) -> None:
        issuer.user = {**LI_NA, "sub": "somebody else"}
        answer = await arrive(browser)
        assert told(answer) == (403, "identity_unknown")
        assert "somebody else" in answer.json()["detail"]
        assert (await browser.get("/v1/me")).status_code == 401
        keeper = await client_of(Role.SECURITY_ADMINISTRATOR)
        entry = {"issuer": issuer.address, "subject": "somebody else"}
        path = "/v1/accounts/li.na/identities"
        assert (await keeper.post(path, json=entry)).status_code == 201
        assert told(await keeper.post(path, json=entry)) == (409, "identity_taken")
        assert (await arrive(browser)).status_code == 303

    async def test_who_is_unlinked_or_disabled_is_out(
        self, browser: httpx.AsyncClient, client_of: ClientOf, db: AsyncSession
    ) -> None:
        keeper = await client_of(Role.SECURITY_ADMINISTRATOR)
        path = "/v1/accounts/li.na/identities"
        (one,) = (await keeper.get(path)).json()
        await db.execute(
            update(Account).where(Account.login == "li.na").values(disabled_at=utc_now())
        )
        await db.commit()
        assert told(await arrive(browser)) == (403, "identity_unknown")
        assert (await keeper.delete(f"{path}/{one['id']}")).status_code == 204
        assert (await keeper.delete(f"{path}/{one['id']}")).status_code == 404
        assert (await keeper.get(path)).json() == []

    @pytest.mark.parametrize(
        ("name", "login"), [("Wang.Fang", "wang.fang"), ("li.na", None), ("a b", None)]
    )
    async def test_an_account_may_be_made_that_may_do_nothing(
        self,
        app: FastAPI,
        browser: httpx.AsyncClient,
        database: Database,
        issuer: Issuer,
        tmp_path: Path,
        name: str,
        login: str | None,
    ) -> None:
        settings = settings_for(tmp_path, issuer.address, make_accounts=True)
        equip(app, settings, database, signing_key=SIGNING_KEY)
        issuer.user = {"sub": f"new {name}", "preferred_username": name}
        assert (await arrive(browser)).status_code == 303
        me = (await browser.get("/v1/me")).json()
        assert me["login"] == login if login else me["login"].startswith("oidc-")
        assert me["permissions"] == []
        assert "new_password" not in (await browser.get("/account")).text
        browser.cookies.clear()
        assert (await arrive(browser)).status_code == 303
        assert (await browser.get("/v1/me")).json()["login"] == me["login"]

    @pytest.mark.parametrize(
        ("methods", "leads"), [(["pwd"], "/login/enrolment?following=%2F"), (["pwd", "otp"], "/")]
    )
    async def test_a_demanded_second_factor_is_the_providers_or_ours(
        self,
        browser: httpx.AsyncClient,
        issuer: Issuer,
        db: AsyncSession,
        methods: list[str],
        leads: str,
    ) -> None:
        await db.execute(update(RoleRow).values(second_factor=True))
        await db.commit()
        issuer.user = {**LI_NA, "amr": methods}
        assert (await arrive(browser)).headers["location"] == leads


class TestLies:
    @pytest.mark.parametrize(
        "lies",
        [
            {"nonce": "of another sign-in"},
            {"nonce": None},
            {"aud": "another service"},
            {"aud": ["another service", "gridsvc"], "azp": "another service"},
            {"iss": "https://another.example"},
            {"exp": 1_700_000_000},
            {"exp": None},
            {"iat": 9_999_999_999},
            {"sub": None},
            {"sub": ""},
            {"sub": 7},
            {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        ],
        ids=str,
    )
    async def test_a_token_that_is_not_for_this_sign_in_opens_nothing(
        self, browser: httpx.AsyncClient, issuer: Issuer, lies: dict[str, Any]
    ) -> None:
        issuer.lies = lies
        assert told(await arrive(browser)) == (401, "provider_refused")
        assert (await browser.get("/v1/me")).status_code == 401

    @pytest.mark.parametrize("signature", ["none", "HS256", "stranger"])
    async def test_nor_does_one_that_the_provider_did_not_sign(
        self, browser: httpx.AsyncClient, issuer: Issuer, signature: str, client_of: ClientOf
    ) -> None:
        issuer.signs_with = signature
        assert told(await arrive(browser)) == (401, "provider_refused")
        auditor = await client_of(Role.AUDITOR)
        failed = [("sign_in_failed", "provider city", None)]
        assert await entries(auditor, deed="sign_in_failed") == failed

    async def test_a_key_that_is_new_is_asked_for(
        self, browser: httpx.AsyncClient, issuer: Issuer
    ) -> None:
        assert (await arrive(browser)).status_code == 303
        issuer.key, issuer.stranger = issuer.stranger, issuer.key
        assert (await arrive(browser)).status_code == 303

    async def test_a_token_is_too_old_after_its_time(
        self, app: FastAPI, browser: httpx.AsyncClient
    ) -> None:
        Clock(app).advance(timedelta(hours=2))
        assert told(await arrive(browser)) == (401, "provider_refused")


class TestComingBack:
    async def test_a_code_is_good_once(self, browser: httpx.AsyncClient) -> None:
        back = await agreed(browser)
        cookie = browser.cookies[COOKIE]
        assert (await browser.get(back)).status_code == 303
        browser.cookies.clear()
        browser.cookies.set(COOKIE, cookie)
        assert told(await browser.get(back)) == (401, "provider_refused")
        browser.cookies.clear()
        assert told(await browser.get(back)) == (401, "sign_in_again")

    async def test_what_another_browser_began_is_not_ended_here(
        self, browser: httpx.AsyncClient
    ) -> None:
        anothers = await agreed(browser)
        browser.cookies.clear()
        mine = await agreed(browser)
        assert told(await browser.get(anothers)) == (401, "sign_in_again")
        state = httpx.URL(mine).params["state"]
        theirs = httpx.URL(anothers).copy_set_param("state", state)
        # With our state and their code: it was given for another proof of who asks.
        assert told(await browser.get(theirs)) == (401, "provider_refused")

    @pytest.mark.parametrize(
        "spoilt", [{"state": ""}, {"state": "x"}, {"code": ""}, {"code": "made up"}]
    )
    async def test_nor_is_what_nobody_began(
        self, browser: httpx.AsyncClient, spoilt: dict[str, str]
    ) -> None:
        back = httpx.URL(await agreed(browser)).copy_merge_params(spoilt)
        assert (await browser.get(back)).status_code == 401

    async def test_it_never_leads_away(self, browser: httpx.AsyncClient) -> None:
        back = await agreed(browser, f"{START}?following=//evil.example/")
        assert (await browser.get(back)).headers["location"] == "/"

    async def test_there_is_no_other_provider(self, browser: httpx.AsyncClient) -> None:
        for path in ("/login/with/country", "/login/with/country/back"):
            assert (await browser.get(path)).status_code == 404


async def test_without_the_provider_one_signs_in_by_password(
    app: FastAPI, anonymous: httpx.AsyncClient, database: Database, db: AsyncSession, tmp_path: Path
) -> None:
    nowhere = settings_for(tmp_path, "http://127.0.0.1:9")
    equip(app, nowhere, database, signing_key=SIGNING_KEY)
    await make_account(db, "li.na", Role.PLANNER)
    await db.commit()
    answer = await anonymous.get(START)
    assert told(answer) == (503, "provider_away")
    assert "账号和密码" in answer.json()["detail_zh"]
    assert (await sign_in(anonymous)).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"issuer": "http://login.example"}, "https"),
        ({"issuer": "https://"}, "https"),
        ({"code": "City Hall"}, "code"),
        ({"client_secret_file": "/nowhere/at/all"}, "/nowhere/at/all"),
        ({"surprise": "x"}, "surprise"),
    ],
)
def test_a_file_that_cannot_be_used_is_explained(
    tmp_path: Path, wrong: dict[str, str], named: str
) -> None:
    settings = settings_for(tmp_path, **{"address": "https://login.example", **_named(wrong)})
    with pytest.raises(SetupError) as refused:
        read_providers(settings)
    assert named in refused.value.en
    assert CLIENT_SECRET not in refused.value.en


def _named(wrong: dict[str, str]) -> dict[str, str]:
    return {"address" if name == "issuer" else name: value for name, value in wrong.items()}


def test_providers_need_the_services_own_address(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, "https://login.example")
    with pytest.raises(SetupError, match="GRIDSVC_PUBLIC_URL"):
        read_providers(settings.model_copy(update={"public_url": None}))
