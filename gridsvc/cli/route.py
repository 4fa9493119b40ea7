"""`gridsvc route`: who owns each point of a file."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from geodata.measure import counted
from gridsvc.bulk.chart import Chart, take
from gridsvc.bulk.cluster import cluster
from gridsvc.bulk.engine import Engine
from gridsvc.bulk.fields import Column, Fields
from gridsvc.bulk.folder import carry_out, route_folder
from gridsvc.bulk.order import Order
from gridsvc.bulk.reading.opening import open_source
from gridsvc.bulk.run import Tally, Tell, route_file
from gridsvc.catalogue.lookup import find_category
from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import opened
from gridsvc.cli.language import in_chinese
from gridsvc.cli.times import parse_time
from gridsvc.errors import Invalid
from gridsvc.settings import Settings

STEPS = 1000
"""Into how many the bar is divided."""


def route(
    file: Annotated[
        Path,
        typer.Argument(help="CSV, Parquet, GeoPackage or GeoJSON; or a folder of Parquet files."),
    ],
    *,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="CSV, Parquet or GeoPackage; or a folder.")
    ],
    category: Annotated[str, typer.Option(help="Column of category codes, or one code for all.")],
    at: Annotated[str, typer.Option(help="Column of times, or one date or time for all.")],
    lon: Annotated[str | None, typer.Option(help="Column of longitudes or eastings.")] = None,
    lat: Annotated[str | None, typer.Option(help="Column of latitudes or northings.")] = None,
    crs: Annotated[
        str | None, typer.Option(help="Coordinate system, where the file has none.")
    ] = None,
    scheme: Annotated[str | None, typer.Option(help="Scheme of the categories.")] = None,
    accuracy: Annotated[str | None, typer.Option(help="Column of accuracies in metres.")] = None,
    layer: Annotated[str | None, typer.Option(help="Layer inside the file.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of a CSV file.")] = None,
    keep: Annotated[
        list[str] | None, typer.Option(help="A column to carry over; repeatable. All by default.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Route a folder over the Dask cluster at tcp://host:port.")
    ] = None,
) -> None:
    """Decide every point of a file; the same command goes on where one was interrupted."""
    settings = read_settings()
    first = next(iter(sorted(file.glob("*.parquet"))), file) if file.is_dir() else file
    columns = open_source(first, layer=layer, encoding=encoding).columns
    fields = Fields(
        lon=None if lon is None else Column(lon),
        lat=None if lat is None else Column(lat),
        crs=crs,
        category=Column(category) if category in columns else category,
        at=Column(at) if at in columns else _moment(at, settings.zone),
        accuracy=None if accuracy is None else Column(accuracy),
    )
    order = Order(file=file, out=out, fields=fields, layer=layer, encoding=encoding, keep=keep)
    chart = asyncio.run(_chart(settings, fields))
    _require_category(chart, fields, scheme)
    _report(order, _routed(order, chart, scheme=scheme, scheduler=scheduler))


def _routed(order: Order, chart: Chart, *, scheme: str | None, scheduler: str | None) -> Tally:
    engine = Engine(chart, scheme=scheme)
    with _bar() as tell:
        if not order.file.is_dir():
            _refuse_cluster(order.file, scheduler)
            return route_file(order, engine, tell=tell)
        folder = partial(route_folder, order, digest=engine.digest, tell=tell)
        if scheduler is None:
            return folder(run=lambda tasks: (carry_out(task, engine) for task in tasks))
        with cluster(scheduler, chart, scheme=scheme) as run:
            return folder(run=run)


def _refuse_cluster(file: Path, scheduler: str | None) -> None:
    if scheduler is not None:
        raise Invalid(
            "not_a_folder",
            en=f"A cluster shares out the files of a folder, and {file} is one file.",
            zh=f"集群按文件夹中的文件分配任务，而 {file} 是单个文件。",
            field="scheduler",
        )


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        return parse_time(text, zone)
    except Invalid as error:
        raise Invalid(
            "invalid_time",
            en=f"There is no column {text!r}, and it is no date or time either.",
            zh=f"没有名为 {text!r} 的列，它也不是日期或时间。",
            field="at",
        ) from error


async def _chart(settings: Settings, fields: Fields) -> Chart:
    at = fields.at if isinstance(fields.at, datetime) else None
    async with opened(settings) as database, database.transaction() as db:
        return await take(db, settings, at=at)


def _require_category(chart: Chart, fields: Fields, scheme: str | None) -> None:
    """Refuse a code that would make every row a bad one."""
    if isinstance(fields.category, str) and isinstance(fields.at, datetime):
        find_category(chart.edition.catalogue, fields.category, scheme=scheme, at=fields.at)


@contextmanager
def _bar() -> Iterator[Tell]:
    """Show a bar on a terminal, and nothing in a file."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with typer.progressbar(length=STEPS, file=sys.stderr) as bar:
        yield lambda share: bar.update(round(share * STEPS) - bar.pos)


def _report(order: Order, tally: Tally) -> None:
    if tally.bad:
        typer.echo(
            f"{tally.bad} 行无法判定，见 {order.bad}。"
            if in_chinese()
            else f"{counted(tally.bad, 'row')} could not be decided; see {order.bad}.",
            err=True,
        )
    told = {"rows": tally.rows, "bad": tally.bad, **tally.outcomes}
    typer.echo(json.dumps(told))
