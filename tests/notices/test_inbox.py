"""The inbox: each thing is told once, to and to whom it concerns only."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth.principal import Role, Scope
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.notices.model import Notice
from gridsvc.notices.service import inbox, tell
from tests.factories import report_body
from tests.fixtures.web import ClientOf

NOW = utc_now()


async def reported(client_of: ClientOf, column: float = 0.5, **changes: Any) -> UUID:
    worker = await client_of(Role.GRID_WORKER, login=f"worker-{new_id()}")
    answer = await worker.post("/v1/incidents", json=report_body(column, 0.5, **changes))
    assert answer.status_code == 201
    return UUID(answer.json()["id"])


async def organisation(db: AsyncSession, code: str) -> UUID:
    return (await organisation_by_code(db, code, field="lead")).id


async def notices(db: AsyncSession) -> list[Notice]:
    return list(await db.scalars(select(Notice)))


async def test_an_organisation_is_told_of_an_event(client_of: ClientOf, db: AsyncSession) -> None:
    incident_id, lead = await reported(client_of), await organisation(db, "clean1")
    await tell(db, lead, incident_id=incident_id, sequence=1, now=NOW)
    told = [(n.incident_id, n.sequence, n.kind) for n in await inbox(db, [lead], limit=10)]
    assert told == [(incident_id, 1, "dispatched")]


async def test_telling_twice_tells_once(client_of: ClientOf, db: AsyncSession) -> None:
    incident_id, lead = await reported(client_of), await organisation(db, "clean1")
    for _ in range(3):
        await tell(db, lead, incident_id=incident_id, sequence=1, now=NOW)
    assert len(await notices(db)) == 1


async def test_two_organisations_are_told_of_one_event(
    client_of: ClientOf, db: AsyncSession
) -> None:
    incident_id = await reported(client_of)
    told = {await organisation(db, code) for code in ("clean1", "clean2")}
    for one in told:
        await tell(db, one, incident_id=incident_id, sequence=1, now=NOW)
    assert {notice.organisation_id for notice in await notices(db)} == told


async def test_of_what_is_not_there_nobody_is_told(client_of: ClientOf, db: AsyncSession) -> None:
    incident_id, lead = await reported(client_of), await organisation(db, "clean1")
    await tell(db, lead, incident_id=incident_id, sequence=2, now=NOW)
    await tell(db, lead, incident_id=UUID(int=0), sequence=1, now=NOW)
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
        lead, other = await organisation(db, "clean1"), await organisation(db, "clean2")
        for number, incident_id in enumerate([*mine, others]):
            now, owner = NOW + timedelta(seconds=number), other if incident_id == others else lead
            await tell(db, owner, incident_id=incident_id, sequence=1, now=now)
        await db.commit()
        client = await client_of(Role.COMMAND_CENTRE, organisation=lead)
        told = (await client.get("/v1/notices")).json()
        assert [notice["incident_id"] for notice in told] == [str(i) for i in reversed(mine)]
        assert len((await client.get("/v1/notices?limit=1")).json()) == 1

    async def test_an_account_of_no_organisation_is_told_nothing(
        self, client_of: ClientOf, db: AsyncSession
    ) -> None:
        lead = await organisation(db, "clean1")
        await tell(db, lead, incident_id=await reported(client_of), sequence=1, now=NOW)
        await db.commit()
        assert (await (await client_of(Role.COMMAND_CENTRE)).get("/v1/notices")).json() == []

    @pytest.mark.parametrize("limit", ["0", "501", "-1", "x"])
    async def test_a_bad_limit(self, client_of: ClientOf, limit: str) -> None:
        answer = await (await client_of(Role.COMMAND_CENTRE)).get(f"/v1/notices?limit={limit}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "limit"

    async def test_what_it_was_told_stays_its_own_when_the_incident_is_out_of_its_sight(
        self, client_of: ClientOf, db: AsyncSession
    ) -> None:
        incident_id, former = await reported(client_of, 3.5), await organisation(db, "power")
        await tell(db, former, incident_id=incident_id, sequence=1, now=NOW)
        await db.commit()
        street = Scope("street", "S1")
        client = await client_of(Role.COMMAND_CENTRE, organisation=former, scope=street)
        assert (await client.get(f"/v1/incidents/{incident_id}")).status_code == 404
        told = (await client.get("/v1/notices")).json()
        assert [notice["incident_id"] for notice in told] == [str(incident_id)]


class TestReading:
    async def test_it_is_noted_once(self, client_of: ClientOf, db: AsyncSession) -> None:
        incident_id, lead = await reported(client_of), await organisation(db, "clean1")
        await tell(db, lead, incident_id=incident_id, sequence=1, now=NOW)
        await db.commit()
        client = await client_of(Role.COMMAND_CENTRE, organisation=lead)
        [notice] = (await client.get("/v1/notices")).json()
        assert notice["read_at"] is None
        first = await client.post(f"/v1/notices/{notice['id']}/read")
        again = await client.post(f"/v1/notices/{notice['id']}/read")
        assert (first.status_code, again.status_code) == (200, 200)
        assert datetime.fromisoformat(first.json()["read_at"]) >= NOW
        assert first.json() == again.json() == (await client.get("/v1/notices")).json()[0]

    @pytest.mark.parametrize("code", ["clean2", None])
    async def test_anothers_is_not_there(
        self, client_of: ClientOf, db: AsyncSession, code: str | None
    ) -> None:
        incident_id, lead = await reported(client_of), await organisation(db, "clean1")
        await tell(db, lead, incident_id=incident_id, sequence=1, now=NOW)
        await db.commit()
        [notice] = await notices(db)
        mine = await organisation(db, code) if code else None
        client = await client_of(Role.COMMAND_CENTRE, organisation=mine)
        answer = await client.post(f"/v1/notices/{notice.id}/read")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        await db.refresh(notice)
        assert notice.read_at is None

    async def test_what_is_no_notice(self, client_of: ClientOf) -> None:
        client = await client_of(Role.COMMAND_CENTRE)
        assert (await client.post(f"/v1/notices/{new_id()}/read")).status_code == 404
        assert (await client.post("/v1/notices/x/read")).status_code == 422

    async def test_who_may_not(self, client_of: ClientOf, anonymous: httpx.AsyncClient) -> None:
        path = f"/v1/notices/{new_id()}/read"
        assert (await anonymous.post(path)).status_code == 401
        assert (await (await client_of(Role.PLANNER)).post(path)).status_code == 403
