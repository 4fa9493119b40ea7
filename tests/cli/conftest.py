"""What every test of a command may ask for."""

from pathlib import Path

import pytest

from tests.cli.at_the_prompt import Prompt
from tests.cli.desk import Desk


@pytest.fixture
def prompt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Prompt:
    return Prompt(monkeypatch, capsys)


@pytest.fixture
def desk(prompt: Prompt, city_url: str, tmp_path: Path) -> Desk:
    return Desk(prompt, city_url, tmp_path)


@pytest.fixture
def refused(prompt: Prompt, database_url: str, tmp_path: Path) -> Desk:
    """A desk of which everything is refused: its database is every test's."""
    return Desk(prompt, database_url, tmp_path)
