"""Several at once, with real transactions: one wins, nobody is told what did not happen."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from gridsvc.auth.principal import Role
from gridsvc.db.base import new_id
from tests.factories import report_body
from tests.live import Live, live

RIVALS = 6


@pytest_asyncio.fixture
async def running(city_url: str) -> AsyncIterator[Live]:
    async with live(city_url) as found:
        yield found


async def count(running: Live, table: str) -> int:
    async with running.database.sessions() as db:
        return int((await db.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def counts(running: Live) -> dict[str, int]:
    """How many rows a report has left, table by table."""
    tables = ("incident", "incident_event", "routing_decision", "procrastinate_jobs")
    return {table: await count(running, table) for table in tables}


def once() -> dict[str, int]:
    return {"incident": 1, "incident_event": 1, "routing_decision": 1, "procrastinate_jobs": 1}


class TestTheSameReport:
    @pytest.mark.parametrize("named_by", ["id", "key", "both"])
    async def test_sent_many_times_at_once_is_one_incident(
        self, running: Live, named_by: str
    ) -> None:
        worker = await running.client(Role.GRID_WORKER)
        names = {"id": str(new_id())} if named_by != "key" else {}
        headers = {"Idempotency-Key": "phone-1"} if named_by != "id" else {}
        body = report_body(0.5, 0.5, **names)
        answers = await asyncio.gather(
            *(worker.post("/v1/incidents", json=body, headers=headers) for _ in range(RIVALS))
        )
        assert sorted(a.status_code for a in answers) == [200] * (RIVALS - 1) + [201]
        assert all(a.json() == answers[0].json() for a in answers)
        assert await counts(running) == once()

    async def test_one_id_with_different_bodies_is_one_of_them(self, running: Live) -> None:
        worker = await running.client(Role.GRID_WORKER)
        made = str(new_id())
        answers = await asyncio.gather(
            *(
                worker.post(
                    "/v1/incidents", json=report_body(0.5, 0.5, id=made, description=f"{n}")
                )
                for n in range(RIVALS)
            )
        )
        assert sorted(a.status_code for a in answers) == [201] + [409] * (RIVALS - 1)
        assert {tuple(a.json()["differing"]) for a in answers if a.status_code == 409} == {
            ("description",)
        }
        assert await counts(running) == once()

    async def test_one_id_of_two_workers_is_the_firsts(self, running: Live) -> None:
        workers = [await running.client(Role.GRID_WORKER, login=f"w{n}") for n in range(2)]
        body = report_body(0.5, 0.5, id=str(new_id()))
        answers = await asyncio.gather(*(w.post("/v1/incidents", json=body) for w in workers))
        assert sorted(a.status_code for a in answers) == [201, 409]
        assert await counts(running) == once()

    async def test_one_key_of_two_workers_is_each_ones_own(self, running: Live) -> None:
        workers = [await running.client(Role.GRID_WORKER, login=f"w{n}") for n in range(2)]
        headers = {"Idempotency-Key": "1"}
        answers = await asyncio.gather(
            *(w.post("/v1/incidents", json=report_body(0.5, 0.5), headers=headers) for w in workers)
        )
        assert [a.status_code for a in answers] == [201, 201]
        assert await count(running, "incident") == 2

    async def test_a_key_whose_report_was_refused_is_free_again(self, running: Live) -> None:
        worker = await running.client(Role.GRID_WORKER)
        headers = {"Idempotency-Key": "1"}
        bad = report_body(0.5, 0.5, category="9999")
        assert (await worker.post("/v1/incidents", json=bad, headers=headers)).status_code == 422
        good = report_body(0.5, 0.5)
        assert (await worker.post("/v1/incidents", json=good, headers=headers)).status_code == 201


async def test_more_than_there_are_connections_are_all_taken(running: Live) -> None:
    """On a map that is not yet compiled: who compiles it must not wait for who waits for it."""
    worker = await running.client(Role.GRID_WORKER)
    answers = await asyncio.gather(
        *(worker.post("/v1/incidents", json=report_body(0.5, 0.5)) for _ in range(20))
    )
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["id"] for a in answers}) == 20
    assert len({a.json()["reference"] for a in answers}) == 20


class TestTwoDispatchers:
    async def test_one_wins_and_the_other_is_told(self, running: Live) -> None:
        clients = [await running.client(Role.COMMAND_CENTRE, login=f"c{n}") for n in range(4)]
        made = (await clients[0].post("/v1/incidents", json=report_body(0.5, 0.5))).json()["id"]
        path = f"/v1/incidents/{made}/transitions"

        async def act(client: httpx.AsyncClient, number: int) -> httpx.Response:
            step = {"action": ["accept", "return"][number % 2], "note": f"{number}"}
            return await client.post(path, json=step, headers={"If-Match": '"1"'})

        answers = await asyncio.gather(*(act(c, n) for n, c in enumerate(clients)))
        assert sorted(a.status_code for a in answers) == [200, 412, 412, 412]
        assert {a.json()["version"] for a in answers} == {2}
        (winner,) = [a for a in answers if a.status_code == 200]
        found = await clients[0].get(f"/v1/incidents/{made}")
        assert found.json() == winner.json()
        assert await count(running, "incident_event") == 2
        assert await count(running, "procrastinate_jobs") == 2


SPOIL = """
    CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the disk is full' USING ERRCODE = 'disk_full'; END $$
"""
AT_COMMIT = """
    CREATE CONSTRAINT TRIGGER spoil AFTER INSERT OR UPDATE ON {}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION spoil()
"""


async def spoil(running: Live, table: str) -> None:
    """Let every commit fail that has written to a table: the statements themselves go well."""
    async with running.database.transaction() as db:
        await db.execute(text(SPOIL))
        await db.execute(text(AT_COMMIT.format(table)))


class TestAFailingCommit:
    """What could not be kept is never acknowledged."""

    @pytest.mark.parametrize("table", ["incident", "routing_decision"])
    async def test_a_report_that_was_not_kept_is_no_201(self, running: Live, table: str) -> None:
        worker = await running.client(Role.GRID_WORKER)
        await spoil(running, table)
        answer = await worker.post("/v1/incidents", json=report_body(0.5, 0.5))
        assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
        assert await counts(running) == dict.fromkeys(once(), 0)

    async def test_an_action_that_was_not_kept_is_no_200(self, running: Live) -> None:
        centre = await running.client(Role.COMMAND_CENTRE)
        made = (await centre.post("/v1/incidents", json=report_body(0.5, 0.5))).json()["id"]
        await spoil(running, "incident_event")
        path, step = f"/v1/incidents/{made}/transitions", {"action": "accept"}
        answer = await centre.post(path, json=step, headers={"If-Match": '"1"'})
        assert answer.status_code == 503
        assert (await centre.get(f"/v1/incidents/{made}")).json()["version"] == 1
        assert await counts(running) == once()

    async def test_neither_is_a_token_nor_a_sign_out(self, running: Live) -> None:
        client = await running.client(Role.GRID_WORKER)
        await spoil(running, "credential")
        body: dict[str, Any] = {"login": "grid_worker", "password": "correct horse battery"}
        assert (await client.post("/v1/tokens", json=body)).status_code == 503
        assert (await client.delete("/v1/tokens/current")).status_code == 503
