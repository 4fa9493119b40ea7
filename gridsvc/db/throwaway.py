"""A private cluster for tests and benchmarks: quick as it promises nothing, gone at the end."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridsvc.db.address import Address
from gridsvc.db.local import LocalCluster

_PREFIX = "gridsvc-throwaway-"


@contextmanager
def throwaway_cluster() -> Iterator[Address]:
    """Run a cluster in a temporary folder for as long as the block lasts."""
    _sweep()
    place = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    place.chmod(0o755)  # The server's account has to get through it; the cluster itself is private.
    cluster = LocalCluster(place / "cluster", durable=False)
    try:
        yield cluster.ensure()
    finally:
        cluster.destroy()
        place.rmdir()


def _sweep() -> None:
    """Remove the clusters of processes that were killed before they could."""
    for place in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        maker = place.name.removeprefix(_PREFIX).partition("-")[0]
        if not Path("/proc", maker).exists():
            _remove(place)


def _remove(left: Path) -> None:
    mine = left.with_name(f"{_PREFIX}{os.getpid()}-{left.name.removeprefix(_PREFIX)}")
    try:
        left.rename(mine)
    except (FileNotFoundError, PermissionError):
        return  # Another process was quicker, or it is another user's to remove.
    LocalCluster(mine / "cluster").destroy()
    mine.rmdir()
