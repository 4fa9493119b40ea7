"""Understands what PostgreSQL's programs say when they fail, so that a person gets the mend."""

import re

from gridsvc.db.faults import Fault
from gridsvc.db.layout import ROOM_TO_MAKE_MB, Layout
from gridsvc.errors import SetupError

_DISK_FULL = ("No space left on device", "Disk quota exceeded")
_NOT_WRITABLE = ("Read-only file system", "Permission denied")
_TELLING = re.compile(r"FATAL|PANIC|ERROR|error:|invalid|unrecognized")
_TIME = re.compile(r"^\d{4}-\d\d-\d\d [\d:.]+ \S+ \[\d+\] ")


def explained(said: str, *, action: str, layout: Layout) -> SetupError:
    """Turn it into the error that names the mend."""
    if any(words in said for words in _DISK_FULL):
        return Fault.DISK_FULL.error(folder=layout.folder, needed_mb=ROOM_TO_MAKE_MB)
    if any(words in said for words in _NOT_WRITABLE):
        return Fault.FOLDER_NOT_WRITABLE.error(folder=layout.folder, reason=_telling_lines(said))
    return Fault.SERVER_FAILED.error(action=action, last=_telling_lines(said), log=layout.log)


def port_is_taken(said: str) -> bool:
    """Say whether it could not listen because somebody else does."""
    return "Address already in use" in said


def predecessor_lingers(said: str) -> bool:
    """Say whether the children of a killed server are still on their way out."""
    return "shared memory block" in said


def _telling_lines(said: str) -> str:
    """Choose what to show: the lines that name an error, without their times; else the last one."""
    lines = [_TIME.sub("", line).strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if _TELLING.search(line)]
    return "; ".join(telling[:3] or lines[-1:]) or "it said nothing"
