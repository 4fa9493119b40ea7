"""Finds the PostgreSQL installation, new enough and with PostGIS, that the private cluster runs on.

It only looks: nothing is installed here (`make setup` does that).
"""

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gridsvc.db.faults import Fault

OLDEST_POSTGRESQL = 15
OLDEST_POSTGIS = (3, 3)
ROOT = Path("/")


@dataclass(frozen=True, slots=True)
class Installation:
    """One PostgreSQL on this machine: its programs, its version, its PostGIS if it has one."""

    programs: Path
    version: tuple[int, ...]
    postgis: tuple[int, ...] | None

    @property
    def major(self) -> int:
        return self.version[0]

    def program(self, name: str) -> str:
        """Path of one of its programs."""
        return str(self.programs / name)


def find_installation(
    major: int | None = None, *, path: str | None = None, root: Path | None = None
) -> Installation:
    """Return the newest PostgreSQL that will do; of that major version where one is asked for."""
    search = os.environ.get("PATH", "") if path is None else path
    found = sorted(_installations(search, root or ROOT), key=lambda one: one.version, reverse=True)
    if not found:
        raise Fault.POSTGRESQL_MISSING.error()
    if found[0].major < OLDEST_POSTGRESQL:
        raise Fault.POSTGRESQL_TOO_OLD.error(
            found=dotted(found[0].version), needed=OLDEST_POSTGRESQL
        )
    new_enough = [one for one in found if one.major >= OLDEST_POSTGRESQL]
    return _with_postgis(new_enough, major)


def installed_majors() -> set[int]:
    """Major versions of every PostgreSQL found here."""
    return {one.major for one in _installations(os.environ.get("PATH", ""), ROOT)}


def dotted(version: tuple[int, ...]) -> str:
    """Write a version as people do: 15.18."""
    return ".".join(map(str, version))


def _with_postgis(found: list[Installation], major: int | None) -> Installation:
    wanted = [one for one in found if major in {None, one.major}]
    usable = [one for one in wanted if one.postgis and one.postgis >= OLDEST_POSTGIS]
    if usable:
        return usable[0]
    old = next((one.postgis for one in wanted if one.postgis), None)
    if old:
        raise Fault.POSTGIS_TOO_OLD.error(found=dotted(old), needed=dotted(OLDEST_POSTGIS))
    raise Fault.POSTGIS_MISSING.error(found=dotted((wanted or found)[0].version))


def _installations(path: str, root: Path) -> Iterator[Installation]:
    # Debian and Ubuntu keep the server's programs out of PATH, one folder per major version.
    packaged = [*root.glob("usr/lib/postgresql/*/bin"), *root.glob("usr/pgsql-*/bin")]
    on_path = [Path(entry) for entry in path.split(os.pathsep) if entry]
    for folder in dict.fromkeys([*packaged, *on_path]):
        if all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb", "pg_ctl")):
            yield from _inspect(folder)


def _inspect(folder: Path) -> Iterator[Installation]:
    """Yield what is in the folder; a program that cannot say its version is no installation."""
    version = _numbers(_output(folder / "postgres", "--version"))
    if version:
        yield Installation(programs=folder, version=version, postgis=_postgis(folder))


def _postgis(folder: Path) -> tuple[int, ...] | None:
    control = Path(_output(folder / "pg_config", "--sharedir")) / "extension/postgis.control"
    if not control.is_file():
        return None
    told = re.search(r"default_version\s*=\s*'([^']+)'", control.read_text(encoding="utf-8"))
    return _numbers(told.group(1)) if told else None


def _numbers(text: str) -> tuple[int, ...] | None:
    told = re.search(r"\d+(?:\.\d+)*", text)
    return tuple(map(int, told.group().split("."))) if told else None


def _output(program: Path, argument: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - asks a program for its version, without a shell
            [program, argument], capture_output=True, text=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
