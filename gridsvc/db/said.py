"""Understands what PostgreSQL's programs say when they fail, so that a person gets the mend."""

from gridsvc.db.faults import Fault
from gridsvc.db.layout import ROOM_TO_MAKE_MB, Layout
from gridsvc.errors import SetupError

_DISK_FULL = ("No space left on device", "Disk quota exceeded")
_NOT_WRITABLE = ("Read-only file system", "Permission denied")


def explained(said: str, *, action: str, layout: Layout) -> SetupError:
    """Turn it into the error that names the mend."""
    if any(words in said for words in _DISK_FULL):
        return Fault.DISK_FULL.error(folder=layout.folder, needed_mb=ROOM_TO_MAKE_MB)
    if any(words in said for words in _NOT_WRITABLE):
        return Fault.FOLDER_NOT_WRITABLE.error(folder=layout.folder, reason=_telling_line(said))
    return Fault.SERVER_FAILED.error(action=action, last=_telling_line(said), log=layout.log)


def port_is_taken(said: str) -> bool:
    """Say whether it could not listen because somebody else does."""
    return "Address already in use" in said


def predecessor_lingers(said: str) -> bool:
    """Say whether the children of a killed server are still on their way out."""
    return "shared memory block" in said


def _telling_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if "FATAL" in line or "PANIC" in line or "rror:" in line]
    return next(iter([*errors, *reversed(lines)]), "it said nothing")
