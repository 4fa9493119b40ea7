"""Tiles for who sees a part of the city: nobody else draws those, so the limit is beside them."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

import mapbox_vector_tile
import psycopg

from benchmarks.figures import Row
from benchmarks.million import appointed
from benchmarks.tile_clients import Client, Place, second, version
from gridsvc.auth.appointing import NewAppointment
from gridsvc.auth.principal import Role, Scope
from gridsvc.db.clock import utc_now

ROUNDS = 3
WITHIN_MS, MONTH_WITHIN_MS = 100.0, 300.0
"""To draw a tile, and to count a month besides."""
MONTH = timedelta(days=30)
MOST_IN = "SELECT {level} FROM incident GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
BUSIEST = """
SELECT tile_x(location) >> (30 - {zoom}), tile_y(location) >> (30 - {zoom}), count(*)
FROM incident WHERE {seen} GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody, and by which condition they see an incident."""

    name: str
    token: str
    seen: str = "true"

    def client(self, port: int) -> Client:
        """Ask as they do."""
        head = {"Authorization": f"Bearer {self.token}", "Accept-Encoding": "br, gzip"}
        return Client.to(port, head)


def viewers(url: str, connection: psycopg.Connection) -> list[Viewer]:
    """Appoint the centres of the district and the street where most was reported."""
    return [
        _centre(url, connection, level, role)
        for level, role in (("district", Role.DISTRICT_CENTRE), ("street", Role.STREET_CENTRE))
    ]


def _centre(url: str, connection: psycopg.Connection, level: str, role: Role) -> Viewer:
    [(code,)] = connection.execute(MOST_IN.format(level=level)).fetchall()
    [(organisation,)] = connection.execute(
        "SELECT id FROM organisation WHERE code = %s", (f"ORG-{code}",)
    ).fetchall()
    post = NewAppointment(
        role=role,
        organisation_id=organisation,
        scope=Scope(level, code),
        valid_from=utc_now() - timedelta(days=1),
    )
    token = asyncio.run(appointed(url, f"bench-{level}", post))
    return Viewer(f"a {level}'s centre", token, f"{level} = '{code}'")


def rows_of(viewer: Viewer, port: int, connection: psycopg.Connection) -> Iterator[Row]:
    """Measure the busiest tiles of what a viewer sees."""
    client = viewer.client(port)
    tiles = [
        (zoom, *connection.execute(BUSIEST.format(zoom=zoom, seen=viewer.seen)).fetchall()[0])
        for zoom in range(8, 17)
    ]
    yield from _incidents(viewer, client, tiles)
    for collection in ("grid", "coverage", "workload"):
        taken = [_cold(client, Place(collection, *it[:3])) for it in tiles]
        yield _within(f"slowest cold tile of {collection}", viewer, taken)
    months = [_first_of_a_month(client, Place("workload", *it[:3])) for it in tiles]
    work = "slowest first tile of a month's workload"
    yield _within(work, viewer, months, limit=MONTH_WITHIN_MS)


def _incidents(
    viewer: Viewer, client: Client, tiles: list[tuple[int, int, int, int]]
) -> Iterator[Row]:
    taken, missing = [], 0
    for zoom, column, row, count in tiles:
        place = Place("incidents", zoom, column, row)
        taken.append(_cold(client, place))
        content = client.get(place.ours, **{"Accept-Encoding": "identity"})
        layers = mapbox_vector_tile.decode(content)
        drawn = layers["incidents"]["features"]
        missing += abs(count - sum(it["properties"].get("count", 1) for it in drawn))
    yield _within("slowest cold tile of incidents", viewer, taken)
    yield Row(
        f"incidents that no tile shows, to {viewer.name}",
        f"{tiles[0][3]:,} of 1,000,000 incidents",
        "",
        missing,
        "the limit",
        0,
        float(missing == 0),
        1.0,
    )


def _cold(client: Client, place: Place) -> float:
    asked = f"{place.ours}?v={version(client, place)}"
    return statistics.median(second(client, asked)[0] for _ in range(ROUNDS))


def _first_of_a_month(client: Client, place: Place) -> float:
    """Ask for another month each time: whatever tiles of one have in common is made anew."""
    taken, until = [], utc_now()
    for number in range(ROUNDS):
        began = until - MONTH - timedelta(seconds=number)
        asked = urlencode({"from": began.isoformat(), "to": until.isoformat()})
        start = time.perf_counter()
        client.get(f"{place.ours}?{asked}")
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def _within(work: str, viewer: Viewer, taken: list[float], *, limit: float = WITHIN_MS) -> Row:
    slowest = max(taken)
    return Row(
        f"{work}, to {viewer.name}",
        "1,000,000 incidents, 15,329 grids",
        "ms",
        round(slowest, 1),
        "the limit",
        limit,
        round(limit / slowest, 2),
        1.0,
    )
