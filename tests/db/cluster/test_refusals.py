"""What keeps a cluster from running is named in one sentence, or got around."""

import shutil
import subprocess
from pathlib import Path

import pytest

from gridsvc.db import layout, making
from gridsvc.db.local import LocalCluster
from gridsvc.errors import SetupError
from tests.db.cluster.trying import as_root, ask, listening, refusal


def test_a_port_that_was_asked_for_and_is_taken_is_named(folder: Path) -> None:
    with listening() as port:
        error = refusal(LocalCluster(folder, port=port, durable=False))
    assert error.code == "port_taken"
    assert str(port) in error.en
    assert str(port) in error.zh


def test_last_times_port_that_is_taken_now_gives_way_to_another(cluster: LocalCluster) -> None:
    before = cluster.ensure().port
    cluster.stop()
    with listening(before):
        address = cluster.ensure()
        assert address.port != before
        assert ask(address, "SELECT 1") == 1


def test_another_port_than_the_running_one_is_refused(running: LocalCluster) -> None:
    address = running.ensure()
    error = refusal(LocalCluster(running.status().folder, port=address.port + 1))
    assert error.code == "other_port"
    assert "gridsvc cluster stop" in error.en


def test_data_of_a_version_that_is_not_installed(skeleton: Path) -> None:
    (skeleton / "data/PG_VERSION").write_text("12\n", encoding="utf-8")
    error = refusal(LocalCluster(skeleton))
    assert error.code == "other_major"
    assert "postgresql-12" in error.en


def test_a_folder_that_holds_something_else(ground: Path) -> None:
    (ground / "photos").mkdir()
    (ground / "photos/holiday.jpg").touch()
    assert refusal(LocalCluster(ground / "photos")).code == "not_ours"
    assert [path.name for path in (ground / "photos").iterdir()] == ["holiday.jpg"]


def test_a_data_folder_that_is_none(skeleton: Path) -> None:
    (skeleton / "data/PG_VERSION").unlink()
    assert refusal(LocalCluster(skeleton)).code == "not_ours"
    assert (skeleton / "data/base").exists()


def test_a_server_that_will_not_start_shows_its_reason(folder: Path) -> None:
    with (folder / "data/postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write("shared_buffers = 'a lot'\n")
    error = refusal(LocalCluster(folder))
    assert error.code == "server_failed"
    assert "shared_buffers" in error.en


def test_a_file_where_the_folder_should_be(ground: Path) -> None:
    (ground / "file").touch()
    assert refusal(LocalCluster(ground / "file/cluster")).code == "folder_not_writable"
    assert refusal(LocalCluster(ground / "file")).code == "folder_not_writable"


def test_a_folder_that_may_not_be_written(closed_ground: Path, as_nobody: None) -> None:
    error = refusal(LocalCluster(closed_ground / "cluster"))
    assert error.code == "folder_not_writable"
    assert "Permission denied" in error.en


@as_root
def test_a_cluster_of_another_user(skeleton: Path, as_nobody: None) -> None:
    error = refusal(LocalCluster(skeleton))
    assert error.code == "of_another_user"
    with pytest.raises(SetupError):
        LocalCluster(skeleton).status()


@as_root
def test_a_small_disk_is_seen_before_anything_is_written(small_disk: Path) -> None:
    error = refusal(LocalCluster(small_disk / "cluster"))
    assert error.code == "disk_full"
    assert "300 MB" in error.en
    assert "300 MB" in error.zh


@as_root
def test_a_disk_that_fills_up_meanwhile_is_named_too(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "ROOM_TO_MAKE_MB", 0)
    (small_disk / "ballast").write_bytes(bytes(180 * 2**20))
    error = refusal(LocalCluster(small_disk / "cluster"))
    assert error.code == "disk_full"
    assert not (small_disk / "cluster/data.half-made").exists()


@as_root
def test_a_disk_that_is_full_when_the_server_starts(folder: Path, small_disk: Path) -> None:
    subprocess.run(["cp", "-a", folder, small_disk], check=True)
    free = shutil.disk_usage(small_disk).free
    (small_disk / "ballast").write_bytes(bytes(free))
    assert refusal(LocalCluster(small_disk / "cluster")).code == "disk_full"


@as_root
def test_a_closed_home_gets_a_link_to_where_the_account_can_be(
    ground: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "SHARED_PLACE", ground / "shared")
    (ground / "home").mkdir(mode=0o700)
    cluster = LocalCluster(ground / "home/project/var/cluster", durable=False)
    try:
        assert ask(cluster.ensure(), "SELECT 1") == 1
        assert cluster.status().folder.parent == ground / "shared"
        assert cluster.ensure() == cluster.ensure()
    finally:
        cluster.destroy()
    assert not any((ground / "shared").iterdir())
    assert not any((ground / "home/project/var").iterdir())


@as_root
def test_a_home_that_was_closed_afterwards_is_named(skeleton: Path, ground: Path) -> None:
    ground.chmod(0o700)
    error = refusal(LocalCluster(skeleton))
    assert error.code == "unreachable"
    assert f"chmod o+x {ground}" in error.en
