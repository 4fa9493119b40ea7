"""The workload of a month by grid, among a million incidents of a whole city.

Ours is the whole answer: `GET /v1/workload` with names, residents, workers and ground, as JSON, of
what the caller may see. Beside it stand the limit, and the bare statement over the rows.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import cycle, islice

import asyncpg
import httpx
from sqlalchemy import text

from benchmarks.figures import Row
from benchmarks.servers import durable_cluster, fill, web
from geodata.generate.plan import Scale
from gridsvc.auth.appointing import NewAppointment, appoint
from gridsvc.auth.principal import Role, Scope
from gridsvc.auth.service import NewAccount, add_account, add_credential
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database, for_asyncpg

INCIDENTS, AT_ONCE = 1_000_000, 100_000
SPAN = timedelta(days=365)
GOAL_MS = 300
BESIDE_SQL = 0.5
ROUNDS = 9
MONTHS = tuple((days, days + 30) for days in (30, 120, 300))
"""Each begins and ends so many days ago."""

# What is counted is like in real incidents: places in all grids, most of them closed, in the order
# in which they came. There are no events and no decisions.
FILL = """
WITH placed AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY grid.code) - 1 AS number, grid.code AS grid,
        community.code AS community, street.code AS street, street.parent_code AS district,
        ST_PointOnSurface(grid.geometry) AS location
    FROM area grid
    JOIN layer ON layer.id = grid.layer_id AND layer.level = 'grid'
    JOIN area community ON community.code = grid.parent_code
    JOIN area street ON street.code = community.parent_code
), kind AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY code) - 1 AS number, id FROM category
), lead AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY code) - 1 AS number, id FROM organisation
), zone AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY area.code) - 1 AS number, area.id FROM area
    JOIN layer ON layer.id = layer_id AND layer.kind = 'zone'
), made AS (
    SELECT n, CAST(:until AS timestamptz)
            - (:count - n) * CAST(:span AS interval) / :count AS at,
        (hashint8(n * 7) & 2147483647) % (SELECT count(*) FROM placed) AS place,
        n % (SELECT count(*) FROM kind) AS kind, n % (SELECT count(*) FROM lead) AS lead,
        n % (SELECT count(*) FROM zone) AS zone, hashint8(n) % 50 = 0 AS is_open,
        (hashint8(n * 3) & 4095) * interval '1 minute' AS took
    FROM generate_series(CAST(:first AS bigint), :last) n
)
INSERT INTO incident (id, reference, category_id, status, channel, description, location,
    accuracy_m, occurred_at, reported_at, reporter_id, report_hash, due_at, handled_at, closed_at,
    outcome, lead_id, zone_id, district, street, community, grid)
SELECT gen_random_uuid(), 'B-' || n, kind.id,
    CASE WHEN is_open THEN 'handling' ELSE 'closed' END, 'app', '', location, 5, at, at,
    (SELECT id FROM account LIMIT 1), sha256(n::text::bytea), at + interval '1 day',
    CASE WHEN NOT is_open THEN at + took END, CASE WHEN NOT is_open THEN at + took END, 'routed',
    lead.id, zone.id, district, street, community, grid
FROM made
JOIN placed ON placed.number = made.place
JOIN kind ON kind.number = made.kind
JOIN lead ON lead.number = made.lead
JOIN zone ON zone.number = made.zone
ORDER BY n
"""

PLAIN = """
SELECT grid, count(*), count(*) FILTER (WHERE status = 'handling'),
    count(*) FILTER (WHERE status = 'handling' AND due_at < now()),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM handled_at - reported_at) / 60)
FROM incident WHERE reported_at >= $1 AND reported_at < $2 GROUP BY grid
"""
FIRST_DISTRICT = """
SELECT min(area.code) FROM area JOIN layer ON layer.id = layer_id WHERE level = 'district'
"""


def run() -> list[Row]:
    with durable_cluster() as url:
        fill(url, Scale.CITY)
        asyncio.run(put_cases(url))
        return measured(url)


async def put_cases(url: str) -> None:
    """Put a million incidents into a city's grids."""
    database = Database.connect(url, pool_size=1)
    given = {"until": utc_now(), "span": SPAN, "count": INCIDENTS}
    for first in range(1, INCIDENTS, AT_ONCE):
        async with database.transaction() as db:
            await db.execute(text(FILL), {**given, "first": first, "last": first + AT_ONCE - 1})
    async with database.engine.connect() as connection:
        options = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await options.execute(text("VACUUM ANALYZE"))
    await database.close()


def measured(url: str) -> list[Row]:
    """Ask in turns; the middle round of each counts."""
    with web(url) as port:
        return asyncio.run(_measured(url, port))


async def _measured(url: str, port: int) -> list[Row]:
    everything, part = await _tokens(url)
    connection = await asyncpg.connect(for_asyncpg(url))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        sides = (
            partial(_ask, client, everything),
            partial(_ask, client, part),
            partial(_count, connection),
        )
        # The first round reads into memory what the others find there.
        months = islice(cycle(MONTHS), ROUNDS + 1)
        rounds = [[await _timed(side, month) for side in sides] for month in months][1:]
    await connection.close()
    whole, scoped, plain = (statistics.median(times) for times in zip(*rounds, strict=True))
    return [
        _row("whole city", whole, "the limit", GOAL_MS, goal=1.0),
        _row(
            "one district's viewer, under row-level security",
            scoped,
            "the limit",
            GOAL_MS,
            goal=1.0,
        ),
        _row("whole city", whole, "the bare SQL over the rows", plain, goal=BESIDE_SQL),
    ]


async def _tokens(url: str) -> tuple[str, str]:
    """Appoint a command centre for the whole city, and one for a district."""
    database, now = Database.connect(url, pool_size=1), utc_now()
    async with database.transaction() as db:
        district = str(await db.scalar(text(FIRST_DISTRICT)))
        tokens = []
        for login, scope in (("whole", None), ("part", Scope("district", district))):
            account = await add_account(db, NewAccount(login, "for measuring only"))
            post = NewAppointment(role=Role.COMMAND_CENTRE, scope=scope, valid_from=now)
            await appoint(db, login, post, by=None)
            life = timedelta(days=1)
            tokens.append(
                await add_credential(db, account.id, kind="bearer", name="b", life=life, now=now)
            )
    await database.close()
    return tokens[0], tokens[1]


async def _ask(client: httpx.AsyncClient, token: str, since: datetime, until: datetime) -> None:
    asked = {"unit": "grid", "from": since.isoformat(), "to": until.isoformat()}
    answer = await client.get(
        "/v1/workload", params=asked, headers={"Authorization": f"Bearer {token}"}
    )
    answer.raise_for_status()


async def _count(connection: asyncpg.Connection, since: datetime, until: datetime) -> None:
    await connection.fetch(PLAIN, since, until)


async def _timed(
    side: Callable[[datetime, datetime], Awaitable[None]], month: tuple[int, int]
) -> float:
    ends, begins = (utc_now() - timedelta(days=days) for days in month)
    began = time.perf_counter()
    await side(begins, ends)
    return (time.perf_counter() - began) * 1000


def _row(who: str, ours: float, peer: str, theirs: float, *, goal: float) -> Row:
    return Row(
        work=f"workload of a month by grid: {who}",
        size=f"{INCIDENTS:,} incidents, city of 15,329 grids",
        unit="ms",
        ours=round(ours, 1),
        peer=peer,
        theirs=round(theirs, 1),
        ratio=round(theirs / ours, 4),
        goal=goal,
    )
