"""The private cluster after its server or its maker was killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gridsvc.db.account import server_account
from gridsvc.db.local import LocalCluster, State
from tests.db.cluster.trying import ask, pid_of, tell, wait_for


def test_a_killed_server_comes_back_with_what_was_committed(folder: Path) -> None:
    cluster = LocalCluster(folder)
    address = cluster.ensure()
    tell(address, "CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(pid_of(cluster), signal.SIGKILL)
    wait_for(lambda: cluster.status().state is State.STOPPED)
    try:
        assert ask(cluster.ensure(), "SELECT answer FROM kept") == 42
    finally:
        cluster.destroy()


def test_a_pid_file_whose_number_is_somebody_elses_is_stale(
    cluster: LocalCluster, folder: Path
) -> None:
    cluster.ensure()
    kept = (folder / "data/postmaster.pid").read_text(encoding="utf-8")
    cluster.stop()
    account = server_account(folder)
    with subprocess.Popen(["sleep", "60"], user=account.uid, cwd="/") as other:
        lines = [str(other.pid), *kept.splitlines()[1:]]
        (folder / "data/postmaster.pid").write_text("\n".join(lines), encoding="utf-8")
        assert cluster.status().state is State.STOPPED
        assert ask(cluster.ensure(), "SELECT 1") == 1
        assert other.poll() is None
        other.kill()


@pytest.mark.parametrize("rest", ["", "1234", "no number\n/data\n1\n2\n3\n"])
def test_a_pid_file_that_was_cut_off_is_stale(
    cluster: LocalCluster, folder: Path, rest: str
) -> None:
    (folder / "data/postmaster.pid").write_text(rest, encoding="utf-8")
    assert ask(cluster.ensure(), "SELECT 1") == 1


def test_what_a_broken_off_making_left_is_replaced(ground: Path) -> None:
    folder = ground / "half"
    making_one = f"""
from pathlib import Path
from gridsvc.db.local import LocalCluster
LocalCluster(Path({str(folder)!r}), durable=False).ensure()
"""
    cluster = LocalCluster(folder, durable=False)
    with subprocess.Popen([sys.executable, "-c", making_one]) as maker:
        wait_for(lambda: cluster.status().state is State.HALF_MADE)
        maker.kill()
    try:
        assert cluster.status().state is State.HALF_MADE
        assert ask(cluster.ensure(), "SELECT 1") == 1
        assert not (folder / "data.half-made").exists()
    finally:
        cluster.destroy()
