"""The service as its users meet it: a generated city behind a real web process on loopback."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

from geodata.generate.plan import Scale
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.demo.filling import fill
from gridsvc.demo.people import LOGINS
from gridsvc.settings import Settings
from tests.fixtures.cluster import Cluster
from tests.fixtures.database import migrated

CITY = "gridsvc_generated_city"
PASSWORDS: Mapping[str, str] = {it.name: f"open sesame {n}" for n, it in enumerate(LOGINS)}
PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Served:
    """A running web process: where it answers, and the settings that its commands need."""

    base: str
    environment: Mapping[str, str]

    @property
    def database_url(self) -> str:
        """The database behind it."""
        return self.environment["GRIDSVC_DATABASE_URL"]


@asynccontextmanager
async def city_database(cluster: Cluster, *, until: datetime | None = None) -> AsyncIterator[str]:
    """Lend a database with two generated streets and two months, the last ones unless it is said.

    Nothing has happened in it since then.
    """
    city = f"{CITY}_{until:%Y%m%d}" if until else CITY
    await _fill_once(cluster, city, now=until or utc_now())
    name = f"served_{new_id().hex}"
    cluster.run(f"CREATE DATABASE {name} TEMPLATE {city}")
    yield cluster.url(name)
    cluster.run(f"DROP DATABASE {name} WITH (FORCE)")


async def _fill_once(cluster: Cluster, city: str, *, now: datetime) -> None:
    """Generate a city on its first use in a run; it takes some seconds."""
    with cluster.made_once(city, of=migrated(cluster)) as url:
        if url:
            database = Database.connect(url, pool_size=2)
            settings = Settings()
            await fill(database, settings, scale=Scale.STREET, passwords=PASSWORDS, now=now)
            await database.close()


@contextmanager
def served(database_url: str, home: Path, **settings: str) -> Iterator[Served]:
    """Run `gridsvc serve` on a free port for as long as the block lasts."""
    port = free_port()
    environment = {
        **os.environ,
        "GRIDSVC_DATABASE_URL": database_url,
        "GRIDSVC_HOME": str(home),
        "GRIDSVC_PORT": str(port),
        **{f"GRIDSVC_{name.upper()}": value for name, value in settings.items()},
    }
    process = subprocess.Popen([sys.executable, "-m", "gridsvc", "serve"], env=environment)
    running = Served(f"http://127.0.0.1:{port}", environment)
    try:
        _wait_until_ready(running, process)
        yield running
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(running: Served, process: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE_S * 10):
        assert process.poll() is None, "the web process ended at once"
        try:
            if httpx.get(f"{running.base}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the web process did not become ready")
