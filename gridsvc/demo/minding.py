"""Processes that end with us, even where we are killed and can do nothing about it any more.

Each holds the other end of a pipe that only we keep open: whatever ends us, the kernel closes it.
A module and a program: `python -m gridsvc.demo.minding serve` is `gridsvc serve` so minded.
"""

import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gridsvc.db.local import LocalCluster, State
from gridsvc.settings import Settings

STOP_SECONDS = 15


@contextmanager
def minded(
    command: str, environment: Mapping[str, str], *, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of our commands in a session of its own: Ctrl-C reaches us, and we stop it.

    What it says goes into a file, for the terminal is where the logins stand.
    """
    arguments = [sys.executable, "-m", "gridsvc.demo.minding", command]
    with log.open("ab") as said:
        process = _started(arguments, environment, said)
        try:
            yield process
        finally:
            _end(process)


@contextmanager
def cluster_ends_too(settings: Settings) -> Iterator[None]:
    """Have the private cluster stopped where we are killed, unless it ran before us."""
    cluster = LocalCluster(settings.home / "cluster")
    if settings.database_url is not None or cluster.status().state is State.RUNNING:
        yield
        return
    stop = (sys.executable, "-m", "gridsvc", "cluster", "stop")
    watch = _started(["sh", "-c", 'read -r _; exec "$@"', "sh", *stop], os.environ)
    try:
        yield
    finally:
        _end(watch)


def _started(
    arguments: list[str], environment: Mapping[str, str], said: BinaryIO | None = None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own programs
        arguments,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=said,
        stderr=said,
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _end_with_the_pipe() -> None:
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_the_pipe, daemon=True).start()
    runpy.run_module("gridsvc", run_name="__main__")
