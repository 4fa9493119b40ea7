"""`gridsvc route`: who owns each point of a file."""

import asyncio
import json
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from geodata.measure import counted
from gridsvc.bulk.chart import Chart, take
from gridsvc.bulk.cluster import cluster
from gridsvc.bulk.engine import Engine
from gridsvc.bulk.fields import Fields
from gridsvc.bulk.folder import carry_out, route_folder
from gridsvc.bulk.order import Order
from gridsvc.bulk.reading.opening import open_source
from gridsvc.bulk.run import Tally, route_file
from gridsvc.catalogue.lookup import find_category
from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import opened
from gridsvc.cli.language import in_chinese
from gridsvc.cli.progress import bar
from gridsvc.errors import Invalid
from gridsvc.lab.said import Said
from gridsvc.settings import Settings


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
    said = Said(lon=lon, lat=lat, crs=crs, category=category, at=at, accuracy=accuracy)
    fields = said.fields(columns, settings.zone)
    order = Order(file=file, out=out, fields=fields, layer=layer, encoding=encoding, keep=keep)
    chart = asyncio.run(_chart(settings, fields))
    _require_category(chart, fields, scheme)
    _report(order, _routed(order, chart, scheme=scheme, scheduler=scheduler))


def _routed(order: Order, chart: Chart, *, scheme: str | None, scheduler: str | None) -> Tally:
    engine = Engine(chart, scheme=scheme)
    with bar() as tell:
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


async def _chart(settings: Settings, fields: Fields) -> Chart:
    at = fields.at if isinstance(fields.at, datetime) else None
    async with opened(settings) as database, database.transaction() as db:
        return await take(db, settings, at=at)


def _require_category(chart: Chart, fields: Fields, scheme: str | None) -> None:
    """Refuse a code that would make every row a bad one."""
    if isinstance(fields.category, str) and isinstance(fields.at, datetime):
        find_category(chart.edition.catalogue, fields.category, scheme=scheme, at=fields.at)


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
