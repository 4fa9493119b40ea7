"""A cluster for tests goes when its block does, or when its process was killed."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from gridsvc.db.throwaway import throwaway_cluster

RUN_FOR_EVER = """
import time
from gridsvc.db.throwaway import throwaway_cluster
with throwaway_cluster() as address:
    print(address.socket_folder, flush=True)
    time.sleep(600)
"""


def test_it_lasts_as_long_as_the_block() -> None:
    with throwaway_cluster() as address:
        with psycopg.connect(address.socket_url) as connection:
            row = connection.execute("SELECT current_setting('fsync')").fetchone()
        place = address.socket_folder.parent.parent
        assert row == ("off",)
        assert place.parent == Path(tempfile.gettempdir())
    assert not place.exists()


def test_the_next_one_removes_what_a_killed_process_left() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", RUN_FOR_EVER], stdout=subprocess.PIPE, text=True
    ) as killed:
        assert killed.stdout is not None
        left = Path(killed.stdout.readline().strip())
        os.kill(killed.pid, signal.SIGKILL)
    assert left.exists()
    with throwaway_cluster():
        assert not left.parent.parent.exists()
