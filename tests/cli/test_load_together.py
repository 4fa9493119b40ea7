"""Loads that meet one another, or are killed when half is written."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas
import psycopg
import pytest

from tests.factories import cell, frame

PATIENCE_S = 120
MANY = (100, 50)
"""Columns and rows of zones."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Five thousand zones over the city of squares."""
    columns, rows = MANY
    width, height = 4 / columns, 2 / rows
    zones = [
        (f"H{x:03}{y:02}", "供热片", None, cell(x * width, y * height, width, height))
        for x in range(columns)
        for y in range(rows)
    ]
    made: geopandas.GeoDataFrame = frame(*zones)
    made.to_file(tmp_path / "zones.gpkg")
    return tmp_path / "zones.gpkg"


@contextmanager
def commits_held(url: str) -> Iterator[None]:
    """Let every load come as far as its commit, and no farther: the map's number is held."""
    with psycopg.connect(url) as holder:
        holder.execute("SELECT pg_advisory_xact_lock_shared(hashtext('gridsvc.map_version'))")
        yield


@contextmanager
def half_way_held(url: str) -> Iterator[None]:
    """Let a load of `cleaning` write half of its zones: another has the next code, uncommitted."""
    with psycopg.connect(url) as holder:
        holder.execute(
            "INSERT INTO area (id, layer_id, release_id, code, name, geometry, area_m2, valid_from)"
            " SELECT gen_random_uuid(), layer_id, release_id, 'H05000', '', geometry, 1,"
            " '2026-02-01' FROM area WHERE code = 'Z1'"
        )
        yield
        holder.rollback()


def start(url: str, file: Path, layer: str, since: str) -> subprocess.Popen[str]:
    arguments = ("load", str(file), "--zone-layer", layer, "--valid-from", since)
    return subprocess.Popen(
        [sys.executable, "-m", "gridsvc", *arguments],
        env=os.environ | {"GRIDSVC_DATABASE_URL": url, "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(url: str, query: str, wanted: int) -> None:
    """Ask until the answer is the number wanted."""
    _until(lambda: ask(url, query) == wanted, f"{query} never gave {wanted}")


def _until(holds: Callable[[], bool], complaint: str) -> None:
    for _ in range(PATIENCE_S * 20):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError(complaint)


def ask(url: str, query: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


AT_COMMIT = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
BEHIND_ANOTHER = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event = 'transactionid'"
)
PROGRAMS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name = 'gridsvc'"
)
LAYERS = "SELECT count(*) FROM layer WHERE name = 'heating'"
RELEASES = "SELECT count(*) FROM release WHERE area_count = 5000"
WRITTEN = "SELECT count(*) FROM area WHERE code LIKE 'H%'"
ENDED = "SELECT count(*) FROM area WHERE valid_to IS NOT NULL"


def test_a_load_that_is_killed_half_way_leaves_nothing(city_url: str, file: Path) -> None:
    with half_way_held(city_url):
        killed = start(city_url, file, "cleaning", "2026-03-01")
        wait_for(city_url, BEHIND_ANOTHER, 1)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
    wait_for(city_url, PROGRAMS, 0)
    assert killed.returncode == -signal.SIGKILL
    assert [ask(city_url, query) for query in (RELEASES, WRITTEN, ENDED)] == [0, 0, 0]
    again = start(city_url, file, "cleaning", "2026-03-01")
    _, complaints = again.communicate(timeout=PATIENCE_S)
    assert (again.returncode, complaints) == (0, "")
    assert [ask(city_url, query) for query in (RELEASES, WRITTEN, ENDED)] == [1, 5_000, 2]


@pytest.mark.parametrize(
    ("since", "code", "last", "releases"),
    [
        ("2026-04-01", 0, "Release 2 of heating: 5,000 areas in force", 2),
        ("2026-03-01", 1, 'Layer "heating" already has a release from', 1),
    ],
)
def test_of_two_loads_of_a_layer_one_waits_for_the_other(
    city_url: str, file: Path, since: str, code: int, last: str, releases: int
) -> None:
    with commits_held(city_url):
        first = start(city_url, file, "heating", "2026-03-01")
        wait_for(city_url, AT_COMMIT, 1)
        second = start(city_url, file, "heating", since)
        wait_for(city_url, BEHIND_ANOTHER, 1)
    first_said, second_said = (it.communicate(timeout=PATIENCE_S) for it in (first, second))
    assert (first.returncode, second.returncode) == (0, code)
    assert "Release 1 of heating" in first_said[0]
    assert last in "".join(second_said)
    if code == 0:
        assert "0 moved, 5,000 unchanged" in second_said[0]  # it saw what the first had loaded
    assert ask(city_url, RELEASES) == releases
    assert ask(city_url, LAYERS) == 1
