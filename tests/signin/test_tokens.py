"""Bearer tokens: got by a password, good for a time, ended at will; kept as hashes only."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.model import Account, AppointmentRow, Credential
from gridsvc.auth.principal import Role, Scope
from gridsvc.db.clock import utc_now
from gridsvc.http.state import REMEMBERED
from tests.factories import PASSWORD, make_account
from tests.signin.visiting import Clock

LIFE = timedelta(days=30)


@pytest_asyncio.fixture
async def account(db: AsyncSession) -> Account:
    made = await make_account(db, "worker", Role.GRID_WORKER, scope=Scope("street", "S1"))
    await db.commit()
    return made


@pytest.fixture
def clock(app: FastAPI) -> Clock:
    return Clock(app)


async def new_token(client: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    return await client.post(
        "/v1/tokens", json={"login": "worker", "password": PASSWORD, **changes}
    )


async def me(client: httpx.AsyncClient, token: str) -> int:
    return (await client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})).status_code


async def test_a_token_is_its_accounts(anonymous: httpx.AsyncClient, account: Account) -> None:
    token = (await new_token(anonymous)).json()["token"]
    answer = await anonymous.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
    told = answer.json()
    (held,) = told.pop("appointments")
    assert (held["role"], held["role_name_en"]) == ("grid_worker", "grid worker")
    assert (held["scope_level"], held["scope_code"]) == ("street", "S1")
    assert "incidents:report" in told.pop("permissions")
    assert told == {"login": "worker", "language": "zh"}


async def test_it_is_kept_as_a_hash_only(
    anonymous: httpx.AsyncClient, account: Account, db: AsyncSession
) -> None:
    answer = await new_token(anonymous, name="phone")
    assert answer.status_code == 201
    assert answer.json()["expires_in_s"] == LIFE.total_seconds()
    kept = (await db.execute(select(Credential))).scalar_one()
    assert (kept.kind, kept.name, len(kept.secret_hash)) == ("bearer", "phone", 32)
    assert answer.json()["token"].encode() not in kept.secret_hash


class TestRefused:
    @pytest.mark.parametrize(
        "changes", [{"password": "wrong password"}, {"login": "nobody"}, {"login": "WORKER "}]
    )
    async def test_a_wrong_login(
        self, anonymous: httpx.AsyncClient, account: Account, changes: dict[str, str]
    ) -> None:
        answer = await new_token(anonymous, **changes)
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong_login")

    async def test_an_account_that_is_disabled(
        self, anonymous: httpx.AsyncClient, account: Account, db: AsyncSession
    ) -> None:
        account.disabled_at = utc_now()
        await db.commit()
        assert (await new_token(anonymous)).status_code == 401

    @pytest.mark.parametrize(
        ("field", "changes"),
        [
            ("login", {"login": ""}),
            ("login", {"login": "x" * 101}),
            ("login", {"login": "a\x00"}),
            ("password", {"password": ""}),
            ("password", {"password": "x" * 201}),
            ("password", {"password": 1}),
            ("name", {"name": ""}),
            ("name", {"name": "a\x00"}),
            ("role", {"role": "administrator"}),
        ],
    )
    async def test_what_is_no_login_at_all(
        self, anonymous: httpx.AsyncClient, field: str, changes: dict[str, Any]
    ) -> None:
        answer = await new_token(anonymous, **changes)
        assert answer.status_code == 422
        assert [fault["field"] for fault in answer.json()["errors"]] == [field]
        assert PASSWORD not in answer.text


class TestLife:
    """A caller is known for a second without a look at the database; not for longer."""

    async def test_a_token_ends(
        self, anonymous: httpx.AsyncClient, account: Account, clock: Clock
    ) -> None:
        token = (await new_token(anonymous)).json()["token"]
        clock.advance(LIFE - timedelta(seconds=1))
        assert await me(anonymous, token) == 200
        clock.advance(timedelta(seconds=2))
        assert await me(anonymous, token) == 401

    async def test_one_that_is_given_back_is_out_at_once(
        self, anonymous: httpx.AsyncClient, account: Account, clock: Clock
    ) -> None:
        token = (await new_token(anonymous)).json()["token"]
        other = (await new_token(anonymous)).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        assert (await anonymous.delete("/v1/tokens/current", headers=headers)).status_code == 204
        assert await me(anonymous, token) == 401
        assert await me(anonymous, other) == 200

    @pytest.mark.parametrize(
        "end",
        [
            update(Credential).values(revoked_at=utc_now()),
            update(Credential).values(expires_at=utc_now() - timedelta(days=1)),
            update(Account).values(disabled_at=utc_now()),
        ],
        ids=["revoked", "expired", "disabled"],
    )
    async def test_one_that_is_ended_elsewhere_is_out_within_a_second(
        self,
        anonymous: httpx.AsyncClient,
        account: Account,
        db: AsyncSession,
        clock: Clock,
        end: Any,
    ) -> None:
        token = (await new_token(anonymous)).json()["token"]
        assert await me(anonymous, token) == 200
        await db.execute(end)
        await db.commit()
        clock.advance(REMEMBERED - timedelta(milliseconds=1))
        assert await me(anonymous, token) == 200
        clock.advance(timedelta(milliseconds=1))
        assert await me(anonymous, token) == 401

    async def test_the_end_of_an_appointment_counts_within_a_second(
        self, anonymous: httpx.AsyncClient, account: Account, db: AsyncSession, clock: Clock
    ) -> None:
        token = (await new_token(anonymous)).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        assert (await anonymous.get("/v1/incidents", headers=headers)).status_code == 200
        await db.execute(update(AppointmentRow).values(valid_to=clock.now))
        await db.commit()
        clock.advance(REMEMBERED)
        assert (await anonymous.get("/v1/incidents", headers=headers)).status_code == 403


class TestOwn:
    """What somebody has open, and what a token may be used for."""

    async def test_sessions_and_tokens_are_listed_and_ended(
        self, anonymous: httpx.AsyncClient, account: Account
    ) -> None:
        first, second = [
            (await new_token(anonymous, name=name)).json()["token"] for name in ("phone", "gis")
        ]
        headers = {"Authorization": f"Bearer {first}"}
        listed = (await anonymous.get("/v1/me/credentials", headers=headers)).json()
        assert {one["name"]: one["current"] for one in listed} == {"phone": True, "gis": False}
        assert await me(anonymous, second) == 200
        other = next(one["id"] for one in listed if not one["current"])
        path = f"/v1/me/credentials/{other}"
        assert (await anonymous.delete(path, headers=headers)).status_code == 204
        assert await me(anonymous, second) == 401
        assert (await anonymous.delete(path, headers=headers)).status_code == 404
        assert len((await anonymous.get("/v1/me/credentials", headers=headers)).json()) == 1

    async def test_nobody_ends_anothers(
        self, anonymous: httpx.AsyncClient, account: Account, db: AsyncSession
    ) -> None:
        await make_account(db, "other", Role.PLANNER)
        await db.commit()
        mine = (await new_token(anonymous)).json()["token"]
        theirs = (await new_token(anonymous, login="other")).json()["token"]
        listed = await anonymous.get(
            "/v1/me/credentials", headers={"Authorization": f"Bearer {mine}"}
        )
        (one,) = listed.json()
        answer = await anonymous.delete(
            f"/v1/me/credentials/{one['id']}", headers={"Authorization": f"Bearer {theirs}"}
        )
        assert answer.status_code == 404
        assert await me(anonymous, mine) == 200

    async def test_a_token_for_one_thing_is_for_nothing_else(
        self, anonymous: httpx.AsyncClient, account: Account
    ) -> None:
        given = await new_token(anonymous, permissions=["areas:read", "map:plan"], days=1)
        assert given.json()["expires_in_s"] == 86_400
        headers = {"Authorization": f"Bearer {given.json()['token']}"}
        told = (await anonymous.get("/v1/me", headers=headers)).json()
        assert told["permissions"] == ["areas:read"]
        assert (await anonymous.get("/v1/layers", headers=headers)).status_code == 200
        assert (await anonymous.get("/v1/incidents", headers=headers)).status_code == 403
        assert (await anonymous.get("/v1/drafts", headers=headers)).status_code == 403

    @pytest.mark.parametrize(
        "wrong", [{"permissions": ["incidents:eat"]}, {"days": 0}, {"days": 366}, {"days": "1"}]
    )
    async def test_a_token_that_cannot_be(
        self, anonymous: httpx.AsyncClient, account: Account, wrong: dict[str, Any]
    ) -> None:
        assert (await new_token(anonymous, **wrong)).status_code == 422
