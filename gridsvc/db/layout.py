"""What lies where in the private cluster's folder, and how that folder comes to be and goes.

Knows files and whose they are, not PostgreSQL.
"""

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gridsvc.db.account import Account, ourselves, owner
from gridsvc.db.faults import Fault
from gridsvc.errors import SetupError

SHARED_PLACE = Path("/var/lib/gridsvc")
"""Holds root's clusters whose own folder the unprivileged account could not get to."""
ROOM_TO_MAKE_MB = 300
ROOM_TO_RUN_MB = 64
SOCKET_PREFIX = "gridsvc-socket-"
LONGEST_SOCKET = 107
"""Bytes that the system allows in the path of a unix socket."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The names in the folder."""

    folder: Path

    @property
    def data(self) -> Path:
        """The data folder of the server, whole or absent."""
        return self.folder / "data"

    @property
    def half_made(self) -> Path:
        """Where a data folder is made: one rename turns it into `data` when all of it is there."""
        return self.folder / "data.half-made"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "server.log"

    @property
    def pgpass(self) -> Path:
        """The passwords, in the form that psql reads."""
        return self.folder / "pgpass"

    @property
    def lock(self) -> Path:
        """Held by whoever changes something here; also the sign that the folder is ours."""
        return self.folder / "lock"

    @property
    def socket(self) -> Path:
        """The folder of the server's socket."""
        return self.folder / "socket"


def existing(folder: Path) -> Layout:
    """Describe the folder as it is, through the link that `prepared` may have left."""
    return Layout(folder.resolve())


def prepared(folder: Path, account: Account) -> Layout:
    """Make the folder if need be, where the account can reach it and nobody else can enter it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _locked(folder.parent, os.O_RDONLY):
        if not folder.exists():
            _make(folder, account)
        layout = existing(folder)
        _check(layout, account)
    return layout


@contextmanager
def spoken_for(folder: Path) -> Iterator[None]:
    """Turn the system's errors about files into ones that name the folder and the mend."""
    try:
        yield
    except OSError as error:
        raise _explained(folder, error) from error


@contextmanager
def held(layout: Layout) -> Iterator[int]:
    """Keep every other process from changing the cluster; a second one waits for the first.

    It yields the lock: a program that is handed it holds it too, even when we are killed.
    """
    with _locked(layout.lock, os.O_RDWR) as lock:
        yield lock


def socket_folder(layout: Layout, account: Account) -> Path:
    """Return a folder that only the account enters, with a path that can hold a socket.

    It must be short enough, and to PostgreSQL's clients a comma separates two addresses.
    """
    path = os.fsencode(layout.socket / ".s.PGSQL.65535")
    if len(path) > LONGEST_SOCKET or b"," in path:
        elsewhere = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX))
        account.own(elsewhere)
        return elsewhere
    if not layout.socket.exists():
        _make_private(layout.socket, account)
    return layout.socket


def remove(folder: Path) -> None:
    """Remove what we have made in the folder, and the folder if nothing else is in it."""
    layout = existing(folder)
    for made in (layout.data, layout.half_made, layout.socket):
        if made.exists():
            shutil.rmtree(made)
    for file in (layout.log, layout.pgpass, layout.lock):
        file.unlink(missing_ok=True)
    if layout.folder.exists() and not any(layout.folder.iterdir()):
        layout.folder.rmdir()
        if folder.is_symlink():
            folder.unlink()


def _explained(folder: Path, error: OSError) -> SetupError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Fault.DISK_FULL.error(folder=folder, needed_mb=ROOM_TO_MAKE_MB)
    if isinstance(error, PermissionError) and os.path.lexists(folder):
        whose = owner(folder)
        if whose != ourselves().name:
            return Fault.OF_ANOTHER_USER.error(folder=folder, owner=whose)
    return Fault.FOLDER_NOT_WRITABLE.error(folder=folder, reason=error.strerror)


def require_room(folder: Path, needed_mb: int) -> None:
    """Refuse to begin on a disk that is about to be full."""
    if shutil.disk_usage(folder).free < needed_mb * 2**20:
        raise Fault.DISK_FULL.error(folder=folder, needed_mb=needed_mb)


@contextmanager
def _locked(path: Path, how: int) -> Iterator[int]:
    handle = os.open(path, how)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def _make(folder: Path, account: Account) -> None:
    """Make the folder; where the account cannot reach it, elsewhere with a link to it."""
    if account.can_enter(folder.parent):
        _make_private(folder, account)
        return
    SHARED_PLACE.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:12]
    place = SHARED_PLACE / digest
    if not place.exists():
        _make_private(place, account)
    folder.symlink_to(place)


def _make_private(folder: Path, account: Account) -> None:
    folder.mkdir(mode=0o700)
    account.own(folder)


def _check(layout: Layout, account: Account) -> None:
    """Refuse a folder that is not ours to change, or that the account cannot reach."""
    if not layout.lock.exists():
        if any(layout.folder.iterdir()):
            raise Fault.NOT_OURS.error(folder=layout.folder)
        layout.folder.chmod(0o700)
        account.own(layout.folder)
    if layout.data.exists() and not (layout.data / "PG_VERSION").is_file():
        raise Fault.NOT_OURS.error(folder=layout.data)
    if not account.can_enter(layout.folder):
        way = [*reversed(layout.folder.parents), layout.folder]
        closed = next(folder for folder in way if not account.can_enter(folder))
        raise Fault.UNREACHABLE.error(account=account.name, folder=layout.folder, closed=closed)
    layout.lock.touch()
