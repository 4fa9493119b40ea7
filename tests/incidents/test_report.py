"""Reporting an incident: who may, who owns it, and that a repetition makes no second one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from gridsvc.db.base import new_id
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.incidents.schemas import IncidentReceipt
from gridsvc.routing.model import RoutingDecision
from tests.factories import report_body
from tests.fixtures.web import ClientOf


@pytest_asyncio.fixture
async def worker(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.GRID_WORKER)


async def count(db: AsyncSession, table: Any = Incident) -> int:
    return int((await db.execute(select(func.count()).select_from(table))).scalar_one())


class TestWho:
    async def test_anonymous(self, anonymous: httpx.AsyncClient) -> None:
        answer = await anonymous.post("/v1/incidents", json=report_body(0.5, 0.5))
        assert answer.status_code == 401
        assert answer.json()["code"] == "not_authenticated"

    @pytest.mark.parametrize("role", [Role.PLANNER, Role.ADMINISTRATOR])
    async def test_roles_that_may_not(self, client_of: ClientOf, role: Role) -> None:
        client = await client_of(role)
        answer = await client.post("/v1/incidents", json=report_body(0.5, 0.5))
        assert answer.status_code == 403
        assert answer.json()["permission"] == "incidents:report"


class TestOwner:
    async def test_the_answer_says_who_owns_it_and_why(self, worker: httpx.AsyncClient) -> None:
        answer = await worker.post("/v1/incidents", json=report_body(0.5, 0.5))
        assert answer.status_code == 201
        receipt = IncidentReceipt.model_validate(answer.json())
        routing = receipt.routing
        assert routing.outcome == "routed"
        assert routing.lead is not None
        assert routing.lead.code == "clean1"
        assert [helper.code for helper in routing.co_handlers] == ["s1"]
        assert routing.zone is not None
        assert routing.zone.code == "Z1"
        assert [area.code for area in routing.area_chain] == ["D1", "S1", "C1", "G00"]
        assert "环卫一所" in routing.explanation.zh
        assert "Cleaning 1" in routing.explanation.en
        assert {release.layer for release in routing.releases} >= {"grid", "cleaning"}
        assert receipt.status == "dispatched"
        assert receipt.due_at - datetime.now(UTC) > timedelta(hours=3, minutes=59)  # noqa: TID251
        assert answer.headers["location"] == f"/v1/incidents/{receipt.id}"

    async def test_everything_is_written_together(
        self, worker: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        answer = await worker.post("/v1/incidents", json=report_body(0.5, 0.5))
        incident = (await db.execute(select(Incident))).scalar_one()
        event = (await db.execute(select(IncidentEvent))).scalar_one()
        decision = (await db.execute(select(RoutingDecision))).scalar_one()
        jobs = (await db.execute(select(func.count()).select_from(_jobs()))).scalar_one()
        assert str(incident.id) == answer.json()["id"]
        assert (incident.grid, incident.street) == ("G00", "S1")
        assert event.to_status == incident.status == "dispatched"
        assert decision.record == answer.json()["routing"]
        assert jobs == 1

    async def test_gcj02_is_shifted_before_routing(self, worker: httpx.AsyncClient) -> None:
        body = report_body(2.9, 0.5)
        body["location"]["crs"] = "gcj02"  # 230 m to 300 m east of the place itself
        routing = (await worker.post("/v1/incidents", json=body)).json()["routing"]
        assert routing["area_chain"][-1]["code"] == "G20"
        assert routing["lead"]["code"] == "clean1"

    async def test_address_only_waits_for_triage(self, worker: httpx.AsyncClient) -> None:
        body = report_body(0, 0, address="甲街道1号", location=None)
        answer = (await worker.post("/v1/incidents", json=body)).json()
        assert answer["routing"]["outcome"] == "unlocated"
        assert answer["status"] == "filed"

    async def test_just_outside_is_taken_and_not_assigned(self, worker: httpx.AsyncClient) -> None:
        answer = (await worker.post("/v1/incidents", json=report_body(-0.1, 0.5))).json()
        assert answer["routing"]["outcome"] == "outside"
        assert answer["routing"]["lead"] is None
        assert answer["routing"]["nearest"]["code"] in {"D1", "S1"}
        assert answer["status"] == "filed"


def _jobs() -> Any:
    from sqlalchemy import table  # noqa: PLC0415 - the library's table, named for one test

    return table("procrastinate_jobs")


class TestAgain:
    async def test_same_id_same_body(self, worker: httpx.AsyncClient, db: AsyncSession) -> None:
        body = report_body(0.5, 0.5, id=str(new_id()))
        first = await worker.post("/v1/incidents", json=body)
        second = await worker.post("/v1/incidents", json=body)
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json() == second.json()
        assert await count(db) == 1

    async def test_same_id_other_body(self, worker: httpx.AsyncClient, db: AsyncSession) -> None:
        body = report_body(0.5, 0.5, id=str(new_id()))
        await worker.post("/v1/incidents", json=body)
        other = {**body, "description": "别的事", "location": {**body["location"], "lon": 104.001}}
        answer = await worker.post("/v1/incidents", json=other)
        assert answer.status_code == 409
        assert answer.json()["code"] == "different_body"
        assert answer.json()["differing"] == ["description", "location.lon"]
        assert await count(db) == 1

    @pytest.mark.parametrize(
        "again",
        [
            {"occurred_at": "2026-03-01T08:00:00+08:00"},
            {"occurred_at": "2026-03-01T00:00:00.000Z"},
            {"location": {"lat": 30.605, "lon": 104.005, "accuracy_m": -0.0, "crs": "wgs84"}},
            {"location": {"lat": 30.6050, "lon": 104.00500, "accuracy_m": 0, "crs": "wgs84"}},
        ],
    )
    async def test_the_same_written_in_another_way(
        self, worker: httpx.AsyncClient, again: dict[str, Any]
    ) -> None:
        body = report_body(0.5, 0.5, id=str(new_id()), occurred_at="2026-03-01T00:00:00Z")
        body["location"]["accuracy_m"] = 0.0
        first = await worker.post("/v1/incidents", json=body)
        second = await worker.post("/v1/incidents", json={**body, **again})
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json() == second.json()

    async def test_same_key_same_body(self, worker: httpx.AsyncClient, db: AsyncSession) -> None:
        headers = {"Idempotency-Key": "phone-1"}
        first = await worker.post("/v1/incidents", json=report_body(0.5, 0.5), headers=headers)
        second = await worker.post("/v1/incidents", json=report_body(0.5, 0.5), headers=headers)
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json() == second.json()
        assert await count(db) == 1

    async def test_same_key_other_body(self, worker: httpx.AsyncClient) -> None:
        headers = {"Idempotency-Key": "phone-1"}
        await worker.post("/v1/incidents", json=report_body(0.5, 0.5), headers=headers)
        other = report_body(0.5, 0.5, description="别的事")
        answer = await worker.post("/v1/incidents", json=other, headers=headers)
        assert answer.status_code == 409
        assert answer.json()["differing"] == ["description"]

    async def test_anothers_id_is_taken_but_tells_nothing(
        self, worker: httpx.AsyncClient, client_of: ClientOf
    ) -> None:
        body = report_body(0.5, 0.5, id=str(new_id()))
        await worker.post("/v1/incidents", json=body)
        stranger = await client_of(Role.GRID_WORKER, login="stranger")
        answer = await stranger.post("/v1/incidents", json=body)
        assert answer.status_code == 409
        assert answer.json()["differing"] == ["id"]

    async def test_the_answer_stays_the_same_after_the_incident_has_moved_on(
        self, worker: httpx.AsyncClient
    ) -> None:
        body = report_body(0.5, 0.5, id=str(new_id()))
        first = await worker.post("/v1/incidents", json=body)
        await worker.post(
            f"/v1/incidents/{body['id']}/transitions",
            json={"action": "withdraw", "note": "误报"},
            headers={"If-Match": '"1"'},
        )
        assert (await worker.post("/v1/incidents", json=body)).json() == first.json()


class TestRefused:
    @pytest.mark.parametrize(
        ("field", "changes"),
        [
            ("category", {"category": "9999"}),
            ("category", {"category": ""}),
            ("description", {"description": ""}),
            ("description", {"description": "字" * 2001}),
            ("description", {"description": "a\x00b"}),
            ("channel", {"channel": "Worker App"}),
            ("occurred_at", {"occurred_at": "2999-01-01T00:00:00Z"}),
            ("occurred_at", {"occurred_at": "2026-01-01T00:00:00"}),
            ("id", {"id": "00000000-0000-4000-8000-000000000000"}),
            ("id", {"id": "7fffffff-ffff-7000-8000-000000000000"}),
            ("surprise", {"surprise": 1}),
            ("location.lat", {"location": {"lon": 104, "lat": 200, "crs": "wgs84"}}),
            ("location.lon", {"location": {"lon": "east", "lat": 30, "crs": "wgs84"}}),
            ("location.crs", {"location": {"lon": 104, "lat": 30}}),
            ("location.crs", {"location": {"lon": 104, "lat": 30, "crs": "wgs72"}}),
            (
                "location.accuracy_m",
                {"location": {"lon": 104, "lat": 30, "crs": "wgs84", "accuracy_m": -1}},
            ),
            ("location", {"location": {"lon": 150.0, "lat": 0.0, "crs": "wgs84"}}),
        ],
    )
    async def test_the_field_is_named_and_nothing_is_written(
        self, worker: httpx.AsyncClient, db: AsyncSession, field: str, changes: dict[str, Any]
    ) -> None:
        answer = await worker.post("/v1/incidents", json=report_body(0.5, 0.5, **changes))
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert field in {fault["field"] for fault in answer.json()["errors"]}
        assert answer.json()["detail_zh"]
        assert await count(db) == 0

    @pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
    async def test_numbers_that_are_none(
        self, worker: httpx.AsyncClient, db: AsyncSession, number: str
    ) -> None:
        raw = (
            '{"category": "0201", "description": "x", "channel": "app", "location":'
            f' {{"lon": {number}, "lat": 30.6, "crs": "wgs84"}}}}'
        )
        headers = {"Content-Type": "application/json"}
        answer = await worker.post("/v1/incidents", content=raw, headers=headers)
        assert answer.status_code == 422
        assert await count(db) == 0

    async def test_a_body_of_five_megabytes(
        self, worker: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        body = report_body(0.5, 0.5, description="x" * 5_000_000)
        answer = await worker.post("/v1/incidents", json=body)
        assert answer.status_code == 413
        assert answer.json()["code"] == "too_large"
        assert await count(db) == 0

    @pytest.mark.parametrize(
        ("content", "content_type"),
        [
            (b"category=0201", "application/x-www-form-urlencoded"),
            (b"<report/>", "application/xml"),
            (b"{", "application/json"),
            (b"", "application/json"),
            (b"\xff\xfe", "application/json"),
        ],
    )
    async def test_what_is_no_json(
        self, worker: httpx.AsyncClient, content: bytes, content_type: str
    ) -> None:
        headers = {"Content-Type": content_type}
        answer = await worker.post("/v1/incidents", content=content, headers=headers)
        assert answer.status_code in {415, 422}
        assert answer.headers["content-type"] == "application/problem+json"
