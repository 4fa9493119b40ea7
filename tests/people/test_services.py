"""Accounts of programs: tokens only, for some uses, from some networks, until a day."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.integrations import NOTED_EVERY, QUIET
from gridsvc.auth.principal import Integration, Role
from gridsvc.http.state import REMEMBERED
from tests.factories import PASSWORD, make_account
from tests.fixtures.web import ClientOf
from tests.people.test_log import entries
from tests.signin.visiting import Clock, bearer, told

HERE = "127.0.0.1"
USES = ["incidents:read", "areas:read"]


@pytest.fixture
def clock(app: FastAPI) -> Clock:
    return Clock(app)


@pytest_asyncio.fixture
async def keeper(client_of: ClientOf, clock: Clock) -> httpx.AsyncClient:
    return await client_of(Role.SECURITY_ADMINISTRATOR)


async def made(keeper: httpx.AsyncClient, clock: Clock, **said: Any) -> httpx.Response:
    ends = (clock.now + timedelta(days=30)).isoformat()
    body = {
        "login": "gis",
        "service": {"owner": "clean1", "expires_at": ends, **said},
        "appointments": [{"role": "command_centre", "scope": {"level": "street", "code": "S1"}}],
    }
    return await keeper.post("/v1/accounts", json=body)


async def token(keeper: httpx.AsyncClient, **said: Any) -> httpx.Response:
    body = {"name": "nightly", "permissions": USES, **said}
    return await keeper.post("/v1/accounts/gis/tokens", json=body)


async def test_a_program_has_a_token_for_what_is_named_where_it_is_appointed(
    keeper: httpx.AsyncClient, clock: Clock, anonymous: httpx.AsyncClient
) -> None:
    account = (await made(keeper, clock, addresses=["10.0.0.0/8", HERE])).json()
    assert (account["kind"], account["owner"]) == ("service", "clean1")
    assert account["addresses"] == ["10.0.0.0/8", f"{HERE}/32"]
    headers = bearer(await token(keeper))
    me = (await anonymous.get("/v1/me", headers=headers)).json()
    assert me["permissions"] == sorted(USES)
    assert [it["scope_code"] for it in me["appointments"]] == ["S1"]
    assert (await anonymous.get("/v1/incidents", headers=headers)).status_code == 200
    assert (await anonymous.get("/v1/notices", headers=headers)).status_code == 403
    for page in ("/", "/maps/workload"):
        assert told(await anonymous.get(page, headers=headers)) == (403, "no_pages")


async def test_a_token_that_is_ended_is_out_within_a_second(
    keeper: httpx.AsyncClient, clock: Clock, anonymous: httpx.AsyncClient
) -> None:
    await made(keeper, clock)
    headers = bearer(await token(keeper))
    assert (await anonymous.get("/v1/me", headers=headers)).status_code == 200
    (one,) = (await keeper.get("/v1/accounts/gis/credentials")).json()
    path = f"/v1/accounts/gis/credentials/{one['id']}"
    assert (await keeper.delete(path)).status_code == 204
    assert (await keeper.delete(path)).status_code == 404
    clock.advance(REMEMBERED)
    assert (await anonymous.get("/v1/me", headers=headers)).status_code == 401


async def test_it_ends_with_its_account(
    keeper: httpx.AsyncClient, clock: Clock, anonymous: httpx.AsyncClient
) -> None:
    await made(keeper, clock)
    headers = bearer(await token(keeper, days=365))
    clock.advance(timedelta(days=30) - REMEMBERED)
    assert (await anonymous.get("/v1/me", headers=headers)).status_code == 200
    clock.advance(REMEMBERED)
    assert (await anonymous.get("/v1/me", headers=headers)).status_code == 401
    assert told(await token(keeper)) == (409, "account_disabled")


async def test_from_elsewhere_it_opens_nothing_and_that_is_written_down(
    keeper: httpx.AsyncClient, clock: Clock, anonymous: httpx.AsyncClient, client_of: ClientOf
) -> None:
    await made(keeper, clock, addresses=["10.1.2.0/24"])
    headers = bearer(await token(keeper))
    assert told(await anonymous.get("/v1/me", headers=headers)) == (403, "address_not_allowed")
    auditor = await client_of(Role.AUDITOR)
    assert await entries(auditor, deed="refused") == [("refused", "GET /v1/me", "gis")]
    assert await entries(auditor, deed="service_begun") == []


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("10.1.2.0", True),
        ("10.1.2.255", True),
        ("10.1.3.0", False),
        ("::ffff:10.1.2.9", True),
        ("2001:db8::1", True),
        ("2001:db9::1", False),
        ("", False),
        ("testclient", False),
        (None, False),
    ],
)
def test_networks_are_those_of_both_kinds(address: str | None, inside: bool) -> None:
    program = Integration(("10.1.2.0/24", "2001:db8::/32"), None)
    assert program.may_come_from(address) is inside
    assert Integration((), None).may_come_from(address)


async def test_its_last_use_is_known_and_a_use_after_a_pause_is_written_down(
    keeper: httpx.AsyncClient, clock: Clock, anonymous: httpx.AsyncClient, client_of: ClientOf
) -> None:
    await made(keeper, clock)
    headers = bearer(await token(keeper))
    used = []
    for pause in (timedelta(0), NOTED_EVERY / 2, NOTED_EVERY, QUIET):
        clock.advance(pause)
        assert (await anonymous.get("/v1/me", headers=headers)).status_code == 200
        (one,) = (await keeper.get("/v1/accounts/gis/credentials")).json()
        used.append(one["last_used_at"])
    assert used[0] == used[1] < used[2] < used[3]
    auditor = await client_of(Role.AUDITOR)
    assert await entries(auditor, deed="service_begun") == [("service_begun", "gis", "gis")] * 2


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"owner": "nobody"}, "unknown_organisation"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "past"),
        ({"expires_at": None}, "invalid"),
        ({"addresses": ["10.1.2.3/24"]}, "invalid_network"),
        ({"addresses": ["everywhere"]}, "invalid_network"),
        ({"addresses": [""]}, "invalid_network"),
        ({"more": 1}, "invalid"),
    ],
)
async def test_what_cannot_be_is_refused(
    keeper: httpx.AsyncClient, clock: Clock, said: dict[str, Any], code: str
) -> None:
    assert told(await made(keeper, clock, **said)) == (422, code)


@pytest.mark.parametrize(
    "said",
    [{"permissions": []}, {"permissions": ["all"]}, {"days": 0}, {"days": 366}, {"name": ""}],
)
async def test_a_token_that_cannot_be(
    keeper: httpx.AsyncClient, clock: Clock, said: dict[str, Any]
) -> None:
    await made(keeper, clock)
    assert (await token(keeper, **said)).status_code == 422


async def test_a_program_is_no_person_nor_the_other_way_round(
    keeper: httpx.AsyncClient, clock: Clock, db: AsyncSession, anonymous: httpx.AsyncClient
) -> None:
    await made(keeper, clock)
    service = {"owner": "clean1", "expires_at": (clock.now + QUIET).isoformat()}
    both = {"login": "x", "password": PASSWORD, "service": service}
    bodies: list[dict[str, Any]] = [both, {"login": "x"}]
    for body in bodies:
        assert told(await keeper.post("/v1/accounts", json=body)) == (422, "password_or_service")
    given = {"password": PASSWORD}
    assert told(await keeper.put("/v1/accounts/gis/password", json=given)) == (409, "not_a_person")
    who = {"issuer": "https://login.example", "subject": "1"}
    assert told(await keeper.post("/v1/accounts/gis/identities", json=who)) == (409, "not_a_person")
    for password in ("!", PASSWORD):
        answer = await anonymous.post("/v1/tokens", json={"login": "gis", "password": password})
        assert told(answer) == (401, "wrong_login")
    await make_account(db, "li.na", Role.PLANNER)
    await db.commit()
    wanted = {"name": "x", "permissions": USES}
    answer = await keeper.post("/v1/accounts/li.na/tokens", json=wanted)
    assert told(answer) == (409, "not_a_service")


async def test_nobody_else_makes_or_ends_any(client_of: ClientOf) -> None:
    planner = await client_of(Role.PLANNER)
    calls = [("POST", "tokens"), ("GET", "credentials")]
    for method, what in calls:
        answer = await planner.request(method, f"/v1/accounts/planner/{what}", json={})
        assert answer.status_code == 403
