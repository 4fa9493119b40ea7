"""docs/real-data.md does what it says: each city is loaded by its commands into a new database."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.docs.markdown import text_of
from tests.docs.shell import untrue
from tests.served import Served, served

DOCUMENT = "docs/real-data.md"


@pytest.fixture
def service(fresh_url: str, tmp_path: Path, shared_data: Path) -> Iterator[Served]:
    """A web process with nothing in its database."""
    with served(fresh_url, tmp_path / "home") as running:
        yield replace(
            running, environment={**running.environment, "DATA": str(shared_data.resolve())}
        )


@pytest.mark.real_data
@pytest.mark.parametrize("city", ["Washington", "Shanghai"])
def test_a_city_is_loaded_by_its_commands(
    city: str, service: Served, programs: Path, tmp_path: Path
) -> None:
    chapter = tmp_path / f"{city}.md"
    chapter.write_text(chapter_of(city), encoding="utf-8")
    assert untrue(str(chapter), service, tmp_path, programs=programs) == []


def chapter_of(city: str) -> str:
    """Cut a chapter out of the document."""
    _, _, text = text_of(DOCUMENT).partition(f"\n## {city}\n")
    return text.partition("\n## ")[0]
