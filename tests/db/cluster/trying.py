"""What the tests of the cluster do to it and ask of it."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from gridsvc.db.address import Address
from gridsvc.db.local import LocalCluster
from gridsvc.errors import SetupError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can do this to a folder")


def ask(address: Address, question: str) -> object:
    with psycopg.connect(address.tcp_url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
        return row[0] if row else None


def tell(address: Address, statement: str) -> None:
    with psycopg.connect(address.tcp_url, autocommit=True) as connection:
        connection.execute(statement)


def refusal(cluster: LocalCluster) -> SetupError:
    with pytest.raises(SetupError) as caught:
        cluster.ensure()
    return caught.value


def pid_of(cluster: LocalCluster) -> int:
    pid = cluster.status().pid
    assert pid is not None
    return pid


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@contextmanager
def listening(port: int = 0) -> Iterator[int]:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        yield int(other.getsockname()[1])
