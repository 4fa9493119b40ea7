"""The scanner's word: clean, found, or none."""

from pathlib import Path

import pytest

from gridsvc.files.scanner import Verdict, scan
from gridsvc.settings import Settings


@pytest.mark.parametrize(
    ("command", "verdict"),
    [
        (None, Verdict.CLEAN),
        ("grep -qv virus", Verdict.CLEAN),
        ("grep -q virus", Verdict.VIRUS_FOUND),
        ("sh -c 'exit 2'", Verdict.SCANNER_FAILED),
        ("sh -c 'kill $$'", Verdict.SCANNER_FAILED),
        ("no-such-scanner --fast", Verdict.SCANNER_FAILED),
        ("sh -c 'sleep 60'", Verdict.SCANNER_FAILED),
    ],
)
async def test_what_a_command_says(command: str | None, verdict: Verdict, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, scanner=command, scanner_timeout_s=1)
    assert await scan(b"a harmless file", settings) is verdict
