"""The deployment's own search for viruses: a command that is given a file."""

import asyncio
import shlex
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from gridsvc.files.model import SCANNER_FAILED, VIRUS_FOUND
from gridsvc.settings import Settings


class Verdict(StrEnum):
    """What the scanner says. One that cannot tell is no clean bill."""

    CLEAN = "clean"
    VIRUS_FOUND = VIRUS_FOUND
    SCANNER_FAILED = SCANNER_FAILED


_BY_CODE = {0: Verdict.CLEAN, 1: Verdict.VIRUS_FOUND}


async def scan(content: bytes, settings: Settings) -> Verdict:
    """Have a file looked at; without a scanner everything is clean."""
    if settings.scanner is None:
        return Verdict.CLEAN
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        await asyncio.to_thread(path.write_bytes, content)
        try:
            code = await _run([*shlex.split(settings.scanner), str(path)], settings)
        except OSError:
            return Verdict.SCANNER_FAILED
    return _BY_CODE.get(code, Verdict.SCANNER_FAILED)


async def _run(command: list[str], settings: Settings) -> int:
    nothing = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *command, stdin=nothing, stdout=nothing, stderr=nothing
    )
    try:
        return await asyncio.wait_for(process.wait(), settings.scanner_timeout_s)
    except TimeoutError:
        return -1
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
