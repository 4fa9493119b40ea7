"""`gridsvc cluster` takes the private database through its life by hand."""

from pathlib import Path

from tests.cli.at_the_prompt import Prompt


def test_it_is_started_shown_stopped_and_removed(prompt: Prompt, tmp_path: Path) -> None:
    home = str(tmp_path)

    def cluster(*arguments: str) -> str:
        said = prompt.run("cluster", *arguments, GRIDSVC_HOME=home)
        assert said.code == 0
        return said.out

    assert cluster("status").startswith("absent ")
    try:
        assert "psql -h 127.0.0.1 -p" in cluster("start")
        assert cluster("status").startswith("running ")
        cluster("stop")
        assert cluster("status").startswith("stopped ")
    finally:
        cluster("destroy", "--yes")
    assert cluster("status").startswith("absent ")


def test_it_asks_before_it_removes(prompt: Prompt, tmp_path: Path) -> None:
    said = prompt.run("cluster", "destroy", answer="n\n", GRIDSVC_HOME=str(tmp_path))
    assert said.code == 1
    assert "Remove the database and all its data?" in said.out
