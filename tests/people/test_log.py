"""The audit log: what is written down, who reads it, and that nobody changes it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.audit import MOST_FAILURES, MOST_FROM_ADDRESS, WINDOW, Deed, refuse_guessing
from gridsvc.auth.model import AuditEntry
from gridsvc.auth.principal import Role
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.errors import TooManyRequests
from tests.factories import PASSWORD, make_account
from tests.fixtures.web import ClientOf
from tests.roles import FOUR


@pytest_asyncio.fixture
async def auditor(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.AUDITOR)


async def entries(auditor: httpx.AsyncClient, **sought: Any) -> list[tuple[str, str, str | None]]:
    found = (await auditor.get("/v1/audit", params=sought)).json()["entries"]
    return [(one["deed"], one["about"], one["by"]) for one in found]


async def test_who_comes_and_who_does_not_get_in(
    auditor: httpx.AsyncClient, anonymous: httpx.AsyncClient, db: AsyncSession
) -> None:
    await make_account(db, "li.na", Role.PLANNER)
    await db.commit()
    for password in ("wrong password", PASSWORD):
        await anonymous.post("/v1/tokens", json={"login": "Li.Na", "password": password})
    assert await entries(auditor, about="li.na") == [
        ("signed_in", "li.na", "li.na"),
        ("sign_in_failed", "li.na", None),
    ]
    for secret in ("wrong password", PASSWORD):
        assert secret not in (await auditor.get("/v1/audit")).text


async def test_who_is_refused_and_what_is_taken_out(
    auditor: httpx.AsyncClient, client_of: ClientOf
) -> None:
    worker = await client_of(Role.GRID_WORKER)
    assert (await worker.get("/v1/accounts")).status_code == 403
    assert (await worker.get("/v1/incidents?f=csv")).status_code == 200
    assert (await worker.get("/v1/incidents")).status_code == 200
    assert await entries(auditor) == [
        ("exported", "/v1/incidents", "grid_worker"),
        ("refused", "GET /v1/accounts", "grid_worker"),
    ]


async def test_whatever_is_carried_away_is_written_down(
    auditor: httpx.AsyncClient, client_of: ClientOf
) -> None:
    centre = await client_of(Role.COMMAND_CENTRE)
    exports = {
        "/v1/incidents": "f=geojson",
        "/v1/assets": "f=csv",
        "/v1/indicators/closing": "by=street&f=xlsx",
        "/v1/category-schemes/test/workbook": "",
    }
    for path, query in exports.items():
        assert (await centre.get(f"{path}?{query}")).status_code == 200, path
    told = (await auditor.get("/v1/audit")).json()["entries"]
    assert {it["about"]: it["detail"]["asked"] for it in told} == exports


async def test_who_gave_whom_which_rights(auditor: httpx.AsyncClient, client_of: ClientOf) -> None:
    keeper = await client_of(Role.SECURITY_ADMINISTRATOR)
    body = {"login": "Li.Na", "password": PASSWORD, "appointments": [{"role": "planner"}]}
    (held,) = (await keeper.post("/v1/accounts", json=body)).json()["appointments"]
    await keeper.delete(f"/v1/accounts/li.na/appointments/{held['id']}")
    for _ in range(2):
        answer = await keeper.post("/v1/accounts/li.na/disable")
        assert answer.json()["disabled_at"] is not None
    assert (await keeper.post("/v1/accounts/nobody/disable")).status_code == 404
    role = {"name": "巡查", "name_en": "patrol", "sees": "own", "permissions": []}
    await keeper.put("/v1/roles/patrol", json=role)
    by = "security_administrator"
    assert await entries(auditor, by=by) == [
        ("role_set", "patrol", by),
        ("disabled", "li.na", by),
        ("dismissed", "li.na", by),
        ("appointed", "li.na", by),
        ("account_made", "li.na", by),
    ]
    assert await entries(auditor, deed="dismissed", about="li.na") == [("dismissed", "li.na", by)]


async def test_it_is_read_page_by_page(auditor: httpx.AsyncClient, db: AsyncSession) -> None:
    now = utc_now()
    rows = [{**failure("x"), "at": now - timedelta(minutes=n // 2)} for n in range(7)]
    await db.execute(insert(AuditEntry), rows)
    await db.commit()
    seen: list[UUID] = []
    cursor: str | None = None
    more = True
    while more:
        sought: dict[str, Any] = {"limit": 3, **({"cursor": cursor} if cursor else {})}
        page = (await auditor.get("/v1/audit", params=sought)).json()
        seen += [UUID(one["id"]) for one in page["entries"]]
        cursor = page["next"]
        more = cursor is not None
    newest_first = select(AuditEntry.id).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    assert seen == list(await db.scalars(newest_first))


@pytest.mark.parametrize("role", [*FOUR, Role.SECURITY_ADMINISTRATOR])
async def test_nobody_else_reads_it(client_of: ClientOf, role: Role) -> None:
    assert (await (await client_of(role)).get("/v1/audit")).status_code == 403


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET about = 'y'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
    ],
)
async def test_nobody_changes_it(db: AsyncSession, statement: str) -> None:
    await db.execute(insert(AuditEntry).values(failure("x")))
    with pytest.raises(IntegrityError, match="append-only"):
        await db.execute(text(statement))


def failure(login: str, *, address: str = "192.0.2.1") -> dict[str, Any]:
    deed = Deed.SIGN_IN_FAILED.value
    return {
        "id": new_id(),
        "at": utc_now(),
        "deed": deed,
        "about": login,
        "account_id": None,
        "address": address,
        "detail": {},
    }


class TestGuessing:
    """After so many failures a login, or an address, is shut for a while."""

    async def fail(self, db: AsyncSession, times: int, **changes: Any) -> None:
        rows = [{**failure("li.na"), **changes, "id": new_id()} for _ in range(times)]
        await db.execute(insert(AuditEntry), rows)

    @pytest.mark.parametrize(
        ("times", "changes", "shut"),
        [
            (MOST_FAILURES - 1, {}, False),
            (MOST_FAILURES, {}, True),
            (MOST_FAILURES, {"about": "wu.di"}, False),
            (MOST_FROM_ADDRESS - 1, {"about": "wu.di"}, False),
            (MOST_FROM_ADDRESS, {"about": "wu.di"}, True),
            (MOST_FROM_ADDRESS, {"about": "wu.di", "address": "192.0.2.2"}, False),
        ],
    )
    async def test_so_many_are_too_many(
        self, db: AsyncSession, times: int, changes: dict[str, Any], shut: bool
    ) -> None:
        await self.fail(db, times, **changes)
        now = utc_now()
        if not shut:
            await refuse_guessing(db, "li.na", address="192.0.2.1", now=now)
            return
        with pytest.raises(TooManyRequests) as refused:
            await refuse_guessing(db, "li.na", address="192.0.2.1", now=now)
        assert refused.value.code == "locked_out"
        await refuse_guessing(db, "li.na", address="192.0.2.1", now=now + WINDOW)

    async def test_who_got_in_begins_anew(self, db: AsyncSession) -> None:
        now = utc_now()
        await self.fail(db, MOST_FAILURES, at=now - timedelta(minutes=2))
        await self.fail(db, 1, deed=Deed.SIGNED_IN.value, at=now - timedelta(minutes=1))
        await refuse_guessing(db, "li.na", address=None, now=now)

    async def test_the_right_password_opens_nothing_then(
        self, db: AsyncSession, anonymous: httpx.AsyncClient
    ) -> None:
        await make_account(db, "li.na", Role.PLANNER)
        await self.fail(db, MOST_FAILURES)
        await db.commit()
        answer = await anonymous.post("/v1/tokens", json={"login": "Li.Na", "password": PASSWORD})
        assert (answer.status_code, answer.json()["code"]) == (429, "locked_out")
