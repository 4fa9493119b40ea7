"""What every test of a command may ask for."""

import pytest

from tests.cli.at_the_prompt import Prompt


@pytest.fixture
def prompt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Prompt:
    return Prompt(monkeypatch, capsys)
