"""Reading one incident: itself, its decision, its history; what one may not see is not there."""

import httpx
import pytest
import pytest_asyncio

from gridsvc.auth.principal import Role
from gridsvc.db.base import new_id
from gridsvc.incidents.schemas import EventOut, IncidentOut, RoutingOut
from tests.factories import report_body
from tests.fixtures.web import ClientOf

PARTS = ["", "/routing", "/events"]


@pytest_asyncio.fixture
async def worker(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.GRID_WORKER)


@pytest_asyncio.fixture
async def path(worker: httpx.AsyncClient) -> str:
    """Where an incident of the worker's is."""
    answer = await worker.post("/v1/incidents", json=report_body(0.5, 0.5, address="甲街道1号"))
    return str(answer.headers["location"])


@pytest.mark.parametrize("part", PARTS)
class TestWho:
    async def test_anonymous(self, anonymous: httpx.AsyncClient, path: str, part: str) -> None:
        assert (await anonymous.get(path + part)).status_code == 401

    async def test_an_administrator(self, client_of: ClientOf, path: str, part: str) -> None:
        answer = await (await client_of(Role.ADMINISTRATOR)).get(path + part)
        assert answer.status_code == 403

    async def test_anothers_looks_like_none(
        self, client_of: ClientOf, path: str, part: str
    ) -> None:
        stranger = await client_of(Role.GRID_WORKER, login="stranger")
        there = await stranger.get(path + part)
        not_there = await stranger.get(f"/v1/incidents/{new_id()}{part}")
        assert there.status_code == not_there.status_code == 404
        told = [
            {name: value for name, value in answer.json().items() if name != "instance"}
            for answer in (there, not_there)
        ]
        assert told[0] == told[1]

    async def test_an_id_that_is_none(
        self, worker: httpx.AsyncClient, path: str, part: str
    ) -> None:
        answer = await worker.get(f"/v1/incidents/not-an-id{part}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "incident_id"


async def test_it_is_as_it_was_reported(worker: httpx.AsyncClient, path: str) -> None:
    answer = await worker.get(path)
    assert answer.headers["etag"] == '"1"'
    found = IncidentOut.model_validate(answer.json())
    assert (found.description, found.address) == ("路边有暴露垃圾", "甲街道1号")
    assert found.areas == {"district": "D1", "street": "S1", "community": "C1", "grid": "G00"}
    assert found.zone is not None
    assert (found.zone.layer, found.zone.code) == ("cleaning", "Z1")


async def test_its_decision_is_the_one_that_was_answered(
    worker: httpx.AsyncClient,
) -> None:
    receipt = (await worker.post("/v1/incidents", json=report_body(0.5, 0.5))).json()
    found = (await worker.get(f"/v1/incidents/{receipt['id']}/routing")).json()
    RoutingOut.model_validate(found)
    assert found["routing"] == receipt["routing"]


async def test_its_history_begins_with_the_report(worker: httpx.AsyncClient, path: str) -> None:
    (event,) = [EventOut.model_validate(e) for e in (await worker.get(f"{path}/events")).json()]
    assert (event.sequence, event.action, event.from_status) == (1, "report", None)
    assert event.detail["report"]["description"] == "路边有暴露垃圾"
    assert len(event.hash) == 64
