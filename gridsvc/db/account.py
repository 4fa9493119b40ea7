"""The operating-system account under which PostgreSQL runs, and where that account can keep files.

PostgreSQL refuses to run as root, so root drops to `postgres`, or to a `gridsvc` made for it.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from gridsvc.db.faults import Fault

CANDIDATES = ("postgres", "gridsvc")
USERADD = ("useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "gridsvc")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may run a server."""

    name: str
    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        """Say whether this process runs as that account already."""
        return self.uid == os.geteuid()

    def run(
        self, *command: str, cwd: Path, text: str = "", holding: tuple[int, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, speaking English so that its errors can be recognised."""
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
        return subprocess.run(  # noqa: S603 - PostgreSQL's own programs, without a shell
            command,
            cwd=cwd,
            env=environment,
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            pass_fds=holding,
            user=None if self.is_ours else self.uid,
            group=None if self.is_ours else self.gid,
            extra_groups=None if self.is_ours else [],
        )

    def can_enter(self, folder: Path) -> bool:
        """Try whether this account gets through every folder above (a 0700 home stops it)."""
        return self.run("/usr/bin/test", "-x", str(folder), cwd=Path("/")).returncode == 0

    def own(self, path: Path) -> None:
        """Give it a file or folder that we have made."""
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)


def server_account(folder: Path) -> Account:
    """Return who runs the server: ourselves; for root the folder's owner, or an account for it."""
    if os.geteuid() != 0:
        return ourselves()
    if folder.exists() and folder.stat().st_uid != 0:
        return _account_of(folder.stat().st_uid)
    return _named() or _made()


def ourselves() -> Account:
    """Return the account of this process."""
    return _account_of(os.geteuid())


def owner(path: Path) -> str:
    """Name the owner of a file, by number where the number has no name."""
    return _account_of(path.stat().st_uid).name


def _account_of(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        # A container may run under a number that has no line in /etc/passwd.
        return Account(name=str(uid), uid=uid, gid=os.getegid())
    return Account(name=entry.pw_name, uid=uid, gid=entry.pw_gid)


def _named() -> Account | None:
    known = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return next((_account_of(known[name]) for name in CANDIDATES if name in known), None)


def _made() -> Account:
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command, without a shell
            USERADD, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise Fault.NO_ACCOUNT.error(reason=error) from error
    account = _named()
    if account is None:
        raise Fault.NO_ACCOUNT.error(reason=done.stderr.strip())
    return account
