"""One decision, in process: facts, pick, record and words, beside PostGIS finding the areas only.

PostGIS is asked as well as one can: one connection, a prepared statement, one point, the areas in
force that cover it, by their index. It decides nothing; ours does, and says why.
"""

import asyncio
import itertools
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from benchmarks.figures import Row
from benchmarks.pressure import post
from benchmarks.report import CONNECTIONS, measured, report_bodies
from benchmarks.servers import durable_cluster, fill, web
from geodata.generate.city import City
from geodata.generate.incidents import incidents
from geodata.generate.plan import Scale
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.routing.decision import decide
from gridsvc.routing.edition import Edition
from gridsvc.routing.finding import facts_of
from gridsvc.routing.question import Question
from gridsvc.routing.record import record_of
from gridsvc.routing.service import Matter, Position, Router, answer
from gridsvc.routing.snapshot import MapView
from gridsvc.settings import Settings

QUESTIONS = 2_000
ROUNDS = 5
SIZE = "district of 650 grids"
COVERING = """
    SELECT area.id, area.code, area.name FROM area JOIN release ON release.id = area.release_id
    WHERE ST_Covers(area.geometry, ST_SetSRID(ST_MakePoint(%s, %s), 4326))
    AND release.valid_from <= now() AND (release.valid_to IS NULL OR release.valid_to > now())
"""


@dataclass(frozen=True, slots=True)
class Map:
    """What one process routes by, and what it is asked."""

    edition: Edition
    view: MapView
    questions: list[Question]


def run() -> list[Row]:
    """Alternate the two for some rounds; the middle round of each counts."""
    with durable_cluster() as url:
        city, token = fill(url, Scale.DISTRICT)
        found = asyncio.run(_read(url, city))
        with psycopg.connect(url, prepare_threshold=1) as connection:
            rounds = [_round(found, connection) for _ in range(ROUNDS)]
        posts = _posts(url, token, city)
    decided, told, looked_up = (statistics.median(column) for column in zip(*rounds, strict=True))
    return [
        _row("decide one point", decided, "PostGIS finding its areas", looked_up, goal=1),
        _row("decide it, write it down and explain it", told, "the same", looked_up, goal=1),
        _row(
            "what of a report's time is the decision (theirs to ours)",
            told,
            f"POST /v1/incidents, whole, {CONNECTIONS} connections",
            1e6 / posts,
            goal=4,
        ),
    ]


def _row(work: str, ours: float, peer: str, theirs: float, *, goal: float) -> Row:
    return Row(
        work=work,
        size=SIZE,
        unit="us",
        ours=round(ours, 1),
        peer=peer,
        theirs=round(theirs, 1),
        ratio=round(theirs / ours, 2),
        goal=goal,
    )


async def _read(url: str, city: City) -> Map:
    database = Database.connect(url, pool_size=1)
    now = utc_now()
    router = Router.of(Settings())
    async with database.sessions() as db:
        edition = await router.atlas.newest(db)
        view = await router.atlas.view(db, edition, at=now)
    await database.close()
    table = incidents(city, days=2, until=now).head(QUESTIONS)
    columns = (table[name].tolist() for name in ("category", "lon", "lat", "accuracy_m"))
    matters = [
        Matter(category=code, scheme=None, position=Position(*place), at=now)
        for code, *place in zip(*columns, strict=True)
    ]
    return Map(edition, view, [router.question(edition, matter) for matter in matters])


def _round(
    found: Map, connection: psycopg.Connection[tuple[object, ...]]
) -> tuple[float, float, float]:
    """Microseconds for one: decided; decided and told; looked up by PostGIS."""
    edition, view, questions = found.edition, found.view, found.questions
    return (
        _each(questions, lambda it: decide(facts_of(it, edition=edition, view=view))),
        _each(questions, lambda it: record_of(answer(edition, view, it))),
        _each(questions, lambda it: connection.execute(COVERING, (it.lon, it.lat)).fetchall()),
    )


def _each(questions: list[Question], do: Callable[[Question], object]) -> float:
    began = time.perf_counter()
    for question in questions:
        do(question)
    return 1e6 * (time.perf_counter() - began) / len(questions)


def _posts(url: str, token: str, city: City) -> float:
    requests = itertools.cycle(
        post("/v1/incidents", body, headers=f"Authorization: Bearer {token}\r\n")
        for body in report_bodies(city)
    )
    with web(url) as port:
        measured(port, lambda: next(requests), seconds=2)
        return statistics.median(measured(port, lambda: next(requests)) for _ in range(ROUNDS))
