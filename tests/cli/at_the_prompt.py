"""Runs a command as the prompt does, in this process: starting another takes seconds."""

import io
import sys
from dataclasses import dataclass

import pytest

from gridsvc.cli import main


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A shell with its own environment."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str, answer: str = "", **environment: str) -> Said:
        with self.monkeypatch.context() as shell:
            shell.setattr(sys, "argv", ["gridsvc", *arguments])
            shell.setattr(sys, "stdin", io.StringIO(answer))
            for name, value in ({"LC_ALL": "C.UTF-8"} | environment).items():
                shell.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main.run()
        printed = self.capsys.readouterr()
        return Said(int(ended.value.code or 0), printed.out, printed.err)
