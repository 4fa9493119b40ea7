"""Grounds to try a cluster on: folders that the server's account can reach, small disks, nobody."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridsvc.db.account import server_account
from gridsvc.db.local import LocalCluster

NOBODY = 65534


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    """A stopped cluster to copy: making one takes longer than anything that is done to it."""
    place = _reachable()
    cluster = LocalCluster(place / "cluster", durable=False)
    cluster.ensure()
    cluster.stop()
    yield place / "cluster"
    shutil.rmtree(place)


@pytest.fixture(scope="session")
def running() -> Iterator[LocalCluster]:
    """A cluster for those who only look."""
    place = _reachable()
    cluster = LocalCluster(place / "cluster", durable=False)
    cluster.ensure()
    yield cluster
    cluster.destroy()
    place.rmdir()


@pytest.fixture
def ground() -> Iterator[Path]:
    place = _reachable()
    yield place
    shutil.rmtree(place)


@pytest.fixture
def closed_ground(ground: Path) -> Path:
    """A folder in which its owner has forbidden itself to write."""
    ground.chmod(0o555)
    return ground


@pytest.fixture
def folder(made: Path, ground: Path) -> Path:
    subprocess.run(["cp", "-a", made, ground / "cluster"], check=True)
    return ground / "cluster"


@pytest.fixture
def skeleton(ground: Path) -> Path:
    """What is refused before PostgreSQL is asked needs no more than this."""
    (ground / "cluster/data/base").mkdir(parents=True)
    (ground / "cluster/data/PG_VERSION").write_text("15\n", encoding="utf-8")
    (ground / "cluster/lock").touch()
    (ground / "cluster").chmod(0o700)
    account = server_account(ground / "nowhere")
    os.chown(ground / "cluster", account.uid, account.gid)
    return ground / "cluster"


@pytest.fixture
def cluster(folder: Path) -> Iterator[LocalCluster]:
    one = LocalCluster(folder, durable=False)
    yield one
    one.destroy()


@pytest.fixture
def small_disk(ground: Path) -> Iterator[Path]:
    """A disk of 200 MB in memory."""
    disk = ground / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=200m,mode=755", "tmpfs", str(disk)]
    if subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("this machine lets nobody mount a disk")
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.fixture
def as_nobody() -> Iterator[None]:
    """Let files be opened as an ordinary user would; such a user already is one."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    yield
    os.seteuid(0)


def _reachable() -> Path:
    """Make a folder that every account gets through, which pytest's own is not."""
    place = Path(tempfile.mkdtemp(prefix="gridsvc-test-"))
    place.chmod(0o755)
    return place
