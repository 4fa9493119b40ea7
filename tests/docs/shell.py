"""Runs the `sh` blocks of a document as a reader would: one after another, in one shell."""

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from tests.docs.answers import differences
from tests.docs.markdown import ROOT, Block, blocks
from tests.served import PASSWORDS, Served

TOLD = "http://127.0.0.1:8311"
"""Where the documents say that the service answers."""
SHOWN = ("json", "http", "text")
"""Languages of a block that shows what the commands before it print."""
_END = "\x1e"
_LONGEST_S = 600


def untrue(document: str, service: Served, folder: Path, *, programs: Path) -> list[str]:
    """Run a document's commands and list in what they answer otherwise than it shows."""
    printed = run(document, service, folder, programs=programs)
    return [
        f"{document}:{shown.line}: {difference}"
        for command, shown in pairwise(blocks(document))
        if command.language == "sh" and shown.language in SHOWN
        for difference in differences(shown.language, shown.text, printed[command.line])
    ]


def run(document: str, service: Served, folder: Path, *, programs: Path) -> dict[int, str]:
    """Run a document's commands in a folder; give what each block printed, by its line.

    `programs` is looked through first for the programs that they name.
    """
    wanted = [block for block in blocks(document) if block.language == "sh"]
    script = "".join(f"{_commands(block, service)}\nprintf '\\036'\n" for block in wanted)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=_environment(service, programs),
        capture_output=True,
        text=True,
        timeout=_LONGEST_S,
        check=False,
    )
    printed = done.stdout.split(_END)
    if done.returncode != 0:
        failed = wanted[len(printed) - 1]
        raise AssertionError(f"{document}:{failed.line} failed:\n{printed[-1]}\n{done.stderr}")
    return {block.line: said for block, said in zip(wanted, printed, strict=False)}


def _commands(block: Block, service: Served) -> str:
    """Point a block's commands at the test's service; `make` only says what it would do."""
    dry = re.sub(r"^make ", f"make --dry-run --directory {ROOT} ", block.text, flags=re.MULTILINE)
    return dry.replace(TOLD, service.base)


def _environment(service: Served, programs: Path) -> dict[str, str]:
    places = (programs, Path(sys.executable).parent, service.environment["PATH"])
    return {
        **service.environment,
        "PATH": os.pathsep.join(map(str, places)),
        "LC_ALL": "C.UTF-8",
        "PASSWORD": PASSWORDS["worker"],
        "CENTRE_PASSWORD": PASSWORDS["centre"],
        "PLANNER_PASSWORD": PASSWORDS["planner"],
    }
