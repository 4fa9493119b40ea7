"""Addresses without coordinates in a whole city: how many are understood, how rightly, how fast.

The peer is pg_trgm as it is commonly used, in the same database and the same run: the name with
the greatest `word_similarity` to the text, through a trigram index, from its own threshold on.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.figures import Row
from benchmarks.servers import durable_cluster
from geodata.generate import Scale, generate
from geodata.generate.addresses import written_addresses
from gridsvc.addresses.shelf import Gazetteers
from gridsvc.db import migrations
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.demo.city import put_city

OF_EACH_WAY: Final = 40
ROUNDS: Final = 5
TIMED: Final = 60
"""Addresses read in each round after the first, which is of all and not timed."""
EXACT: Final = ("road", "estate", "place")

TRIGRAMS: Final = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    (
        "CREATE TABLE trigram_name AS SELECT code, name FROM place_name"
        " UNION ALL SELECT a.code, a.name FROM area a JOIN layer l ON l.id = a.layer_id"
        " WHERE l.level = 'sub_estate'"
    ),
    "CREATE INDEX ON trigram_name USING gin (name gin_trgm_ops)",
    "ANALYZE",
)
MOST_SIMILAR: Final = text(
    "SELECT code FROM trigram_name WHERE name <% :text"
    " ORDER BY word_similarity(name, :text) DESC, length(name) DESC, code LIMIT 1"
)

Taken = str | None
Reader = Callable[[str], Awaitable[Taken]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one side made of all addresses: the codes taken, and how many it read a second."""

    taken: Sequence[Taken]
    rate: float


def run() -> list[Row]:
    with durable_cluster() as url:
        migrations.upgrade(url)
        return asyncio.run(_rows(url))


async def _rows(url: str) -> list[Row]:
    city, now = generate(Scale.CITY), utc_now()
    written = written_addresses(city, OF_EACH_WAY)
    texts: list[str] = written["text"].tolist()
    meant: list[Taken] = written["code"].tolist()
    database = Database.connect(url, pool_size=1)
    try:
        async with database.transaction() as db:
            await put_city(db, city, valid_from=now - timedelta(days=1))
        async with database.transaction() as db:
            for statement in TRIGRAMS:
                await db.execute(text(statement))
        async with database.sessions() as db:
            ours, theirs = await _alternated(texts, _by_us(db, now), _by_trigrams(db))
    finally:
        await database.close()
    size = f"{len(texts)} addresses, {len(city.roads):,} roads, 20,000 estates, 15,329 grids"
    return [*_quality(meant, ours, theirs, size=size), _speed(ours, theirs, size=size)]


def _by_us(db: AsyncSession, at: datetime) -> Reader:
    shelf = Gazetteers()

    async def read(address: str) -> Taken:
        found = (await shelf.newest(db, at=at)).match(address)
        return found[0].code if found and found[0].sure and found[0].what in EXACT else None

    return read


def _by_trigrams(db: AsyncSession) -> Reader:
    async def read(address: str) -> Taken:
        code: Taken = await db.scalar(MOST_SIMILAR, {"text": address})
        return code

    return read


async def _alternated(texts: Sequence[str], *sides: Reader) -> list[Reading]:
    taken = [[await side(address) for address in texts] for side in sides]
    some = texts[:: max(1, len(texts) // TIMED)]
    rounds = [[await _rate(some, side) for side in sides] for _ in range(ROUNDS)]
    rates = [statistics.median(side) for side in zip(*rounds, strict=True)]
    return [Reading(codes, rate) for codes, rate in zip(taken, rates, strict=True)]


async def _rate(texts: Sequence[str], side: Reader) -> float:
    began = time.perf_counter()
    for address in texts:
        await side(address)
    return len(texts) / (time.perf_counter() - began)


def _quality(meant: Sequence[Taken], ours: Reading, theirs: Reading, *, size: str) -> list[Row]:
    """Precision: of those taken, the share that is right. Recall: of those that exist, likewise."""
    names = ("road or estate taken: right ones", "existing road or estate: taken and right")
    rows = []
    for name, measure, goal in zip(names, (_precision, _recall), (1.2, 1.5), strict=True):
        mine, peer = measure(meant, ours.taken), measure(meant, theirs.taken)
        rows.append(
            Row(
                work=name,
                size=size,
                unit="%",
                ours=round(100 * mine, 2),
                peer="pg_trgm, most similar name",
                theirs=round(100 * peer, 2),
                ratio=round(mine / peer, 3),
                goal=goal,
            )
        )
    return rows


def _precision(meant: Sequence[Taken], taken: Sequence[Taken]) -> float:
    right = [one == other for one, other in zip(meant, taken, strict=True) if other is not None]
    return sum(right) / len(right)


def _recall(meant: Sequence[Taken], taken: Sequence[Taken]) -> float:
    right = [one == other for one, other in zip(meant, taken, strict=True) if one is not None]
    return sum(right) / len(right)


def _speed(ours: Reading, theirs: Reading, *, size: str) -> Row:
    return Row(
        work="match an address, one connection",
        size=size,
        unit="addresses/s",
        ours=round(ours.rate, 1),
        peer="pg_trgm, most similar name",
        theirs=round(theirs.rate, 1),
        ratio=round(ours.rate / theirs.rate, 3),
        goal=1.0,
    )
