"""Servers for a benchmark: a durable cluster with a city in it, and web processes of one worker."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from geodata.generate.city import City, generate
from geodata.generate.plan import Scale
from gridsvc.auth.appointing import NewAppointment, appoint
from gridsvc.auth.principal import Role
from gridsvc.auth.service import NewAccount, add_account, add_credential
from gridsvc.db import migrations
from gridsvc.db.clock import utc_now
from gridsvc.db.local import LocalCluster
from gridsvc.db.session import Database
from gridsvc.demo.city import put_city

READY_S = 20
"""After a start each web process makes its maps ready, for a whole city in that time."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def durable_cluster() -> Iterator[str]:
    """A cluster that syncs to disk like a real one, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="gridsvc-benchmark-"))
    folder.chmod(0o755)
    cluster = LocalCluster(folder / "cluster")
    try:
        yield cluster.ensure().socket_url
    finally:
        cluster.destroy()
        folder.rmdir()


def fill(url: str, scale: Scale) -> tuple[City, str]:
    """Put a generated city and a grid worker's token into a database."""
    migrations.upgrade(url)
    city = generate(scale)
    return city, asyncio.run(_fill(url, city))


async def _fill(url: str, city: City) -> str:
    database = Database.connect(url, pool_size=2)
    now = utc_now()
    async with database.transaction() as db:
        await put_city(db, city, valid_from=now - timedelta(days=1))
        account = await add_account(db, NewAccount("bench", "for measuring only"))
        post = NewAppointment(role=Role.GRID_WORKER, valid_from=now - timedelta(days=1))
        await appoint(db, account.login, post, by=None)
        token = await add_credential(
            db, account.id, kind="bearer", name="bench", life=timedelta(days=1), now=now
        )
    await database.close()
    return token


@contextmanager
def web(url: str) -> Iterator[int]:
    """Our web process."""
    with web_process(url) as (port, _):
        yield port


@contextmanager
def web_process(url: str) -> Iterator[tuple[int, int]]:
    """Our web process, with its number."""
    port = free_port()
    environment = {
        **os.environ,
        "GRIDSVC_DATABASE_URL": url,
        "GRIDSVC_PORT": str(port),
        "GRIDSVC_SECRET_KEY": "for the benchmark only",
        # One caller is all there are here; requests are counted, and none is refused.
        "GRIDSVC_REQUESTS_PER_ACCOUNT": "1000000000",
        "GRIDSVC_REQUESTS_PER_ADDRESS": "1000000000",
    }
    with running([sys.executable, "-m", "gridsvc", "serve"], environment, port) as number:
        time.sleep(READY_S)
        yield port, number


@contextmanager
def empty() -> Iterator[int]:
    """FastAPI doing nothing, under uvicorn as ours is."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.empty_app:app", "--no-access-log"]
    command += ["--port", str(port), "--log-level", "warning"]
    with running(command, dict(os.environ), port):
        yield port


@contextmanager
def running(command: list[str], environment: dict[str, str], port: int) -> Iterator[int]:
    # Both sides keep quiet: what is measured is the answer, not the terminal.
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait(process, port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(600):
        assert process.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError
