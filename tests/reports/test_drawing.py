"""Drawing a map takes long: meanwhile it holds nothing that anybody else waits for."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from gridsvc.app import create_app
from gridsvc.auth.principal import Role
from gridsvc.db.session import Database
from gridsvc.reports import coverage, sheet
from gridsvc.settings import Settings
from tests.fixtures.web import SIGNING_KEY
from tests.live import Live

PATIENCE = 20
"""Seconds after which a test gives up; nothing here is that slow."""


class Easel:
    """A drawing that goes on until it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.begun = threading.Semaphore(0)
        self.at_once = self.most = 0
        self.lock = threading.Lock()

    def draw(self, *_: object) -> str:
        with self.lock:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        self.begun.release()
        self.let_go.wait(PATIENCE)
        with self.lock:
            self.at_once -= 1
        return "<!doctype html>"

    async def has_begun(self) -> None:
        assert await asyncio.to_thread(self.begun.acquire, timeout=PATIENCE)


@pytest.fixture
def easel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Easel]:
    slow = Easel()
    monkeypatch.setattr(sheet, "render_workload", slow.draw)
    monkeypatch.setattr(coverage, "render_coverage", slow.draw)
    yield slow
    slow.let_go.set()


def served(url: str) -> tuple[FastAPI, Database]:
    """A web process with one connection to its database."""
    database = Database.connect(url, pool_size=1)
    return create_app(Settings(), database, signing_key=SIGNING_KEY), database


@pytest.mark.parametrize("path", ["/maps/workload", "/maps/coverage"])
async def test_a_page_being_drawn_holds_no_connection(
    city_url: str, easel: Easel, path: str
) -> None:
    running = Live(*served(city_url))
    centre = await running.client(Role.COMMAND_CENTRE)
    drawing = asyncio.create_task(centre.get(path))
    await easel.has_begun()
    answer = await asyncio.wait_for(centre.get("/v1/layers"), PATIENCE / 2)
    assert answer.status_code == 200
    assert not drawing.done()
    easel.let_go.set()
    assert (await drawing).status_code == 200
    await running.clients.aclose()
    await running.database.close()


async def test_no_more_than_two_pages_are_drawn_at_once(city_url: str, easel: Easel) -> None:
    running = Live(*served(city_url))
    centre = await running.client(Role.COMMAND_CENTRE)
    pages = [asyncio.create_task(centre.get("/maps/workload")) for _ in range(5)]
    await easel.has_begun()
    await easel.has_begun()
    easel.let_go.set()
    answers = await asyncio.gather(*pages)
    assert [answer.status_code for answer in answers] == [200] * 5
    assert easel.most == 2
    await running.clients.aclose()
    await running.database.close()
