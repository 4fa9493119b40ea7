"""Reads what a running PostgreSQL server writes about itself into its data folder.

Sees servers; starts and stops none (`local` does).
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The lines of postmaster.pid that matter here."""

    pid: int
    port: int
    socket_folder: Path


def running_in(data: Path) -> Postmaster | None:
    """Return the server that runs on this data folder; one that has died is no server."""
    told = _told(data)
    return told if told and _works_in(told.pid, data) else None


def clear_misleading(data: Path) -> None:
    """Remove what a killed server has left behind and PostgreSQL would take for a running one.

    It clears such files itself, except where some other process has got the dead server's number
    since (after a restart of the machine, say), or where the file was cut off.
    """
    told = _told(data)
    if told is None:
        (data / "postmaster.pid").unlink(missing_ok=True)
    elif Path(f"/proc/{told.pid}").exists():
        (data / "postmaster.pid").unlink()
        for rest in (f".s.PGSQL.{told.port}.lock", f".s.PGSQL.{told.port}"):
            (told.socket_folder / rest).unlink(missing_ok=True)


def _told(data: Path) -> Postmaster | None:
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return Postmaster(pid=int(lines[0]), port=int(lines[3]), socket_folder=Path(lines[4]))
    except (FileNotFoundError, IndexError, ValueError):
        # Missing, or cut off: the server died while it wrote the file.
        return None


def _works_in(pid: int, data: Path) -> bool:
    """Say whether the process is this folder's server: a postmaster works in its data folder.

    A number alone proves nothing, since the system gives numbers out again.
    """
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve()
    except OSError:
        return False
