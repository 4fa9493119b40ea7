"""Replaying the past against a draft: ten million incidents as columns, and fewer as rows."""

import asyncio
import statistics
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
from sqlalchemy import text, true

from benchmarks.figures import Row
from benchmarks.servers import durable_cluster, fill
from geodata.generate.catalogue import SCHEME
from geodata.generate.city import City
from geodata.generate.plan import Scale
from geodata.index import AreaIndex
from gridsvc.bulk.chart import Chart, take
from gridsvc.bulk.comparison import Comparison
from gridsvc.bulk.engine import Engine
from gridsvc.bulk.points import Points
from gridsvc.bulk.times import ticks
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.incidents import past
from gridsvc.planning.replay import comparisons
from gridsvc.routing.lasting import lasting
from gridsvc.settings import Settings

POINTS, ROWS = 10_000_000, 1_000_000
"""As columns in memory; as rows of the database, which take room on the disk."""
GOAL_S = 10.0
"""For ten million: "in seconds"."""
ROUNDS = 5

# Only what the replay reads is like a real incident: there is no event and no decision.
FILL = """
INSERT INTO incident (id, reference, category_id, status, channel, description, location,
    accuracy_m, occurred_at, reported_at, reporter_id, report_hash, due_at, outcome)
SELECT gen_random_uuid(), 'B-' || n, (SELECT ids[1 + n % cardinality(ids)] FROM kinds), 'filed',
    'app', '', ST_SetSRID(ST_MakePoint(lon, lat), 4326), 5, now() - n * interval '1 second',
    now(), (SELECT id FROM account LIMIT 1), sha256(n::text::bytea), now(), 'routed'
FROM unnest(CAST(:lon AS float8[]), CAST(:lat AS float8[])) WITH ORDINALITY AS p(lon, lat, n)
"""


def run() -> list[Row]:
    with durable_cluster() as url:
        city, _ = fill(url, Scale.DISTRICT)
        return asyncio.run(_measured(url, city))


async def _measured(url: str, city: City) -> list[Row]:
    database = Database.connect(url, pool_size=2)
    now = utc_now()
    async with database.transaction() as db:
        chart = await take(db, Settings(), at=now)
    chart = replace(chart, edition=lasting(chart.edition, now))
    points = _points(city, chart, POINTS)
    columns = [await _timed(points, chart) for _ in range(ROUNDS)]
    await _fill(database, points)
    rows = [await _replayed(database, chart) for _ in range(ROUNDS)]
    await database.close()
    return [
        _row("compare two maps on past incidents as columns", POINTS, columns),
        _row("the same, read from rows of the database", ROWS, rows),
    ]


def _row(work: str, count: int, seconds: list[float]) -> Row:
    rate = count / statistics.median(seconds)
    goal = POINTS / GOAL_S
    return Row(
        work=work,
        size=f"{count:,} incidents, district of 650 grids",
        unit="incidents/s",
        ours=round(rate),
        peer=f"the goal: {POINTS:,} in {GOAL_S:g} s",
        theirs=round(goal),
        ratio=round(rate / goal, 4),
        goal=1.0,
    )


def _points(city: City, chart: Chart, count: int) -> Points:
    random = np.random.default_rng(7)
    district = city.levels["district"]
    inside, (west, south, east, north) = AreaIndex(district.geometry), district.total_bounds
    lon, lat = random.uniform(west, east, 3 * count), random.uniform(south, north, 3 * count)
    kept = np.flatnonzero(inside.owner(lon, lat) >= 0)[:count]
    categories = sorted(chart.edition.catalogue)
    now = ticks(utc_now())
    return Points(
        lon[kept],
        lat[kept],
        np.zeros(len(kept)),
        random.integers(0, len(categories), len(kept)),
        categories,
        now - random.integers(0, 180 * 86_400_000_000, len(kept)),
    )


async def _timed(points: Points, chart: Chart) -> float:
    """Decide by both maps anew, a page at a time; the maps are alike, the work is not less."""
    began = time.perf_counter()
    found = await _compared(_pages(points), chart)
    assert found.total == len(points)
    return time.perf_counter() - began


async def _pages(points: Points) -> AsyncGenerator[Points, None]:
    for first in range(0, len(points), past.PAGE):
        yield points.where(slice(first, first + past.PAGE))


async def _compared(pages: AsyncGenerator[Points, None], chart: Chart) -> Comparison:
    found = Comparison()
    async with aclosing(pages):
        async for part in comparisons(pages, Engine(chart), Engine(replace(chart))):
            found.add(part)
    return found


async def _fill(database: Database, points: Points) -> None:
    given: dict[str, Any] = {
        "lon": points.lon[:ROWS].tolist(),
        "lat": points.lat[:ROWS].tolist(),
    }
    kinds = "WITH kinds AS (SELECT array_agg(id) AS ids FROM category)"
    async with database.transaction() as db:
        await db.execute(text(f"{kinds} {FILL}"), given)
    async with database.engine.connect() as connection:
        options = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await options.execute(text("VACUUM ANALYZE incident"))


async def _replayed(database: Database, chart: Chart) -> float:
    began = time.perf_counter()
    async with database.sessions() as db:
        seen = past.during(utc_now() - timedelta(days=365), utc_now()) & true()
        found = await _compared(past.pages(db, seen, scheme=SCHEME.code, near_limit_m=0.0), chart)
    assert found.total == ROWS, found
    return time.perf_counter() - began
