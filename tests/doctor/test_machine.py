"""Each check of the machine says right where it is right, and names the mend where it is not."""

import os
import socket
import sys
from pathlib import Path

import pytest

from gridsvc.doctor import machine
from gridsvc.doctor.finding import Verdict
from gridsvc.settings import Settings


def test_the_python_that_runs_the_tests_is_new_enough() -> None:
    assert machine.python().verdict is Verdict.RIGHT


def test_an_old_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.version_info", (3, 10, 12, "final", 0))
    finding = machine.python()
    assert finding.verdict is Verdict.WRONG
    assert "3.10.12" in finding.en


def test_what_puts_briefings_on_paper_is_tried() -> None:
    assert machine.paper().verdict is Verdict.RIGHT
    failing = (sys.executable, "-c", "raise OSError('cannot load library pango')")
    finding = machine.paper(failing)
    assert (finding.verdict, "library pango" in finding.en) == (Verdict.WRONG, True)


@pytest.mark.parametrize(
    ("pins", "verdict"),
    [
        ("", Verdict.RIGHT),
        ('colorama==0.0.1 ; sys_platform == "win32" \\\n    --hash=sha256:0\n', Verdict.RIGHT),
        ("typer==0.0.1 \\\n    --hash=sha256:0\n", Verdict.WRONG),
        ("no-such-package==1.0 \\\n    --hash=sha256:0\n", Verdict.WRONG),
    ],
)
def test_packages_are_compared_with_their_pins(tmp_path: Path, pins: str, verdict: Verdict) -> None:
    (tmp_path / "requirements.txt").write_text(pins, encoding="utf-8")
    finding = machine.packages(tmp_path / "requirements.txt")
    assert finding.verdict is verdict
    if verdict is Verdict.WRONG:
        assert pins.partition("==")[0] in finding.en
        assert "make setup" in finding.zh


def test_the_projects_own_pins_are_met() -> None:
    assert machine.packages().verdict is Verdict.RIGHT


def test_an_installation_without_pins_is_not_judged(tmp_path: Path) -> None:
    assert machine.packages(tmp_path / "none.txt").verdict is Verdict.SKIPPED


@pytest.mark.parametrize(
    ("told", "folder", "verdict"),
    [
        ('{"leaflet": "1.9.4"}', "leaflet", Verdict.RIGHT),
        ('{"leaflet": "1.8.0"}', "leaflet", Verdict.WRONG),
        ('{"leaflet": "1.9.4"}', "removed", Verdict.WRONG),
        ("{}", "leaflet", Verdict.WRONG),
        (None, "leaflet", Verdict.WRONG),
    ],
)
def test_assets_have_the_pinned_version(
    tmp_path: Path, told: str | None, folder: str, verdict: Verdict
) -> None:
    wanted = '{"dependencies": {"leaflet": "1.9.4"}}'
    (tmp_path / "package.json").write_text(wanted, encoding="utf-8")
    vendor = tmp_path / "gridsvc/web/assets/vendor"
    (vendor / folder).mkdir(parents=True)
    if told:
        (vendor / "versions.json").write_text(told, encoding="utf-8")
    assert machine.assets(tmp_path).verdict is verdict


def test_a_home_that_can_be_made_is_right(tmp_path: Path) -> None:
    assert machine.home(Settings(home=tmp_path / "new/var")).verdict is Verdict.RIGHT


def test_a_file_where_the_home_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").touch()
    finding = machine.home(Settings(home=tmp_path / "var"))
    assert finding.verdict is Verdict.WRONG
    assert str(tmp_path / "var") in finding.en


def test_a_disk_with_too_little_room_is_named(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert machine.disk(settings, needed_mb=1).verdict is Verdict.RIGHT
    assert machine.disk(settings, needed_mb=10**9).verdict is Verdict.WRONG


def test_a_port_in_use_may_be_our_own() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert machine.port(Settings(port=port)).verdict is Verdict.SKIPPED
    assert machine.port(Settings(port=port)).verdict is Verdict.RIGHT


def test_an_address_that_is_not_this_machines_is_wrong() -> None:
    finding = machine.port(Settings(host="192.0.2.1"))
    assert finding.verdict is Verdict.WRONG
    assert "GRIDSVC_HOST" in finding.en


@pytest.mark.parametrize(("mode", "verdict"), [(0o600, Verdict.RIGHT), (0o644, Verdict.WRONG)])
def test_a_key_that_others_can_read_is_wrong(tmp_path: Path, mode: int, verdict: Verdict) -> None:
    (tmp_path / "secret.key").touch()
    (tmp_path / "secret.key").chmod(mode)
    assert machine.secret_key(Settings(home=tmp_path)).verdict is verdict


def test_a_key_that_is_not_made_yet_is_no_fault(tmp_path: Path) -> None:
    assert machine.secret_key(Settings(home=tmp_path)).verdict is Verdict.SKIPPED


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert machine.home(Settings(home=tmp_path / "var")).verdict is Verdict.WRONG
