"""A file of ten million points from Parquet to Parquet, beside `geopandas.sjoin` and the goal."""

import asyncio
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.figures import Row
from benchmarks.servers import durable_cluster, fill
from geodata.generate.city import City
from geodata.generate.plan import Scale
from geodata.index import AreaIndex
from gridsvc.bulk.chart import Chart, take
from gridsvc.bulk.engine import Engine
from gridsvc.bulk.fields import Column, Fields
from gridsvc.bulk.order import Order
from gridsvc.bulk.run import route_file
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.settings import Settings

POINTS, FEWER, PEERS = 10_000_000, 1_000_000, 100_000
"""The peer holds everything in memory and takes far longer: it is given the fewest."""
AT_ONCE = 100_000
ROUNDS = 3
GOAL = 1_500_000
HARDLY_MORE = 0.85


def run() -> list[Row]:
    with durable_cluster() as url, tempfile.TemporaryDirectory() as name:
        city, _ = fill(url, Scale.DISTRICT)
        chart = asyncio.run(_chart(url))
        many, few, peers = (Path(name, f"{one}.parquet") for one in ("many", "few", "peers"))
        for path, count in ((many, POINTS), (few, FEWER), (peers, PEERS)):
            write_points(city, chart, count, path)
        route(peers, chart)
        peaks = [peak_mb(few, chart), peak_mb(many, chart)]
        rounds = [
            (POINTS / timed(lambda: route(many, chart)), PEERS / timed(lambda: joined(peers, city)))
            for _ in range(ROUNDS)
        ]
    ours, theirs = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    return rows(ours, theirs, peaks, categories=len(chart.edition.catalogue))


def rows(ours: float, theirs: float, peaks: list[float], *, categories: int) -> list[Row]:
    size = (
        f"{POINTS:,} points all over a district of 650 grids, each of any of {categories} "
        "categories, without accuracy, at one time"
    )
    routed = Row(
        work="route a file from Parquet to Parquet: owner, zone, outcome, distance",
        size=size,
        unit="points/s",
        ours=round(ours),
        peer="the goal",
        theirs=GOAL,
        ratio=round(ours / GOAL, 4),
        goal=1.0,
    )
    beside = replace(
        routed,
        size=f"{size}; the peer: {PEERS:,}",
        peer="geopandas.sjoin, which finds areas only",
        theirs=round(theirs),
        ratio=round(ours / theirs, 4),
    )
    memory = Row(
        work="peak memory of a process for that (ratio: that of a tenth of the points to it)",
        size=size,
        unit="MB",
        ours=round(peaks[1]),
        peer=f"the same with {FEWER:,} points",
        theirs=round(peaks[0]),
        ratio=round(peaks[0] / peaks[1], 4),
        goal=HARDLY_MORE,
    )
    return [routed, beside, memory]


async def _chart(url: str) -> Chart:
    database = Database.connect(url, pool_size=1)
    async with database.transaction() as db:
        chart = await take(db, Settings(), at=utc_now())
    await database.close()
    return chart


def write_points(city: City, chart: Chart, count: int, path: Path) -> None:
    """Points all over the city, each of any category; a piece at a time, to hold little."""
    random = np.random.default_rng(7)
    categories = pa.array(sorted(chart.edition.catalogue))
    district = city.levels["district"]
    inside, (west, south, east, north) = AreaIndex(district.geometry), district.total_bounds
    schema = pa.schema(
        [
            ("id", pa.int64()),
            ("lon", pa.float64()),
            ("lat", pa.float64()),
            ("category", pa.dictionary(pa.int32(), pa.string())),
        ]
    )
    with pq.ParquetWriter(path, schema, use_dictionary=["category"]) as writer:
        for first in range(0, count, AT_ONCE):
            lon = random.uniform(west, east, 3 * AT_ONCE)
            lat = random.uniform(south, north, 3 * AT_ONCE)
            kept = np.flatnonzero(inside.owner(lon, lat) >= 0)[:AT_ONCE]
            kinds = random.integers(0, len(categories), AT_ONCE).astype(np.int32)
            columns = [
                pa.array(np.arange(first, first + AT_ONCE)),
                pa.array(lon[kept]),
                pa.array(lat[kept]),
                pa.DictionaryArray.from_arrays(pa.array(kinds), categories),
            ]
            writer.write_table(pa.table(columns, schema=schema))


def route(file: Path, chart: Chart) -> None:
    """Ours, the chart compiled and every decision made anew each time."""
    fields = Fields(
        lon=Column("lon"),
        lat=Column("lat"),
        crs="wgs84",
        category=Column("category"),
        at=utc_now(),
    )
    order = Order(file=file, out=file.with_name("routed.parquet"), fields=fields)
    route_file(order, Engine(chart), tell=lambda _: None)


def joined(file: Path, city: City) -> None:
    """The peer: every area that covers each point, the first of each layer kept."""
    points = pd.read_parquet(file)
    places = geopandas.points_from_xy(points["lon"], points["lat"], crs=4326)
    frame = geopandas.GeoDataFrame(points, geometry=places)
    layers = {**city.levels, **city.zones}
    for name, areas in layers.items():
        found = frame[["geometry"]].sjoin(areas[["code", "geometry"]], predicate="intersects")
        points[name] = found["code"].groupby(level=0).first()
    points.drop(columns="geometry", errors="ignore").to_parquet(file.with_name("joined.parquet"))


def timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peak_mb(file: Path, chart: Chart) -> float:
    """The most memory that a process ever holds which does nothing but route a file."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_peak_mb, file, chart).result()


def _peak_mb(file: Path, chart: Chart) -> float:
    route(file, chart)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
