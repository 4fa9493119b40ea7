"""`gridsvc demo`: says only what is so, and leaves nothing running, however it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from gridsvc.db.local import LocalCluster, State
from gridsvc.demo.people import LOGINS
from tests.cli.at_the_prompt import Prompt

PATIENCE_S = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def eventually(so: Callable[[], bool]) -> bool:
    for _ in range(PATIENCE_S * 10):
        if so():
            return True
        time.sleep(0.1)
    return False


@contextmanager
def demo(home: Path, port: int, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """Run the demonstration for as long as the block lasts."""
    environment: Mapping[str, str] = {
        **os.environ,
        "LC_ALL": "C.UTF-8",
        "GRIDSVC_HOME": str(home),
        "GRIDSVC_PORT": str(port),
        **settings,
    }
    command = [sys.executable, "-u", "-m", "gridsvc", "demo", "--scale", "street"]
    with subprocess.Popen(
        command, env=dict(environment), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()


def said_until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Ctrl-C"):
            break
    return "".join(lines)


def workers(url: str) -> int:
    """Count the job processes that are connected: each listens for jobs."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    with psycopg.connect(url) as connection:
        row = connection.execute(f"{query} AND query LIKE 'LISTEN%'".encode()).fetchone()
    return int(row[0]) if row else 0


def test_of_another_city_it_knows_no_passwords_and_killed_takes_its_processes_along(
    city_url: str, tmp_path: Path
) -> None:
    port = free_port()
    with demo(tmp_path, port, GRIDSVC_DATABASE_URL=city_url) as process:
        assert "The passwords are not kept any more" in said_until_ready(process)
        assert not (tmp_path / "demo-logins.json").exists()
        assert answers(port)
        assert eventually(lambda: workers(city_url) > 0)
        process.send_signal(signal.SIGKILL)
        assert eventually(lambda: not answers(port))
        assert eventually(lambda: workers(city_url) == 0)


def test_killed_at_its_beginning_it_leaves_no_cluster(tmp_path: Path) -> None:
    cluster = LocalCluster(tmp_path / "cluster")
    try:
        with demo(tmp_path, free_port()) as process:
            assert eventually(lambda: cluster.status().state is State.RUNNING)
            process.send_signal(signal.SIGKILL)
            assert eventually(lambda: cluster.status().state is State.STOPPED)
    finally:
        cluster.destroy()


def test_the_passwords_that_it_says_are_those_that_are_kept(fresh_url: str, tmp_path: Path) -> None:
    with demo(tmp_path, free_port(), GRIDSVC_DATABASE_URL=fresh_url) as process:
        said = said_until_ready(process)
        process.terminate()
        assert process.wait(PATIENCE_S) == 0
    kept = json.loads((tmp_path / "demo-logins.json").read_text(encoding="utf-8"))
    assert set(kept) == {login.name for login in LOGINS}
    assert all(password in said for password in kept.values())


def test_where_somebody_else_answers_it_does_not_begin(prompt: Prompt, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = prompt.run("demo", GRIDSVC_HOME=str(tmp_path), GRIDSVC_PORT=str(port))
    assert said.code == 1
    assert f"Another program answers at 127.0.0.1:{port} already" in said.err
    assert list(tmp_path.iterdir()) == []
