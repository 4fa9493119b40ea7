"""A database that is away is an outage, told as such; never a fault of ours, nor a promise."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.app import create_app
from gridsvc.auth.principal import Role
from gridsvc.db.session import Database
from gridsvc.db.straight import Statement
from gridsvc.http.deps import ReadDb, ServiceDb, StateDep
from gridsvc.routing.batch import decide_all
from gridsvc.settings import Settings
from tests.fixtures.cluster import Cluster
from tests.fixtures.web import SIGNING_KEY, token_of

NOWHERE = "postgresql://nobody:hush@127.0.0.1:9/nothing"
SECRET = {"x": "hush"}


async def sleep(db: ReadDb) -> None:
    await db.execute(text("SELECT pg_sleep(30)"))


async def spoil(db: ReadDb) -> None:
    await db.execute(text("SELECT no_such_column FROM account WHERE login = :x"), SECRET)


async def collide(db: ServiceDb, state: str) -> None:
    await db.execute(text("CREATE TABLE half_done ()"))
    await db.execute(text(f"DO $$ BEGIN RAISE SQLSTATE '{state}'; END $$"))


async def vanish(db: ServiceDb) -> None:
    await db.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


async def sleep_straight(state: StateDep) -> None:
    async with state.database.straight() as db:
        await db.value(Statement("SELECT pg_sleep(30)"), {})


async def vanish_straight(state: StateDep) -> None:
    async with state.database.straight() as db:
        await db.value(Statement("SELECT pg_terminate_backend(pg_backend_pid())"), {})


async def spoil_straight(state: StateDep) -> None:
    async with state.database.straight() as db:
        await db.value(Statement("SELECT no_such_column FROM account WHERE login = :x"), SECRET)


DEFECTS = (collide, sleep, sleep_straight, spoil, spoil_straight, vanish, vanish_straight)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO, logger="gridsvc"):
        yield caplog


def client_of(database: Database) -> httpx.AsyncClient:
    app = create_app(Settings(), database, signing_key=SIGNING_KEY)
    for defect in DEFECTS:
        app.add_api_route(f"/{defect.__name__}", defect)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


@pytest_asyncio.fixture
async def impatient(fresh_url: str) -> AsyncIterator[Database]:
    database = Database.connect(fresh_url, pool_size=1, statement_timeout_s=1)
    yield database
    await database.close()


async def test_no_database_is_an_outage(log: pytest.LogCaptureFixture) -> None:
    database = Database.connect(NOWHERE)
    async with client_of(database) as client:
        answer = await client.post("/v1/tokens", json={"login": "x", "password": "y"})
    assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["x-request-id"] in log.text
    assert "hush" not in log.text + answer.text


@pytest.mark.parametrize("way", ["", "_straight"])
@pytest.mark.parametrize(("path", "code"), [("/sleep", "too_slow"), ("/vanish", "database_away")])
async def test_a_lost_or_endless_statement_is_an_outage_and_passes(
    impatient: Database, path: str, code: str, way: str
) -> None:
    async with client_of(impatient) as client:
        answer = await client.get(f"{path}{way}")
        assert (answer.status_code, answer.json()["code"]) == (503, code)
        assert "retry-after" in answer.headers
        assert (await client.get("/readyz")).status_code == 200


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
async def test_changes_that_collide_change_nothing_and_may_be_sent_again(
    impatient: Database, state: str
) -> None:
    async with client_of(impatient) as client:
        answer = await client.get("/collide", params={"state": state})
    assert (answer.status_code, answer.json()["code"]) == (503, "collided")
    assert int(answer.headers["retry-after"]) > 0
    async with impatient.sessions() as db:
        assert await db.scalar(text("SELECT to_regclass('half_done')")) is None


async def test_a_restart_of_the_database_is_an_outage_and_passes(
    impatient: Database, fresh_url: str, cluster: Cluster
) -> None:
    async with impatient.transaction() as db:
        token = await token_of(db, "worker", Role.GRID_WORKER)
    with psycopg.connect(cluster.address.socket_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [fresh_url.partition("?")[0].rpartition("/")[2]],
        )
    headers = {"Authorization": f"Bearer {token}"}
    async with client_of(impatient) as client:
        answers = [await client.get("/v1/me", headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [503, 200]


async def test_a_pool_that_stays_empty_is_an_outage(
    impatient: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impatient.engine.pool, "_timeout", 0.1)
    async with impatient.sessions() as other, client_of(impatient) as client:
        await other.execute(text("SELECT 1"))
        answer = await client.get("/spoil")
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")


@pytest.mark.parametrize("path", ["/spoil", "/spoil_straight"])
async def test_our_own_fault_is_one_with_its_traceback_in_the_log(
    impatient: Database, log: pytest.LogCaptureFixture, path: str
) -> None:
    async with client_of(impatient) as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    failed = next(record for record in log.records if record.levelname == "ERROR")
    assert answer.json()["request_id"] in failed.getMessage()
    assert failed.exc_info
    assert "no_such_column" in log.text
    assert "hush" not in log.text
    assert "nothing was changed" not in answer.text


class TestHeavyCalls:
    async def test_a_batch_is_decided_without_a_connection(
        self, city_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        database = Database.connect(city_url, pool_size=1)
        async with database.transaction() as db:
            token = await token_of(db, "worker", Role.GRID_WORKER)
        begun, go_on = asyncio.Event(), asyncio.Event()

        to_thread = asyncio.to_thread

        async def wait(function: Callable[..., Any], *given: object, **named: object) -> Any:
            if function is decide_all:
                begun.set()
                await go_on.wait()
            return await to_thread(function, *given, **named)

        point: dict[str, str | float] = {"lon": 104.005, "lat": 30.605, "category": "0201"}
        async with client_of(database) as client:
            client.headers["Authorization"] = f"Bearer {token}"
            body = {"crs": "wgs84", "points": [point]}
            assert (await client.post("/v1/route", json=body)).status_code == 200
            monkeypatch.setattr(asyncio, "to_thread", wait)
            asked = asyncio.create_task(client.post("/v1/route", json=body))
            async with asyncio.timeout(30):
                await begun.wait()
            async with asyncio.timeout(10), database.sessions() as db:
                await _ask(db)
            go_on.set()
            assert (await asked).status_code == 200
        await database.close()


async def _ask(db: AsyncSession) -> None:
    assert await db.scalar(text("SELECT 1")) == 1
