"""The private PostgreSQL cluster: made, started, stopped and removed in a folder of its own.

Durable, reachable from this machine only, with a password, and never root's. Whoever has a server
already sets GRIDSVC_DATABASE_URL instead, and nothing here is used.
"""

import signal
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gridsvc.db import layout as places
from gridsvc.db import making, server
from gridsvc.db.account import server_account
from gridsvc.db.address import Address
from gridsvc.db.binaries import Installation, find_installation, installed_majors
from gridsvc.db.faults import Fault
from gridsvc.db.layout import Layout
from gridsvc.db.postmaster import running_in


class State(StrEnum):
    """How far a cluster is."""

    ABSENT = "absent"
    HALF_MADE = "half_made"
    STOPPED = "stopped"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Status:
    """What is to be seen of a cluster without touching it."""

    state: State
    folder: Path
    major: int | None = None
    port: int | None = None
    pid: int | None = None


class LocalCluster:
    """One cluster in one folder; its methods may be called at any time, by several processes."""

    def __init__(self, folder: Path, *, port: int | None = None, durable: bool = True) -> None:
        self._folder = folder.absolute()
        self._port = port
        self._durable = durable

    def ensure(self) -> Address:
        """Make the cluster if it is missing, start it if it is stopped; return where it answers."""
        with places.spoken_for(self._folder):
            account = server_account(self._folder)
            layout = places.prepared(self._folder, account)
            with places.held(layout) as lock:
                installation = _installation_for(layout)
                if not layout.data.exists():
                    maker = making.Maker(installation, account, lock)
                    making.make(layout, maker, durable=self._durable)
                running = running_in(layout.data) or server.start(
                    layout, installation, account, port=self._port, durable=self._durable
                )
                making.put_viewer(layout, running.socket_folder, running.port)
        if self._port not in {None, running.port}:
            raise Fault.OTHER_PORT.error(running=running.port, asked=self._port)
        return Address(running.socket_folder, running.port, making.password_of(layout))

    def stop(self) -> None:
        """Stop the server with all that it knows on disk; a stopped or missing one stays so."""
        self._stop(signal.SIGINT)

    def destroy(self) -> None:
        """Stop the server and remove everything that was made here, the data above all."""
        self._stop(signal.SIGQUIT)
        with places.spoken_for(self._folder):
            places.remove(self._folder)

    def status(self) -> Status:
        """Look, without changing anything."""
        with places.spoken_for(self._folder):
            return _status(places.existing(self._folder))

    def _stop(self, how: signal.Signals) -> None:
        with places.spoken_for(self._folder):
            layout = places.existing(self._folder)
            if layout.lock.exists():
                with places.held(layout):
                    server.stop(layout, how)


def _installation_for(layout: Layout) -> Installation:
    """Find PostgreSQL, of the major version that made the data where there is data."""
    major = _major(layout)
    installed = installed_majors()
    if major and installed and major not in installed:
        found = ", ".join(map(str, sorted(installed)))
        raise Fault.OTHER_MAJOR.error(folder=layout.folder, made_by=major, found=found)
    return find_installation(major)


def _major(layout: Layout) -> int | None:
    version = layout.data / "PG_VERSION"
    return int(version.read_text(encoding="utf-8")) if version.exists() else None


def _status(layout: Layout) -> Status:
    major = _major(layout)
    if major is None:
        state = State.HALF_MADE if layout.half_made.exists() else State.ABSENT
        return Status(state, layout.folder)
    running = running_in(layout.data)
    if running is None:
        return Status(State.STOPPED, layout.folder, major)
    return Status(State.RUNNING, layout.folder, major, running.port, running.pid)
