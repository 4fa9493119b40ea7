"""Carries tasks out on a Dask cluster; those of a worker that dies go to another.

The chart goes to every worker once, and to each that joins later; a worker compiles it when its
first task comes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from typing import cast

from distributed import Client, Worker, WorkerPlugin, as_completed, get_worker

from gridsvc.bulk.chart import Chart
from gridsvc.bulk.engine import Engine
from gridsvc.bulk.folder import Refusal, Run, Task, carry_out
from gridsvc.errors import SetupError

RETRIES = 3
"""How often a file is tried again whose task failed, for instance by a lost connection."""
PATIENCE_S = 10


class ChartOnWorker(WorkerPlugin):
    """The chart and what one worker makes of it."""

    def __init__(self, chart: Chart, scheme: str | None) -> None:
        self.name = f"gridsvc {chart.digest()} {scheme}"
        self._chart = chart
        self._scheme = scheme

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 -- the library's signature
        """Begin on a worker."""
        self._lock = Lock()
        self._engine: Engine | None = None

    def engine(self) -> Engine:
        """Give the worker's engine; its threads share it."""
        with self._lock:
            if self._engine is None:
                self._engine = Engine(self._chart, scheme=self._scheme)
            return self._engine


@contextmanager
def cluster(address: str, chart: Chart, *, scheme: str | None) -> Iterator[Run]:
    """Take the chart to a cluster and give what carries tasks out there."""
    plugin = ChartOnWorker(chart, scheme)
    with _connected(address) as client:
        client.register_plugin(plugin)

        def run(tasks: Sequence[Task]) -> Iterator[Refusal | None]:
            futures = [
                client.submit(
                    _carry_out, replace(task, threads=1), plugin.name, retries=RETRIES, pure=False
                )
                for task in tasks
            ]
            for future in as_completed(futures, loop=client.loop):  # type: ignore[no-untyped-call]  # as the library is
                yield future.result()

        try:
            yield run
        finally:
            client.unregister_worker_plugin(plugin.name)  # type: ignore[no-untyped-call]  # as above


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    try:
        client = Client(address, timeout=PATIENCE_S, set_as_default=False)  # type: ignore[no-untyped-call]  # as above
    except (OSError, ValueError) as error:
        raise SetupError(
            "scheduler_unreachable",
            en=f"No Dask scheduler answers at {address}; give its address as tcp://host:8786.",
            zh=f"{address} 没有 Dask 调度器响应；地址格式为 tcp://主机:8786。",
        ) from error
    with client:
        yield client


def _carry_out(task: Task, plugin: str) -> Refusal | None:
    found = cast("ChartOnWorker", get_worker().plugins[plugin])
    return carry_out(task, found.engine())
