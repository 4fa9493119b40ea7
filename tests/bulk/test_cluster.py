"""A folder of files over a cluster of separate processes; one of them is killed half-way."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from distributed import LocalCluster

from gridsvc.bulk.cluster import cluster
from gridsvc.bulk.folder import Refusal, Task, carry_out, route_folder
from gridsvc.bulk.order import Order
from gridsvc.errors import Invalid, SetupError
from tests.bulk.charts import cleaners_chart, two_cleaners
from tests.bulk.test_run import FIELDS, frame, write

FILES = 8


@pytest.fixture
def order(tmp_path: Path) -> Order:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(FILES):
        write(folder / f"part-{number}.parquet", frame(id=[f"{number}-{row}" for row in range(5)]))
    return Order(file=folder, out=tmp_path / "out", fields=FIELDS)


def here(tasks: list[Task]) -> Iterator[Refusal | None]:
    engine = two_cleaners()
    return (carry_out(task, engine) for task in tasks)


def route(order: Order, run: Any = here, tell: Any = lambda _: None) -> Any:
    return route_folder(order, digest="map", run=run, tell=tell)


def rows(folder: Path) -> list[tuple[object, ...]]:
    table = pq.read_table(folder).select(["id", "outcome", "lead", "zone"])
    return sorted(tuple(row.values()) for row in table.to_pylist())


def test_each_file_becomes_one(order: Order) -> None:
    tally = route(order)
    assert (tally.rows, tally.bad, tally.outcomes["routed"]) == (5 * FILES, 0, 2 * FILES)
    assert sorted(path.name for path in order.out.iterdir()) == [
        f"part-{number}.parquet" for number in range(FILES)
    ]
    assert not order.partial.exists()


def test_bad_rows_are_named_with_their_file(order: Order) -> None:
    write(order.file / "part-3.parquet", frame(lon=[104.005, None, 104.005, 204, None]))
    assert route(order).bad == 3
    told = [line.split(",")[:3] for line in order.bad.read_text("utf-8").splitlines()]
    assert told[1:] == [
        ["part-3.parquet", str(n), c]
        for n, c in [(2, "not_a_number"), (4, "not_degrees"), (5, "not_a_number")]
    ]


def test_what_is_done_is_not_done_again(order: Order) -> None:
    def half(tasks: list[Task]) -> Iterator[Refusal | None]:
        yield from here(tasks[: FILES // 2])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        route(order, half)
    done = {path: path.stat().st_mtime_ns for path in order.partial.glob("*.parquet")}
    assert len(done) == FILES // 2
    route(order)
    assert {path: (order.out / path.name).stat().st_mtime_ns for path in done} == done


def test_a_killed_worker_costs_nothing(order: Order) -> None:
    expected = replace(order, out=order.out.with_name("expected"))
    route(expected)
    with LocalCluster(  # type: ignore[no-untyped-call]  # the library is partly typed
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as local:
        victims = [next(iter(local.workers.values())).pid]

        def kill(_: float) -> None:
            while victims:
                os.kill(victims.pop(), signal.SIGKILL)

        with cluster(local.scheduler_address, cleaners_chart(), scheme=None) as run:
            tally = route(order, run, kill)
    assert tally.rows == 5 * FILES
    assert rows(order.out) == rows(expected.out)


def test_no_scheduler_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridsvc.bulk.cluster.PATIENCE_S", 0.2)
    with (
        pytest.raises(SetupError, match="No Dask scheduler"),
        cluster("tcp://127.0.0.1:9", cleaners_chart(), scheme=None),
    ):
        pytest.fail("something answers")


def test_a_wrong_file_is_named(order: Order) -> None:
    (order.file / "part-2.parquet").write_bytes(b"none")
    with pytest.raises(Invalid, match=r"part-2\.parquet: .* cannot be read"):
        route(order)


@pytest.mark.parametrize("code", ["no_files", "out_exists"])
def test_folders_must_be_right(order: Order, code: str) -> None:
    if code == "out_exists":
        order.out.mkdir()
    given = replace(order, file=order.file.parent) if code == "no_files" else order
    with pytest.raises(Invalid) as refused:
        route(given)
    assert refused.value.code == code
