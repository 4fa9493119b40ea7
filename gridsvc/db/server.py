"""Starts and stops the server process of the private cluster."""

import os
import shutil
import signal
import socket
import time
from pathlib import Path

from gridsvc.db.account import Account
from gridsvc.db.binaries import Installation
from gridsvc.db.faults import Fault
from gridsvc.db.layout import ROOM_TO_RUN_MB, SOCKET_PREFIX, Layout, require_room, socket_folder
from gridsvc.db.postmaster import Postmaster, clear_misleading, running_in
from gridsvc.db.said import explained, port_is_taken, predecessor_lingers
from gridsvc.db.server_conf import CONF_NAME, port_in, server_conf

PATIENCE_S = 60.0
"""How long a server may take to stop, or a killed one's children to follow it."""
RECOVERY_S = "600"
"""How long a start may take: after a crash the server first replays its log."""


def start(
    layout: Layout,
    installation: Installation,
    account: Account,
    *,
    port: int | None,
    durable: bool,
) -> Postmaster:
    """Start the server; where no port is asked for and last time's is taken, on another."""
    require_room(layout.folder, ROOM_TO_RUN_MB)
    clear_misleading(layout.data)
    deadline = time.monotonic() + PATIENCE_S
    while True:
        chosen = port or _free_port(layout)
        _write_conf(layout, account, chosen, durable=durable)
        said = _launch(layout, installation, account)
        server = running_in(layout.data)
        if server:
            return server
        if port_is_taken(said) and port:
            raise Fault.PORT_TAKEN.error(port=port)
        passing = port_is_taken(said) or predecessor_lingers(said)
        if not passing or time.monotonic() > deadline:
            raise explained(said, action="start", layout=layout)
        time.sleep(0.2)


def stop(layout: Layout, how: signal.Signals = signal.SIGINT) -> None:
    """Stop the server if it runs: SIGINT writes everything down first, SIGQUIT leaves it."""
    server = running_in(layout.data)
    if server is None:
        return
    os.kill(server.pid, how)
    deadline = time.monotonic() + PATIENCE_S
    while running_in(layout.data):
        if time.monotonic() > deadline:
            raise explained("it still runs", action="stop", layout=layout)
        time.sleep(0.02)
    if server.socket_folder.name.startswith(SOCKET_PREFIX):
        shutil.rmtree(server.socket_folder)


def _launch(layout: Layout, installation: Installation, account: Account) -> str:
    """Have it started in the background; return what it and its log said."""
    before = layout.log.stat().st_size if layout.log.exists() else 0
    done = account.run(
        *(installation.program("pg_ctl"), "start", "--silent", "--wait", "--timeout", RECOVERY_S),
        # Names, not paths: pg_ctl hands them to a shell, and a folder may be called anything.
        *("--pgdata", layout.data.name, "--log", layout.log.name),
        cwd=layout.folder,
    )
    logged = layout.log.read_bytes()[before:] if layout.log.exists() else b""
    return logged.decode(errors="replace") + done.stdout


def _free_port(layout: Layout) -> int:
    """Take the port of last time, so that addresses stay, unless somebody else has it now."""
    conf = layout.data / CONF_NAME
    last = port_in(conf.read_text(encoding="utf-8")) if conf.exists() else None
    with socket.socket() as probe:
        # As PostgreSQL does: the last connections of a stopped server do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", last or 0))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _write_conf(layout: Layout, account: Account, port: int, *, durable: bool) -> None:
    path: Path = layout.data / CONF_NAME
    folder = socket_folder(layout, account)
    path.write_text(server_conf(port, socket_folder=folder, durable=durable), encoding="utf-8")
    account.own(path)
