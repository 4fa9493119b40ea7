"""`gridsvc cluster` takes the private database through its life by hand."""

from pathlib import Path

from tests.cli.test_doctor import run


def test_it_is_started_shown_stopped_and_removed(tmp_path: Path) -> None:
    home = str(tmp_path)
    assert run("cluster", "status", GRIDSVC_HOME=home).stdout.startswith("absent ")
    started = run("cluster", "start", GRIDSVC_HOME=home)
    try:
        assert "psql -h 127.0.0.1 -p" in started.stdout
        assert run("cluster", "status", GRIDSVC_HOME=home).stdout.startswith("running ")
        assert run("cluster", "stop", GRIDSVC_HOME=home).returncode == 0
        assert run("cluster", "status", GRIDSVC_HOME=home).stdout.startswith("stopped ")
    finally:
        removed = run("cluster", "destroy", "--yes", GRIDSVC_HOME=home)
    assert removed.returncode == 0
    assert run("cluster", "status", GRIDSVC_HOME=home).stdout.startswith("absent ")


def test_it_asks_before_it_removes(tmp_path: Path) -> None:
    done = run("cluster", "destroy", GRIDSVC_HOME=str(tmp_path))
    assert done.returncode == 1
    assert "Remove the database and all its data?" in done.stdout
