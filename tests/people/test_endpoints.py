"""Accounts, appointments and roles over HTTP: who keeps them, what is refused, when it holds."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role, Scope
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.http.state import REMEMBERED
from tests.factories import PASSWORD, make_account
from tests.fixtures.web import ClientOf, set_clock
from tests.roles import FOUR

S1 = {"level": "street", "code": "S1"}
ROLE = {
    "name": "巡查",
    "name_en": "patrol",
    "sees": "area",
    "permissions": ["incidents:read"],
    "second_factor": True,
}


@pytest_asyncio.fixture
async def keeper(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.SECURITY_ADMINISTRATOR)


async def made(
    keeper: httpx.AsyncClient, *appointments: dict[str, Any], login: str = "li.na"
) -> httpx.Response:
    body = {"login": login, "password": PASSWORD, "appointments": appointments}
    return await keeper.post("/v1/accounts", json=body)


async def appointed(keeper: httpx.AsyncClient, **wanted: Any) -> httpx.Response:
    return await keeper.post("/v1/accounts/li.na/appointments", json=wanted)


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_an_account_is_made_with_all_that_it_is(keeper: httpx.AsyncClient) -> None:
    answer = await made(
        keeper,
        {"role": "evaluator"},
        {"role": "department_handler", "organisation": "clean1", "scope": S1},
    )
    assert answer.status_code == 201
    body = answer.json()
    assert (body["login"], body["disabled_at"]) == ("li.na", None)
    assert PASSWORD not in answer.text
    held = [
        (it["role"], it["organisation"], it["scope_level"], it["scope_code"], it["valid_to"])
        for it in body["appointments"]
    ]
    assert sorted(held, key=str) == [
        ("department_handler", "clean1", "street", "S1", None),
        ("evaluator", None, None, None, None),
    ]
    listed = (await keeper.get("/v1/accounts/LI.NA/appointments")).json()
    assert sorted(map(str, listed)) == sorted(map(str, body["appointments"]))


async def test_accounts_are_listed_page_by_page(
    keeper: httpx.AsyncClient, db: AsyncSession
) -> None:
    for login in ("ba", "bb", "bc"):
        await make_account(db, login, Role.PLANNER, scope=Scope("street", "S1"))
    await db.commit()
    found, after = [], "b"
    while after:
        page = (await keeper.get("/v1/accounts", params={"limit": 2, "after": after})).json()
        found += [(one["login"], len(one["appointments"])) for one in page["accounts"]]
        after = page["next"]
    assert found == [("ba", 1), ("bb", 1), ("bc", 1), ("security_administrator", 1)]


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ({"role": "emperor"}, 422, "unknown_role"),
        ({"role": "department_handler"}, 422, "organisation_required"),
        ({"role": "dispatcher", "organisation": "nobody"}, 422, "unknown_organisation"),
        ({"role": "dispatcher", "scope": {"level": "street", "code": "S9"}}, 422, "unknown_scope"),
        ({"role": "dispatcher", "scope": {"level": "zone", "code": "Z1"}}, 422, "invalid"),
        ({"role": "dispatcher", "valid_from": "2020-01-01T00:00:00Z"}, 422, "past"),
        ({"role": "dispatcher", "valid_to": "2020-01-01T00:00:00Z"}, 422, "invalid_interval"),
        ({"role": "planner"}, 409, "already_appointed"),
        ({"role": "administrator"}, 409, "duties_mixed"),
        ({"role": "auditor"}, 409, "duties_mixed"),
        ({"role": "security_administrator"}, 409, "duties_mixed"),
        ({"role": "dispatcher", "more": 1}, 422, "invalid"),
        ({}, 422, "invalid"),
    ],
)
async def test_what_cannot_be_is_refused(
    keeper: httpx.AsyncClient, wanted: dict[str, Any], status: int, code: str
) -> None:
    await made(keeper, {"role": "planner"})
    assert told(await appointed(keeper, **wanted)) == (status, code)
    assert len((await keeper.get("/v1/accounts/li.na/appointments")).json()) == 1


async def test_an_account_is_made_whole_or_not_at_all(keeper: httpx.AsyncClient) -> None:
    assert told(await made(keeper, {"role": "planner"}, {"role": "auditor"})) == (
        409,
        "duties_mixed",
    )
    assert (await keeper.get("/v1/accounts/li.na/appointments")).status_code == 404
    assert told(await made(keeper, login="a b")) == (422, "invalid_login")
    assert (await made(keeper)).status_code == 201
    assert told(await made(keeper, login="LI.NA")) == (409, "login_taken")


async def test_an_appointment_begins_and_ends_in_its_time(
    app: FastAPI, keeper: httpx.AsyncClient, anonymous: httpx.AsyncClient
) -> None:
    now = utc_now()
    set_clock(app, lambda: now)
    begins, ends = now + timedelta(hours=1), now + timedelta(hours=2)
    await made(
        keeper, {"role": "planner", "valid_from": begins.isoformat(), "valid_to": ends.isoformat()}
    )
    given = await anonymous.post("/v1/tokens", json={"login": "li.na", "password": PASSWORD})
    headers = {"Authorization": f"Bearer {given.json()['token']}"}
    just_before = timedelta(microseconds=1)
    for moment, status in (
        (begins - just_before, 403),
        (begins + REMEMBERED, 200),
        (ends - just_before, 200),
        (ends + REMEMBERED, 403),
    ):
        now = moment
        assert (await anonymous.get("/v1/layers", headers=headers)).status_code == status


async def test_who_is_dismissed_sees_nothing_a_second_later(
    app: FastAPI, keeper: httpx.AsyncClient, anonymous: httpx.AsyncClient
) -> None:
    now = utc_now()
    set_clock(app, lambda: now)
    held = (await made(keeper, {"role": "planner"})).json()["appointments"][0]
    given = await anonymous.post("/v1/tokens", json={"login": "li.na", "password": PASSWORD})
    headers = {"Authorization": f"Bearer {given.json()['token']}"}
    assert (await anonymous.get("/v1/incidents", headers=headers)).status_code == 200
    path = f"/v1/accounts/li.na/appointments/{held['id']}"
    assert (await keeper.delete(path)).json()["valid_to"] is not None
    now += REMEMBERED
    assert (await anonymous.get("/v1/incidents", headers=headers)).status_code == 403
    assert told(await keeper.delete(path)) == (409, "appointment_ended")
    assert (await keeper.delete(f"/v1/accounts/li.na/appointments/{new_id()}")).status_code == 404
    # What has ended holds nobody back from another duty.
    assert (await appointed(keeper, role="administrator")).status_code == 201


async def test_what_is_to_begin_later_can_be_taken_back(keeper: httpx.AsyncClient) -> None:
    later = (utc_now() + timedelta(days=1)).isoformat()
    await made(keeper, {"role": "planner", "valid_from": later})
    (held,) = (await keeper.get("/v1/accounts/li.na/appointments")).json()
    ended = (await keeper.delete(f"/v1/accounts/li.na/appointments/{held['id']}")).json()
    assert ended["valid_to"] == ended["valid_from"]
    assert (await appointed(keeper, role="planner", valid_from=later)).status_code == 201


async def test_a_role_is_data(keeper: httpx.AsyncClient, client_of: ClientOf) -> None:
    assert (await keeper.put("/v1/roles/patrol", json=ROLE)).json() == {
        **ROLE,
        "code": "patrol",
        "duty": "cases",
    }
    patrol = await client_of("patrol")
    assert (await patrol.get("/v1/incidents")).status_code == 200
    assert (await patrol.get("/v1/layers")).status_code == 403
    assert "patrol" in [role["code"] for role in (await keeper.get("/v1/roles")).json()]


@pytest.mark.parametrize(
    ("code", "changes", "status", "said"),
    [
        ("patrol", {"permissions": ["incidents:eat"]}, 422, "unknown_permission"),
        ("patrol", {"permissions": ["accounts:manage"]}, 422, "duties_mixed"),
        ("patrol", {"duty": "audit"}, 422, "duties_mixed"),
        ("patrol", {"sees": "all"}, 422, "invalid"),
        ("Patrol", {}, 422, "invalid"),
        ("planner", {"duty": "audit", "permissions": ["audit:read"]}, 409, "duty_fixed"),
    ],
)
async def test_a_role_that_may_not_be_is_refused(
    keeper: httpx.AsyncClient, code: str, changes: dict[str, Any], status: int, said: str
) -> None:
    assert told(await keeper.put(f"/v1/roles/{code}", json={**ROLE, **changes})) == (status, said)


@pytest.mark.parametrize("role", [*FOUR, Role.AUDITOR])
async def test_nobody_else_keeps_accounts(client_of: ClientOf, role: Role) -> None:
    client = await client_of(role)
    for path in ("/v1/accounts", "/v1/roles", "/v1/accounts/x/appointments"):
        assert (await client.get(path)).status_code == 403
    assert (await made(client)).status_code == 403
    assert (await client.put("/v1/roles/patrol", json=ROLE)).status_code == 403
