"""The report path: `POST /v1/incidents`, routed and durable, beside FastAPI doing nothing."""

import asyncio
import itertools
import json
import statistics

from benchmarks.figures import Row
from benchmarks.pressure import Request, post, rate
from benchmarks.servers import durable_cluster, empty, fill, web
from geodata.generate.city import City
from geodata.generate.incidents import incidents
from geodata.generate.plan import Scale
from gridsvc.db.clock import utc_now

CONNECTIONS = 16
SECONDS = 4.0
ROUNDS = 5
GOAL = 0.30


def run() -> list[Row]:
    """Alternate the two for some rounds; the middle round of each counts."""
    with durable_cluster() as url:
        city, token = fill(url, Scale.DISTRICT)
        bodies = report_bodies(city)
        requests = itertools.cycle(
            post("/v1/incidents", body, headers=f"Authorization: Bearer {token}\r\n")
            for body in bodies
        )
        nothing = post("/v1/incidents", bodies[0])
        with web(url) as ours, empty() as theirs:
            measured(ours, lambda: next(requests), seconds=2)
            rounds = [
                (measured(ours, lambda: next(requests)), measured(theirs, lambda: nothing))
                for _ in range(ROUNDS)
            ]
    ours_rate = statistics.median(pair[0] for pair in rounds)
    their_rate = statistics.median(pair[1] for pair in rounds)
    return [
        Row(
            work="report an incident: routed, durable, one process",
            size=f"{CONNECTIONS} connections, district of 650 grids",
            unit="POST/s",
            ours=round(ours_rate, 1),
            peer="FastAPI doing nothing",
            theirs=round(their_rate, 1),
            ratio=round(ours_rate / their_rate, 4),
            goal=GOAL,
        )
    ]


def measured(port: int, request: Request, *, seconds: float = SECONDS) -> float:
    return asyncio.run(rate(port, request, seconds=seconds, connections=CONNECTIONS))


def report_bodies(city: City) -> list[bytes]:
    """Bodies of reports with a generated city's own places and kinds."""
    table = incidents(city, days=2, until=utc_now())
    return [
        json.dumps(
            {
                "category": row.category,
                "location": {
                    "lon": row.lon,
                    "lat": row.lat,
                    "crs": "wgs84",
                    "accuracy_m": row.accuracy_m,
                },
                "description": row.description,
                "channel": row.channel,
            },
            ensure_ascii=False,
        ).encode()
        for row in table.itertuples()
    ]
