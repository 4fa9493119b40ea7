"""What keeps a core busy waits for its turn, and holds no connection meanwhile."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import pytest
from sqlalchemy.pool import QueuePool

from gridsvc.areas.publish import content_digest
from gridsvc.auth.principal import Role
from tests.live import live
from tests.planning.desk import Desk

QUESTIONS = ("checks", "diff", "cases", "workload")
PATIENCE_S = 60


class Turns(asyncio.Semaphore):
    """None is free; it is told when so many wait."""

    def __init__(self, many: int) -> None:
        super().__init__(0)
        self.awaited = many
        self.full = asyncio.Event()

    async def acquire(self) -> Literal[True]:
        self.awaited -= 1
        if self.awaited == 0:
            self.full.set()
        return await super().acquire()


def told_where(what: Callable[..., Any], where: list[threading.Thread]) -> Callable[..., Any]:
    """Note in which thread something is done."""

    def done(*given: Any, **named: Any) -> Any:
        where.append(threading.current_thread())
        return what(*given, **named)

    return done


async def test_who_waits_holds_no_connection(
    city_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []
    digest = told_where(content_digest, threads)
    monkeypatch.setattr("gridsvc.planning.base.content_digest", digest)
    async with live(city_url) as running:
        planner = await running.client(Role.PLANNER)
        desk = await Desk.of(planner, layer="cleaning")
        await desk.edit("change", code="Z1", name="别名")
        turns = Turns(len(QUESTIONS) + 3)
        running.app.state.gridsvc = replace(running.app.state.gridsvc, heavy=turns)
        pages = (f"/planning/{desk.draft['id']}", f"/maps/drafts/{desk.draft['id']}")
        asked = [
            asyncio.create_task(planner.get(path))
            for path in (*(f"{desk.path}/{question}" for question in QUESTIONS), *pages)
        ]
        asked.append(asyncio.create_task(desk.try_("POST", "/activation", {})))
        async with asyncio.timeout(PATIENCE_S):
            await turns.full.wait()
        pool = running.database.engine.pool
        assert isinstance(pool, QueuePool)
        assert pool.checkedout() == 0
        turns.release()
        answers = await asyncio.gather(*asked)
    # By the time some are asked, another of them may have put the draft in force.
    assert {answer.status_code for answer in answers} == {200}
    assert threads
    assert threading.main_thread() not in threads
