"""Replays the past against a draft: what would its owners have been."""

import asyncio
import os
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from geodata.index import work_alone
from gridsvc.auth.principal import Principal
from gridsvc.bulk.chart import Chart, take
from gridsvc.bulk.comparison import Comparison, compared
from gridsvc.bulk.engine import Engine
from gridsvc.bulk.points import Points
from gridsvc.incidents import past
from gridsvc.incidents.visibility import visible_to
from gridsvc.planning.model import Draft
from gridsvc.planning.rehearsal import rehearsed
from gridsvc.routing.lasting import lasting
from gridsvc.settings import Settings

Tell = Callable[[int, int], Awaitable[None]]
"""Is told how many incidents are done, of how many; may raise to end it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be replayed, for whom, as the map would be at a time."""

    draft: Draft
    at: datetime
    since: datetime
    until: datetime
    who: Principal
    now: datetime
    settings: Settings


async def replay(db: AsyncSession, order: Order, tell: Tell) -> Comparison:
    """Compare the map at a time with and without the draft; nothing of the draft stays."""
    old, new = await both_maps(db, order.draft, at=order.at, settings=order.settings)
    seen = past.during(order.since, order.until) & visible_to(order.who)
    total = await past.count(db, seen)
    await tell(0, total)
    comparison, done = Comparison(), 0
    for scheme in await past.schemes(db):
        engines = await asyncio.to_thread(_engines, old, new, scheme)
        found = past.pages(db, seen, scheme=scheme, near_limit_m=order.settings.near_limit_m)
        async with aclosing(found), aclosing(comparisons(found, *engines)) as parts:
            async for part in parts:
                comparison.add(part)
                done += part.seen
                await tell(done, total)
    return comparison


async def comparisons(
    pages: AsyncIterator[Points], old: Engine, new: Engine
) -> AsyncGenerator[Comparison, None]:
    """Compare as many pages at once as there are cores; who ends it leaves none under way."""
    cores = len(os.sched_getaffinity(0))
    running = deque[asyncio.Future[Comparison]]()
    pool, loop = ThreadPoolExecutor(cores, initializer=work_alone), asyncio.get_running_loop()
    try:
        async for points in pages:
            running.append(loop.run_in_executor(pool, compared, points, old, new))
            if len(running) > cores:
                yield await running.popleft()
        while running:
            yield await running.popleft()
    finally:
        # Waited for, pages that are still compared would hold up everybody else on this loop.
        pool.shutdown(wait=False, cancel_futures=True)


async def both_maps(
    db: AsyncSession, draft: Draft, *, at: datetime, settings: Settings
) -> tuple[Chart, Chart]:
    """Take the map of a time without and with a draft, each as if it had always held."""
    old = await _map(db, settings, at=at)
    async with rehearsed(db, draft, at=at):
        return old, await _map(db, settings, at=at)


async def _map(db: AsyncSession, settings: Settings, *, at: datetime) -> Chart:
    chart = await take(db, settings, at=at)
    return replace(chart, edition=await asyncio.to_thread(lasting, chart.edition, at))


def _engines(old: Chart, new: Chart, scheme: str) -> tuple[Engine, Engine]:
    return Engine(old, scheme=scheme), Engine(new, scheme=scheme)
