"""Makes the data folder of the private cluster: initdb, who may connect, the role, the extensions.

All of it happens beside the final place and without a running server, so that a cluster is either
whole or absent, whenever the power fails.
"""

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

import psycopg

from gridsvc.db.account import Account
from gridsvc.db.address import DATABASE, ROLE
from gridsvc.db.binaries import Installation
from gridsvc.db.layout import ROOM_TO_MAKE_MB, Layout, require_room
from gridsvc.db.said import explained
from gridsvc.db.server_conf import CONF_NAME, HBA
from gridsvc.db.viewer import VIEWER
from gridsvc.errors import SetupError

EXTENSIONS = ("postgis", "btree_gist")
SUPERUSER = "postgres"


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes it, with which PostgreSQL, and the lock that keeps others from it meanwhile."""

    installation: Installation
    account: Account
    lock: int

    def run(self, program: str, *arguments: str, cwd: Path, text: str = "") -> tuple[int, str]:
        """Run one of PostgreSQL's programs, which holds the lock until it ends, and hear it out."""
        command = (self.installation.program(program), *arguments)
        done = self.account.run(*command, cwd=cwd, text=text, holding=(self.lock,))
        return done.returncode, done.stdout


def make(layout: Layout, maker: Maker, *, durable: bool) -> None:
    """Make the data folder, removing first what a killed attempt has left of it."""
    _clear(layout.half_made)
    require_room(layout.folder, ROOM_TO_MAKE_MB)
    try:
        _initialise(layout, maker, durable=durable)
        _configure(layout.half_made)
        _populate(layout, maker)
    except SetupError:
        # What is left of it may be what fills the disk.
        _clear(layout.half_made)
        raise
    layout.half_made.rename(layout.data)


def password_of(layout: Layout) -> str:
    """Read the service's password from where `make` has put it."""
    return _password(layout, ROLE)


def _password(layout: Layout, role: str) -> str:
    lines = layout.pgpass.read_text(encoding="utf-8").splitlines()
    return next(line.rpartition(":")[2] for line in lines if f":{role}:" in line)


def _initialise(layout: Layout, maker: Maker, *, durable: bool) -> None:
    code, said = maker.run(
        "initdb",
        *("--pgdata", layout.half_made.name),
        *("--username", SUPERUSER, "--auth", "reject"),
        *("--encoding", "UTF8", "--locale", "C.UTF-8"),
        "--data-checksums" if durable else "--no-sync",
        cwd=layout.folder,
    )
    if code != 0:
        raise explained(said, action="initdb", layout=layout)


def _configure(data: Path) -> None:
    (data / "pg_hba.conf").write_text(HBA, encoding="utf-8")
    with (data / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write(f"include_if_exists = '{CONF_NAME}'\n")


def _populate(layout: Layout, maker: Maker) -> None:
    passwords = {SUPERUSER: secrets.token_urlsafe(24), ROLE: secrets.token_urlsafe(24)}
    _write_pgpass(layout, maker.account, passwords)
    statements = (
        f"ALTER ROLE {SUPERUSER} PASSWORD '{passwords[SUPERUSER]}'",
        f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{passwords[ROLE]}'",
        # In the template, since only a superuser may install PostGIS: every database then has it.
        *(f"CREATE EXTENSION {name}" for name in EXTENSIONS),
        f"CREATE DATABASE {DATABASE} OWNER {ROLE}",
    )
    code, said = maker.run(
        "postgres",
        *("--single", "-D", layout.half_made.name, "template1"),
        cwd=layout.folder,
        text="\n".join([*statements, ""]),
    )
    # In this mode PostgreSQL goes on after a failed statement, and ends as if all were well.
    if code != 0 or "ERROR:" in said:
        raise explained(said, action="set-up", layout=layout)


def put_viewer(layout: Layout, socket_folder: Path, port: int) -> None:
    """Make the role as which requests read; a cluster of an earlier release has none."""
    with psycopg.connect(
        host=str(socket_folder),
        port=port,
        user=SUPERUSER,
        dbname=DATABASE,
        password=_password(layout, SUPERUSER),
    ) as connection:
        there = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [VIEWER]).fetchone()
        if there is None:
            connection.execute(f"CREATE ROLE {VIEWER} NOLOGIN")
            connection.execute(f"GRANT {VIEWER} TO {ROLE}")


def _write_pgpass(layout: Layout, account: Account, passwords: dict[str, str]) -> None:
    layout.pgpass.unlink(missing_ok=True)
    handle = os.open(layout.pgpass, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(f"*:*:*:{role}:{password}\n" for role, password in passwords.items())
    account.own(layout.pgpass)


def _clear(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
