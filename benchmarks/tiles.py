"""Vector tiles of a whole city and a million incidents, beside tipg on the same tables."""

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import mapbox_vector_tile
import psycopg

from benchmarks.figures import Row
from benchmarks.million import fill
from benchmarks.servers import durable_cluster, web
from benchmarks.tile_clients import VIEWS, Client, Place, cold_web, second, version
from benchmarks.tiles_in_part import Viewer, rows_of, viewers
from benchmarks.tipg import tipg
from geodata.generate.plan import Scale

INCIDENTS = 1_000_000
ZOOMS = range(8, 17)
ROUNDS, AT_LEAST_S = 5, 3.0
"""The shorter something takes, the more often it is asked for: a machine is never quite quiet."""
TIMES_FASTER, AS_SMALL, WITHIN_MS, WITHIN_KB = 3.0, 1.0, 100.0, 200.0
BUSIEST = """
SELECT tile_x(location) >> (30 - {zoom}), tile_y(location) >> (30 - {zoom}), count(*)
FROM incident GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 1
"""
# The same by PostGIS's own projection, in which no place is a whole number.
IN_TILE = """
SELECT count(*) FROM incident
WHERE ST_Intersects(ST_Transform(location, 3857), ST_TileEnvelope(%s, %s, %s))
"""
AREAS_IN_TILE = """
SELECT code FROM {view} WHERE ST_Area(ST_Intersection(
    ST_Transform(geometry, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s)
)) > ST_Area(ST_TileEnvelope(%(z)s, %(x)s, %(y)s)) / 4096 / 16
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds and bytes of one tile."""

    place: Place
    cold: float
    warm: float
    theirs: float
    sent: int
    sent_by_them: int
    missing: int


def run() -> list[Row]:
    """Ask both for the busiest tile of each zoom, in turn; the middle of some rounds counts."""
    with durable_cluster() as url:
        _, token = fill(url, Scale.CITY, INCIDENTS)
        with psycopg.connect(url, autocommit=True) as connection:
            _look(connection)
            places = list(_places(connection))
            part = [Viewer("the command centre", token), *viewers(url, connection)]
            with cold_web(url) as cold, web(url) as warm, tipg(url, [*VIEWS.values()]) as theirs:
                head = {"Authorization": f"Bearer {token}", "Accept-Encoding": "br, gzip"}
                found = [
                    _measure(place, connection, _clients(cold, warm, theirs, head))
                    for place in places
                ]
                of_parts = [row for it in part for row in rows_of(it, cold, connection)]
    of_all = [
        row
        for name in VIEWS
        for row in _rows(name, [it for it in found if it.place.collection == name])
    ]
    return of_all + of_parts


def _look(connection: psycopg.Connection) -> None:
    """Make what tipg reads: a layer's areas in force, and the incidents with their classes."""
    for level in ("street", "grid"):
        connection.execute(
            f"CREATE VIEW bench_{level} AS SELECT area.id, code, area.name, geometry FROM area"
            f" JOIN layer ON layer.id = area.layer_id AND layer.level = '{level}'"
        )
    connection.execute(
        "CREATE VIEW bench_incidents AS SELECT incident.id, reference, status, code AS category,"
        " location FROM incident JOIN category ON category.id = category_id"
    )
    connection.execute("VACUUM ANALYZE")


def _places(connection: psycopg.Connection) -> Iterator[Place]:
    for zoom in ZOOMS:
        [(column, row, _)] = connection.execute(BUSIEST.format(zoom=zoom)).fetchall()
        for collection in VIEWS:
            yield Place(collection, zoom, column, row)


def _clients(cold: int, warm: int, theirs: int, head: dict[str, str]) -> list[Client]:
    packed = {"Accept-Encoding": head["Accept-Encoding"]}
    return [Client.to(*it) for it in ((cold, head), (warm, head), (theirs, packed))]


def _measure(place: Place, connection: psycopg.Connection, clients: Sequence[Client]) -> Measured:
    cold, warm, theirs = clients
    ours = f"{place.ours}?v={version(cold, place)}"
    asked = ((cold, ours), (warm, ours), (theirs, place.theirs))
    rounds, began = list[list[tuple[float, int]]](), time.monotonic()
    while len(rounds) < ROUNDS or time.monotonic() - began < AT_LEAST_S:
        rounds.append([second(client, path) for client, path in asked])
    cold.connection.close()
    content = cold.get(place.ours, **{"Accept-Encoding": "identity"})
    first, again, peer = (
        statistics.median(ms for ms, _ in one) for one in zip(*rounds, strict=True)
    )
    sent, _, sent_by_them = (size for _, size in rounds[-1])
    return Measured(
        place=place,
        cold=first,
        warm=again,
        theirs=peer,
        sent=sent,
        sent_by_them=sent_by_them,
        missing=_missing(place, content, connection),
    )


def _missing(place: Place, content: bytes, connection: psycopg.Connection) -> int:
    """Compare a tile with the table; what is drawn together counts for as many as it says."""
    layers = mapbox_vector_tile.decode(content)
    said = [it["properties"] for it in layers.get(place.collection, {"features": []})["features"]]
    if place.collection == "incidents":
        given = (place.zoom, place.column, place.row)
        [(there,)] = connection.execute(IN_TILE, given).fetchall()
        shown: int = sum(it.get("count", 1) for it in said)
        return abs(int(there) - shown)
    if any("count" in it for it in said):
        return 0  # which of them are counted here is checked for all tiles together: see the tests
    where = {"z": place.zoom, "x": place.column, "y": place.row}
    statement = AREAS_IN_TILE.format(view=VIEWS[place.collection])
    there = {code for (code,) in connection.execute(statement, where)}
    return len(there - {it["code"] for it in said})


def _rows(name: str, found: Sequence[Measured]) -> list[Row]:
    size = "1,000,000 incidents" if name == "incidents" else "15,329 grids"
    return [
        *(
            Row(
                f"tile of {name}, zoom {it.place.zoom}, cold",
                size,
                "ms",
                round(it.cold, 1),
                "tipg",
                round(it.theirs, 1),
                round(it.theirs / it.cold, 2),
                TIMES_FASTER,
            )
            for it in found
        ),
        _together(name, size, found),
        _worst("warm, the worst zoom", name, size, found),
        *_limits(name, size, found),
    ]


def _together(name: str, size: str, found: Sequence[Measured]) -> Row:
    """What somebody waits for who goes from the whole city into a street."""
    cold, theirs = sum(it.cold for it in found), sum(it.theirs for it in found)
    return Row(
        f"tiles of {name}, one of each zoom, cold",
        size,
        "ms",
        round(cold, 1),
        "tipg",
        round(theirs, 1),
        round(theirs / cold, 2),
        TIMES_FASTER,
    )


def _worst(work: str, name: str, size: str, found: Sequence[Measured]) -> Row:
    it = min(found, key=lambda one: one.theirs / one.warm)
    ratio = round(it.theirs / it.warm, 2)
    return Row(
        f"tile of {name}, {work} ({it.place.zoom})",
        size,
        "ms",
        round(it.warm, 1),
        "tipg",
        round(it.theirs, 1),
        ratio,
        TIMES_FASTER,
    )


def _limits(name: str, size: str, found: Sequence[Measured]) -> Iterator[Row]:
    largest = max(found, key=lambda it: it.sent / max(it.sent_by_them, 1))
    yield Row(
        f"bytes sent of {name}, the worst zoom ({largest.place.zoom})",
        size,
        "bytes",
        largest.sent,
        "tipg",
        largest.sent_by_them,
        round(largest.sent_by_them / max(largest.sent, 1), 2),
        AS_SMALL,
    )
    kilobytes = max(it.sent for it in found) / 1000
    yield Row(
        f"largest tile of {name}",
        size,
        "kB",
        round(kilobytes, 1),
        "the limit",
        WITHIN_KB,
        round(WITHIN_KB / max(kilobytes, 0.1), 2),
        1.0,
    )
    slowest = max(it.cold for it in found)
    yield Row(
        f"slowest cold tile of {name}",
        size,
        "ms",
        round(slowest, 1),
        "the limit",
        WITHIN_MS,
        round(WITHIN_MS / slowest, 2),
        1.0,
    )
    missing = sum(it.missing for it in found)
    yield Row(
        f"{name} of the table that no tile shows",
        size,
        "",
        missing,
        "the limit",
        0,
        float(missing == 0),
        1.0,
    )
