"""The inbox: each thing is told once, to its owner only."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth.principal import Role
from gridsvc.db.clock import utc_now
from gridsvc.notices.model import Notice
from gridsvc.notices.service import inbox, tell_owner
from tests.factories import report_body
from tests.fixtures.web import ClientOf

NOW = utc_now()


async def reported(client_of: ClientOf, column: float = 0.5, **changes: Any) -> UUID:
    worker = await client_of(Role.GRID_WORKER, login=f"worker{column}{len(changes)}")
    answer = await worker.post("/v1/incidents", json=report_body(column, 0.5, **changes))
    assert answer.status_code == 201
    return UUID(answer.json()["id"])


async def notices(db: AsyncSession) -> list[Notice]:
    return list(await db.scalars(select(Notice)))


async def test_the_owner_is_told(client_of: ClientOf, db: AsyncSession) -> None:
    incident_id = await reported(client_of)
    assert await tell_owner(db, incident_id, "filed", now=NOW)
    lead = await organisation_by_code(db, "clean1", field="lead")
    told = await inbox(db, lead.id, limit=10)
    assert [(notice.incident_id, notice.kind) for notice in told] == [(incident_id, "filed")]


async def test_telling_twice_tells_once(client_of: ClientOf, db: AsyncSession) -> None:
    incident_id = await reported(client_of)
    for _ in range(3):
        await tell_owner(db, incident_id, "filed", now=NOW)
    assert len(await notices(db)) == 1


async def test_each_kind_is_told(client_of: ClientOf, db: AsyncSession) -> None:
    incident_id = await reported(client_of)
    for kind in ("filed", "handling"):
        await tell_owner(db, incident_id, kind, now=NOW)
    assert {notice.kind for notice in await notices(db)} == {"filed", "handling"}


async def test_where_nobody_owns_it_nobody_is_told(client_of: ClientOf, db: AsyncSession) -> None:
    incident_id = await reported(client_of, -0.1)
    assert not await tell_owner(db, incident_id, "filed", now=NOW)
    assert not await tell_owner(db, UUID(int=0), "filed", now=NOW)
    assert await notices(db) == []


class TestOverHttp:
    async def test_anonymous(self, anonymous: httpx.AsyncClient) -> None:
        assert (await anonymous.get("/v1/notices")).status_code == 401

    @pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.PLANNER, Role.ADMINISTRATOR])
    async def test_roles_that_may_not(self, client_of: ClientOf, role: Role) -> None:
        assert (await (await client_of(role)).get("/v1/notices")).status_code == 403

    async def test_an_organisation_reads_its_own_newest_first(
        self, client_of: ClientOf, db: AsyncSession
    ) -> None:
        mine = [await reported(client_of), await reported(client_of, 1.5)]
        others = await reported(client_of, 3.5)
        for number, incident_id in enumerate([*mine, others]):
            await tell_owner(db, incident_id, "filed", now=NOW + timedelta(seconds=number))
        lead = await organisation_by_code(db, "clean1", field="lead")
        await db.commit()
        client = await client_of(Role.COMMAND_CENTRE, organisation=lead.id)
        told = (await client.get("/v1/notices")).json()
        assert [notice["incident_id"] for notice in told] == [str(i) for i in reversed(mine)]
        assert len((await client.get("/v1/notices?limit=1")).json()) == 1

    async def test_an_account_of_no_organisation_is_told_nothing(
        self, client_of: ClientOf, db: AsyncSession
    ) -> None:
        await tell_owner(db, await reported(client_of), "filed", now=NOW)
        await db.commit()
        assert (await (await client_of(Role.COMMAND_CENTRE)).get("/v1/notices")).json() == []

    @pytest.mark.parametrize("limit", ["0", "501", "-1", "x"])
    async def test_a_bad_limit(self, client_of: ClientOf, limit: str) -> None:
        answer = await (await client_of(Role.COMMAND_CENTRE)).get(f"/v1/notices?limit={limit}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "limit"
