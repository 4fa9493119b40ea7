"""Whoever guesses passwords keeps nobody else from working, however many guesses come at once."""

import asyncio
import threading
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from gridsvc.app import create_app
from gridsvc.auth.gate import PasswordGate
from gridsvc.auth.principal import Role
from gridsvc.db.session import Database
from gridsvc.errors import TooManyRequests
from gridsvc.settings import Settings
from tests.factories import PASSWORD, make_account
from tests.fixtures.web import SIGNING_KEY

GUESS = {"login": "worker", "password": "a wrong password"}


class Slow:
    """A comparison that takes as long as the test wants."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.together = self.most = 0

    def verify(self, *_: object) -> bool:
        self.together += 1
        self.most = max(self.most, self.together)
        self.begun.release()
        self.go_on.wait(30)
        self.together -= 1
        return False


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    made = Slow()
    monkeypatch.setattr("gridsvc.auth.gate.verify_password", made.verify)
    return made


@pytest_asyncio.fixture
async def one_connection(fresh_url: str) -> AsyncIterator[Database]:
    database = Database.connect(fresh_url, pool_size=1)
    async with database.transaction() as db:
        await make_account(db, "worker", Role.GRID_WORKER)
    yield database
    await database.close()


async def test_a_comparison_holds_no_connection_and_the_queue_has_an_end(
    one_connection: Database, slow: Slow
) -> None:
    app = create_app(Settings(), one_connection, signing_key=SIGNING_KEY)
    longest = app.state.gridsvc.passwords.longest_queue
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        guesses = [
            asyncio.create_task(client.post("/v1/tokens", json=GUESS)) for _ in range(longest + 5)
        ]
        await asyncio.to_thread(slow.begun.acquire)
        sent_away, _ = await asyncio.wait(guesses, return_when=asyncio.FIRST_COMPLETED)
        async with asyncio.timeout(10), one_connection.sessions() as db:
            assert await db.scalar(text("SELECT 1")) == 1
        answer = next(iter(sent_away)).result()
        slow.go_on.set()
        statuses = sorted([(await guess).status_code for guess in guesses])
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert int(answer.headers["retry-after"]) > 0
    assert statuses == [401] * longest + [429] * 5
    assert slow.most <= 2


async def test_a_place_is_free_again_however_one_left_it() -> None:
    gate = PasswordGate(longest_queue=1)
    with pytest.raises(ZeroDivisionError), gate.place():
        _ = 1 / 0
    with gate.place(), pytest.raises(TooManyRequests), gate.place():
        pass
    with gate.place():
        assert not await gate.verify(PASSWORD, None)
