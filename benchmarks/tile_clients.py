"""Asking for tiles as a map does, on any side."""

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection

from benchmarks.servers import READY_S, free_port, running

ENOUGH_MS = 50.0
VIEWS = {
    "street": "bench_street",
    "grid": "bench_grid",
    "incidents": "bench_incidents",
}
"""What tipg reads."""


@dataclass(frozen=True, slots=True)
class Place:
    """A tile, and how the two are asked for it."""

    collection: str
    zoom: int
    column: int
    row: int

    @property
    def ours(self) -> str:
        return (
            f"/v1/collections/{self.collection}/tiles/WebMercatorQuad"
            f"/{self.zoom}/{self.row}/{self.column}"
        )

    @property
    def theirs(self) -> str:
        return (
            f"/collections/public.{VIEWS[self.collection]}/tiles/WebMercatorQuad"
            f"/{self.zoom}/{self.column}/{self.row}"
        )


@dataclass(frozen=True, slots=True)
class Client:
    """A client that costs next to nothing itself: it is there on both sides."""

    connection: HTTPConnection
    headers: dict[str, str]

    @classmethod
    def to(cls, port: int, headers: dict[str, str]) -> "Client":
        return cls(HTTPConnection("127.0.0.1", port, timeout=120), headers)

    def get(self, path: str, **headers: str) -> bytes:
        self.connection.request("GET", path, headers={**self.headers, **headers})
        answer = self.connection.getresponse()
        content = answer.read()
        assert answer.status == 200, (path, answer.status, content[:200])
        return content


def version(client: Client, place: Place) -> str:
    """The state of the data that a map would ask for."""
    tileset = place.ours.rsplit("/", 3)[0]
    client.connection.close()
    template: str = json.loads(client.get(f"{tileset}?f=tilejson"))["tiles"][0]
    return template.partition("v=")[2]


def second(client: Client, path: str) -> tuple[float, int]:
    """Ask again, as in a view of many tiles: the caller is known and the plan is made.

    What takes a millisecond is asked for many times in turn, as a view does too: the middle counts.
    """
    client.connection.close()  # it may have been idle for longer than servers wait
    content = client.get(path)
    taken: list[float] = []
    while sum(taken) < ENOUGH_MS:
        began = time.perf_counter()
        content = client.get(path)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), len(content)


@contextmanager
def cold_web(url: str) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.cold_app:app", "--no-access-log"]
    command += ["--port", str(port), "--log-level", "warning"]
    environment = {**os.environ, "GRIDSVC_DATABASE_URL": url, "GRIDSVC_REQUESTS_PER_ACCOUNT": "0"}
    with running(command, environment, port):
        time.sleep(READY_S)
        yield port
