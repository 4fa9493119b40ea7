"""The private cluster in ordinary life: made, used, stopped, found again, removed."""

import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from gridsvc.db.account import server_account
from gridsvc.db.address import Address
from gridsvc.db.local import LocalCluster, State
from tests.db.cluster.trying import as_root, ask, pid_of, tell


def test_a_new_cluster_is_durable_and_private(ground: Path) -> None:
    cluster = LocalCluster(ground / "new")
    try:
        address = cluster.ensure()
        settings = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")
        assert [ask(address, f"SHOW {name}") for name in settings] == ["on"] * 4
        assert ask(address, "SHOW listen_addresses") == "127.0.0.1"
        assert ask(address, "SHOW server_encoding") == "UTF8"
        assert ask(address, "SELECT datcollate FROM pg_database LIMIT 1") == "C.UTF-8"
    finally:
        cluster.destroy()
    assert not (ground / "new").exists()


def test_both_ways_in_lead_to_a_role_that_owns_its_database_only(running: LocalCluster) -> None:
    address = running.ensure()
    for url in (address.socket_url, address.tcp_url):
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "SELECT current_database(), current_user, rolsuper, rolcreatedb"
                " FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
        assert row == ("gridsvc", "gridsvc", False, True)


def test_every_new_database_has_the_extensions(running: LocalCluster) -> None:
    address = running.ensure()
    tell(address, 'CREATE DATABASE "另一个"')
    names = "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension"
    assert ask(address.of("另一个"), names) == "btree_gist plpgsql postgis"


@pytest.mark.parametrize("way", ["socket_url", "tcp_url"])
def test_nobody_gets_in_without_the_password(running: LocalCluster, way: str) -> None:
    address = running.ensure()
    stranger = Address(address.socket_folder, address.port, "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(getattr(stranger, way))


def test_the_password_is_shown_to_nobody(running: LocalCluster) -> None:
    address = running.ensure()
    folder = running.status().folder
    assert address.password not in repr(address)
    assert stat.S_IMODE((folder / "pgpass").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_server_never_runs_as_root(running: LocalCluster) -> None:
    running.ensure()
    assert (
        Path(f"/proc/{pid_of(running)}").stat().st_uid
        == server_account(running.status().folder).uid
        != 0
    )


@as_root
def test_root_runs_another_users_cluster_as_that_user(folder: Path) -> None:
    subprocess.run(["chown", "-R", "games", folder], check=True)
    cluster = LocalCluster(folder, durable=False)
    try:
        assert ask(cluster.ensure(), "SELECT 1") == 1
        assert Path(f"/proc/{pid_of(cluster)}").owner() == "games"
    finally:
        cluster.destroy()


def test_a_running_cluster_is_left_as_it_is(running: LocalCluster) -> None:
    first = running.ensure()
    pid = running.status().pid
    assert running.ensure() == first
    assert running.status().pid == pid


def test_a_stopped_one_comes_back_with_its_data_and_port(cluster: LocalCluster) -> None:
    address = cluster.ensure()
    tell(address, "CREATE TABLE kept AS SELECT 42 AS answer")
    cluster.stop()
    assert cluster.status().state is State.STOPPED
    assert cluster.ensure() == address
    assert ask(address, "SELECT answer FROM kept") == 42


def test_many_at_once_make_one_server(ground: Path) -> None:
    clusters = [LocalCluster(ground / "shared", durable=False) for _ in range(4)]
    try:
        with ThreadPoolExecutor() as pool:
            addresses = list(pool.map(LocalCluster.ensure, clusters))
        assert len(set(addresses)) == 1
    finally:
        clusters[0].destroy()


def test_status_touches_nothing(ground: Path) -> None:
    status = LocalCluster(ground / "none").status()
    assert (status.state, status.port, status.major) == (State.ABSENT, None, None)
    assert not (ground / "none").exists()


def test_stopping_and_removing_what_is_not_there_is_no_error(ground: Path) -> None:
    LocalCluster(ground / "none").stop()
    LocalCluster(ground / "none").destroy()


def test_removing_leaves_what_others_have_put_there(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    LocalCluster(folder).destroy()
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("name", ["网格, 一", 'it\'s "$HOME" `id` & more'])
def test_a_folder_may_be_called_anything(ground: Path, name: str) -> None:
    cluster = LocalCluster(ground / name, durable=False)
    try:
        address = cluster.ensure()
        with psycopg.connect(address.socket_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.destroy()


def test_a_path_too_long_for_a_socket_gets_one_elsewhere(ground: Path) -> None:
    cluster = LocalCluster(ground / ("long-" * 20) / "cluster", durable=False)
    try:
        address = cluster.ensure()
        with psycopg.connect(address.socket_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.destroy()
    assert not address.socket_folder.exists()
