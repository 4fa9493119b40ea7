"""Past incidents in the database are replayed against a draft."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Role, Scope
from gridsvc.bulk.comparison import Comparison
from gridsvc.db.clock import utc_now
from gridsvc.planning import repository
from gridsvc.planning.replay import Order, comparisons, replay
from gridsvc.settings import Settings
from tests.factories import appointment, report_body, somebody
from tests.fixtures.web import ClientOf
from tests.planning.desk import Desk, square


class Stopped(Exception):
    """Somebody does not want it any more."""


async def told(_: int, __: int) -> None:
    """Nothing is to be told."""


@pytest_asyncio.fixture
async def order(client_of: ClientOf, db: AsyncSession) -> Order:
    """Two reports in what the draft gives to the second zone, and two elsewhere."""
    worker = await client_of(Role.GRID_WORKER)
    for column, row in [(2.5, 0.5), (2.5, 1.5), (0.5, 0.5), (3.5, 0.5)]:
        filed = await worker.post("/v1/incidents", json=report_body(column, row))
        assert filed.status_code == 201, filed.text
    draft = await drafted(await client_of(Role.PLANNER))
    now = utc_now()
    return Order(
        draft=await repository.get(db, draft),
        at=now + timedelta(days=1),
        since=now - timedelta(days=1),
        until=now + timedelta(days=1),
        who=somebody(appointment("planner", Permission.INCIDENTS_READ)),
        now=now,
        settings=Settings(),
    )


async def drafted(planner: httpx.AsyncClient) -> UUID:
    desk = await Desk.of(planner, layer="cleaning")
    await desk.edit("change", code="Z1", geometry=square(0, 0, 2, 2), crs="wgs84")
    await desk.edit("change", code="Z2", geometry=square(2, 0, 2, 2), crs="wgs84")
    return UUID(desk.draft["id"])


async def test_the_past_is_asked_what_it_would_have_been(db: AsyncSession, order: Order) -> None:
    found = await replay(db, order, told)
    assert found.confusion == {
        ("clean1", "clean1"): 1,
        ("clean1", "clean2"): 2,
        ("clean2", "clean2"): 1,
    }
    assert list(found.workload()) == [("clean1", 3, 1), ("clean2", 1, 3)]


async def test_only_what_the_caller_may_see_is_counted(db: AsyncSession, order: Order) -> None:
    reading = Permission.INCIDENTS_READ
    who = somebody(appointment("planner", reading, scope=Scope("street", "S1")))
    assert (await replay(db, replace(order, who=who), told)).total == 1


async def test_nothing_of_the_draft_stays(db: AsyncSession, order: Order) -> None:
    first = await replay(db, order, told)
    assert await replay(db, order, told) == first


async def test_it_can_be_stopped(db: AsyncSession, order: Order) -> None:
    async def stop(seen: int, total: int) -> None:
        assert total == 4
        if seen:
            raise Stopped

    with pytest.raises(Stopped):
        await replay(db, order, stop)


async def test_who_stops_it_leaves_no_comparison_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page after the first would be compared until it is let go."""
    let, first = threading.Event(), Comparison()

    def compare(page: object, *_: object) -> Comparison:
        if page:
            let.wait()
        return first

    async def pages() -> AsyncIterator[Any]:
        for number in range(3):
            yield number

    engine: Any = None
    monkeypatch.setattr("gridsvc.planning.replay.compared", compare)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1})
    others = asyncio.all_tasks()
    async with aclosing(comparisons(pages(), engine, engine)) as parts:
        assert await anext(parts) is first
    left = asyncio.all_tasks() - others
    let.set()
    assert left == set()
