"""The index of areas beside geopandas, shapely's tree and PostGIS: a million points, a city."""

import statistics
import time
from collections.abc import Callable

import geopandas
import numpy as np
import psycopg
import shapely
from numpy.typing import NDArray

from benchmarks.figures import Row
from benchmarks.servers import durable_cluster
from geodata.frames import WGS84
from geodata.generate.city import generate
from geodata.generate.plan import Scale
from geodata.index import AreaIndex

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]

ROUNDS = 5
POINTS = 1_000_000
SINGLE = 5_000


def run() -> list[Row]:
    """Measure joining, one point, building, memory, and how cost grows."""
    grids: Shapes = generate(Scale.CITY).levels["grid"].geometry.to_numpy()
    size = f"{len(grids):,} grids, {shapely.get_num_coordinates(grids).sum():,} vertices"
    lon, lat = points(grids, POINTS)
    AreaIndex(grids[:10]).covers_many(lon[:10], lat[:10])  # compiled, or loaded, by now
    index = AreaIndex(grids)
    with durable_cluster() as url, psycopg.connect(url) as postgis:
        fill(postgis, grids, lon, lat)
        rows = joins(index, grids, postgis, (lon, lat), size)
        rows += singles(index, grids, postgis, (lon, lat), size)
    return [*rows, *limits(index, grids, size), *distances(index, (lon, lat), size), *growth(grids)]


def points(shapes: Shapes, count: int) -> tuple[Floats, Floats]:
    """Half of the points lie anywhere, half where the areas are small, as reports do."""
    chance = np.random.default_rng(11)
    west, south, east, north = shapely.total_bounds(shapes)
    corners = shapely.get_coordinates(shapes)
    dense = corners[chance.integers(0, len(corners), count // 2)]
    dense += chance.normal(0, 1e-3, dense.shape)
    anywhere = chance.uniform((west, south), (east, north), (count - len(dense), 2))
    lon, lat = chance.permutation(np.concatenate([dense, anywhere])).T
    return lon.copy(), lat.copy()


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def medians(*works: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Let all have their turn in each round; the middle round of each counts."""
    taken = [[seconds(work) for work in works] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*taken, strict=True)]


def joins(
    index: AreaIndex,
    grids: Shapes,
    postgis: psycopg.Connection,
    places: tuple[Floats, Floats],
    size: str,
) -> list[Row]:
    frame = geopandas.GeoDataFrame(geometry=grids, crs=WGS84)
    located = geopandas.GeoDataFrame(geometry=shapely.points(*places), crs=WGS84)
    join = "SELECT count(*) FROM point JOIN ground ON ST_Covers(shape, place)"
    ours, frames, rows = medians(
        lambda: index.covers_many(*places),
        lambda: located.sjoin(frame, predicate="covered_by"),
        lambda: postgis.execute(join).fetchone(),
    )
    found = postgis.execute(join).fetchone()
    assert found is not None
    assert abs(found[0] - len(index.covers_many(*places)[0])) <= len(places[0]) / 10_000
    size = f"{len(places[0]):,} points, {size}"
    return [
        faster("all areas of each point", size, "geopandas.sjoin", (ours, frames), goal=25),
        faster("all areas of each point", size, "PostGIS join", (ours, rows), goal=100),
    ]


def faster(work: str, size: str, peer: str, taken: tuple[float, float], *, goal: float) -> Row:
    ours, theirs = (round(value * 1000, 3) for value in taken)
    return Row(work, size, "ms", ours, peer, theirs, round(taken[1] / taken[0], 2), goal)


def fill(postgis: psycopg.Connection, grids: Shapes, lon: Floats, lat: Floats) -> None:
    postgis.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    postgis.execute("CREATE TABLE ground (number int, shape geometry)")
    postgis.execute("CREATE TABLE point (place geometry)")
    cursor = postgis.cursor()
    with cursor.copy("COPY ground FROM STDIN") as copy:
        for number, shape in enumerate(
            shapely.to_wkb(shapely.set_srid(grids, 4326), hex=True, include_srid=True)
        ):
            copy.write_row((number, shape))
    places = shapely.set_srid(shapely.points(lon, lat), 4326)
    with cursor.copy("COPY point FROM STDIN") as copy:
        for place in shapely.to_wkb(places, hex=True, include_srid=True):
            copy.write_row((place,))
    postgis.execute("CREATE INDEX ON ground USING gist (shape)")
    postgis.execute("ANALYZE")


def singles(
    index: AreaIndex,
    grids: Shapes,
    postgis: psycopg.Connection,
    places: tuple[Floats, Floats],
    size: str,
) -> list[Row]:
    tree = shapely.STRtree(grids)
    few = list(zip(*(axis[:SINGLE].tolist() for axis in places), strict=True))
    asked = [shapely.Point(*place) for place in few]
    query = (
        "SELECT number FROM ground WHERE ST_Covers(shape, ST_SetSRID(ST_MakePoint(%s, %s), 4326))"
    )
    ours, trees, rows = medians(
        lambda: [index.covers(x, y) for x, y in few],
        lambda: [tree.query(point, predicate="covered_by") for point in asked],
        lambda: [postgis.execute(query, place).fetchall() for place in few[:500]],
    )
    near = medians(lambda: [index.near(x, y, 50.0) for x, y in few])[0]
    ours, trees, rows, near = ours / SINGLE, trees / SINGLE, rows / 500, near / SINGLE
    return [
        single("one point's areas; goal 2 us", size, "the goal", ours, 2e-6),
        single("one point's areas", size, "STRtree.query", ours, trees),
        single("one point's areas", size, "PostGIS", ours, rows),
        single("what is within 50 m of one point; goal 20 us", size, "the goal", near, 20e-6),
    ]


def single(work: str, size: str, peer: str, ours: float, theirs: float) -> Row:
    figures = (round(ours * 1e9, 1), round(theirs * 1e9, 1))
    return Row(work, size, "ns", figures[0], peer, figures[1], round(theirs / ours, 2), 1.0)


def limits(index: AreaIndex, grids: Shapes, size: str) -> list[Row]:
    (built,) = medians(lambda: AreaIndex(grids))
    held = bytes_of(index) / len(grids)
    wkb = sum(map(len, shapely.to_wkb(grids))) / len(grids)
    ratio = round(wkb / held, 3)
    return [
        faster("build; goal 500 ms", size, "the goal", (built, 0.5), goal=1),
        Row("memory; goal 4 WKB", size, "bytes/area", round(held), "WKB", round(wkb), ratio, 0.25),
    ]


def bytes_of(index: AreaIndex) -> int:
    cells, tree = index.__getstate__()
    return sum(array.nbytes for array in {id(a): a for a in (*cells, *tree)}.values())


def distances(index: AreaIndex, places: tuple[Floats, Floats], size: str) -> list[Row]:
    owners = index.owner(*places)
    inside = owners >= 0
    asked = owners[inside], places[0][inside], places[1][inside]
    (taken,) = medians(lambda: index.distances_to_border(*asked, covering=True))
    each = taken / int(inside.sum())
    size = f"{inside.sum():,} points, {size}"
    return [
        single("metres to the border, all cores; goal 0.15 us", size, "the goal", each, 0.15e-6)
    ]


def growth(grids: Shapes) -> list[Row]:
    """The same city cut down or set side by side: time per point, beside shapely's tree."""
    rows = []
    for areas in (1_000, 15_000, 100_000):
        shapes = repeated(grids, areas)
        index, tree = AreaIndex(shapes), shapely.STRtree(shapes)
        rows += [grown(index, tree, points(shapes, 10**power)) for power in (5, 6, 7)]
    return rows


def grown(index: AreaIndex, tree: shapely.STRtree, places: tuple[Floats, Floats]) -> Row:
    lon, lat = places
    few = shapely.points(lon[:100_000], lat[:100_000])
    rounds = ROUNDS if len(lon) < 10**7 else 1
    (ours,) = medians(lambda: index.covers_many(lon, lat), rounds=rounds)
    theirs = seconds(lambda: tree.query(few, predicate="covered_by"))
    size = f"{len(lon):,} points, {len(index):,} areas"
    taken = ours / len(lon), theirs / len(few)
    return single("growth: each point, all cores", size, "STRtree.query", *taken)


def repeated(grids: Shapes, count: int) -> Shapes:
    """Take so many areas, the city again and again beside itself."""
    west, _, east, _ = shapely.total_bounds(grids)
    steps = np.array([east - west, 0.0])
    copies = [
        shapely.transform(grids, lambda at, shift=nth * steps: at + shift)
        for nth in range(-(-count // len(grids)))
    ]
    return np.concatenate(copies)[:count]
