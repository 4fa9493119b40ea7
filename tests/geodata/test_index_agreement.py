"""The index, shapely and PostGIS find the same areas; distances are geodesics."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import geopandas
import numpy as np
import psycopg
import pyproj
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from geodata.index import AreaIndex
from tests.geodata.cities import city
from tests.geodata.hard_points import Floats, by_index, by_shapely, hard_points

GEOD = pyproj.Geod(ellps="WGS84")
REAL = (
    "shanghai/streets_central.geojson",
    "shanghai/estates_named_osm_residential.geojson",
    "dc_311/wards_2012.geojson",
    "dc_311/anc_2013.geojson",
    "dc_311/smd_2013.geojson",
    "nyc_311/community_districts_2013.geojson",
)


@pytest.fixture(scope="module")
def generated() -> list[shapely.Geometry]:
    made = city()
    frames = [*made.levels.values(), *made.zones.values()]
    return [shape for frame in frames for shape in frame.geometry]


@pytest.fixture
def postgis(fresh_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(fresh_url) as connection:
        connection.execute("CREATE TEMP TABLE ground (number int, shape geometry)")
        yield connection
        connection.rollback()


def put(connection: psycopg.Connection, shapes: Sequence[shapely.Geometry]) -> None:
    connection.execute("TRUNCATE ground")
    rows = [(number, shapely.to_wkb(shape, hex=True)) for number, shape in enumerate(shapes)]
    connection.cursor().executemany(
        "INSERT INTO ground VALUES (%s, ST_SetSRID(%s::geometry, 4326))", rows
    )
    connection.execute("CREATE INDEX ON ground USING gist (shape)")


def by_postgis(connection: psycopg.Connection, lon: Floats, lat: Floats) -> set[tuple[int, int]]:
    found = connection.execute(
        "SELECT point.number - 1, ground.number FROM "
        "unnest(%s::float[], %s::float[]) WITH ORDINALITY AS point(lon, lat, number) "
        "JOIN ground ON ST_Covers(shape, ST_SetSRID(ST_MakePoint(lon, lat), 4326))",
        (lon.tolist(), lat.tolist()),
    ).fetchall()
    return {(point, area) for point, area in found}


def test_all_three_agree_on_a_generated_city(
    postgis: psycopg.Connection, generated: list[shapely.Geometry]
) -> None:
    lon, lat = hard_points(generated, 2000)
    found = by_index(generated, lon, lat)
    assert len({point for point, _ in found}) > 1000
    assert found == by_shapely(generated, lon, lat)
    put(postgis, generated)
    assert found == by_postgis(postgis, lon, lat)


@pytest.mark.real_data
@pytest.mark.parametrize("file", REAL)
def test_all_three_agree_on_real_layers(
    postgis: psycopg.Connection, shared_data: Path, file: str
) -> None:
    shapes = list(shapely.make_valid(geopandas.read_file(shared_data / file).geometry.to_numpy()))
    lon, lat = hard_points(shapes, 3000)
    found = by_index(shapes, lon, lat)
    assert found == by_shapely(shapes, lon, lat)
    put(postgis, shapes)
    # PostGIS 3.3 takes a place for one on the border if rounding makes it so; nothing else differs.
    for point, area in found ^ by_postgis(postgis, lon, lat):
        place = shapely.Point(lon[point], lat[point])
        assert shapely.distance(shapes[area].boundary, place) < 1e-14


@pytest.mark.real_data
def test_it_agrees_with_shapely_on_every_layer_that_holds_areas(shared_data: Path) -> None:
    checked = 0
    for file in sorted((shared_data / "dirty").rglob("*.geojson")):
        try:
            shapes = geopandas.read_file(file).geometry
        except (OSError, RuntimeError, ValueError):
            continue  # what cannot be read is another module's to refuse
        bounds = np.abs(shapely.bounds(shapes.to_numpy()))
        usable = shapes[
            shapes.geom_type.isin(["Polygon", "MultiPolygon"])
            & shapes.is_valid
            & (bounds <= [180, 90, 180, 90]).all(axis=1)
        ]
        if len(usable):
            lon, lat = hard_points(list(usable), 2000)
            assert by_index(list(usable), lon, lat) == by_shapely(list(usable), lon, lat), file
            checked += 1
    assert checked >= 5


sides = st.sampled_from([1e-12, 1e-9, 1e-6, 1e-3, 1.0, 60.0, 180.0])
where = st.sampled_from(
    [(0, 0), (104.0, 30.5), (180, 0), (-180, 40), (179.5, -16), (0, 90), (30, -90), (180, 90)]
)
corner = st.tuples(st.floats(-1, 1), st.floats(-1, 1)) | st.tuples(
    st.integers(-2, 2).map(lambda n: n / 2), st.integers(-2, 2).map(lambda n: n / 2)
)


@st.composite
def anywhere_on_earth(draw: st.DrawFn) -> list[shapely.Geometry]:
    """Some valid areas, tiny or huge, at the poles, beside the antimeridian or elsewhere."""
    drawn = []
    for corners in draw(st.lists(st.lists(corner, min_size=3, max_size=9), min_size=1, max_size=5)):
        size, middle = draw(sides), draw(where)
        ring = np.clip(np.array(corners) * size + middle, [-180, -90], [180, 90])
        shape = shapely.make_valid(shapely.Polygon(ring))
        drawn += [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return drawn or [shapely.box(-180, -90, 180, 90)]


def by_fractions(area: shapely.Geometry, x: Fraction, y: Fraction) -> bool:
    """Whether an area covers a point, without any rounding."""
    inside = False
    for ring in [area.exterior, *area.interiors]:
        corners = [(Fraction(a), Fraction(b)) for a, b in shapely.get_coordinates(ring).tolist()]
        for (x0, y0), (x1, y1) in pairwise(corners):
            side = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)
            boxed = min(x0, x1) <= x <= max(x0, x1) and min(y0, y1) <= y <= max(y0, y1)
            if side == 0 and boxed:
                return True
            if (y0 > y) != (y1 > y) and (side > 0) == (y1 > y0):
                inside = not inside
    return inside


TINY = shapely.from_wkt("POLYGON ((0 0, -1e-12 0, 0 1e-12, 1e-12 -1e-12, 0 0))")


@given(anywhere_on_earth(), st.integers(0, 999))
@example([TINY], 0)
def test_it_agrees_with_shapely_anywhere_on_earth(areas: list[shapely.Geometry], seed: int) -> None:
    lon, lat = hard_points(areas, 60, seed=seed)
    found = by_index(areas, lon, lat)
    # Where GEOS loses digits (the smallest floats there are), fractions tell who is right.
    for point, area in found ^ by_shapely(areas, lon, lat):
        right = by_fractions(areas[area], Fraction(lon[point]), Fraction(lat[point]))
        assert ((point, area) in found) == right


@given(st.floats(-1, 1), st.floats(0, 1), st.sampled_from([1e-6, 1e-3, 1.0, 30.0]))
def test_it_is_exact_for_points_that_nearly_lie_on_an_edge(
    slope: float, along: float, size: float
) -> None:
    """All floats around a place on the common edge: on, left or right of it by a last digit."""
    start, end = np.array([104.0, 30.0]), np.array([104.0 + size, 30.0 + slope * size])
    up = np.array([0, 0.9 * size])
    sides = [shapely.Polygon([start, end, end + to, start + to]) for to in (up, -up)]
    middle = start + along * (end - start)
    steps = np.stack(np.meshgrid(np.arange(-3, 4), np.arange(-3, 4)), axis=-1).reshape(-1, 2)
    lon, lat = (middle + steps * np.spacing(middle)).T
    assert by_index(sides, lon, lat) == by_shapely(sides, lon, lat)


def test_a_long_row_of_vertices_along_one_latitude_is_seen_whole() -> None:
    x = np.linspace(100, 101, 20_001)
    lower = np.stack([x, np.full_like(x, 30.0)], axis=1)
    comb = shapely.Polygon([*lower, (101, 30.5), (100, 30.5)])
    lon, lat = hard_points([comb], 3000)
    assert by_index([comb], lon, lat) == by_shapely([comb], lon, lat)


def test_a_split_at_the_antimeridian_is_covered_from_both_sides() -> None:
    halves = shapely.union(shapely.box(179.5, -17, 180, -16), shapely.box(-180, -17, -179.5, -16))
    index = AreaIndex([halves])
    for lon in (180.0, -180.0, 179.9, -179.9):
        assert index.covers(lon, -16.5) == (0,)
    assert index.covers(179.0, -16.5) == ()


def test_distances_are_geodesics(generated: list[shapely.Geometry]) -> None:
    lon, lat = hard_points(generated, 150)
    index = AreaIndex(generated)
    points, areas, measures = index.near_many(lon, lat, 60.0)
    for row in range(0, len(points), 97):
        x, y = lon[points[row]], lat[points[row]]
        around = shapely.box(x - 1e-3, y - 1e-3, x + 1e-3, y + 1e-3)
        border = shapely.intersection(generated[areas[row]].boundary, around)
        if not border.is_empty and abs(measures[row, 0]) < 60:
            dense = shapely.get_coordinates(shapely.segmentize(border, 4e-8))
            geodesics = GEOD.inv(np.full(len(dense), x), np.full(len(dense), y), *dense.T)[2]
            assert abs(measures[row, 0]) == pytest.approx(geodesics.min(), abs=0.005)


def test_distances_agree_with_geography(
    postgis: psycopg.Connection, generated: list[shapely.Geometry]
) -> None:
    """PostGIS takes its nearest place on a sphere: it may be a little farther, never nearer."""
    lon, lat = hard_points(generated, 200)
    points, areas, measures = AreaIndex(generated).near_many(lon, lat, 50.0)
    put(postgis, generated)
    found = postgis.execute(
        "SELECT ST_Distance(ST_Boundary(shape)::geography, "
        "ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography) "
        "FROM unnest(%s::float[], %s::float[], %s::int[]) "
        "WITH ORDINALITY AS pair(lon, lat, area, nth) "
        "JOIN ground ON number = area ORDER BY nth",
        (lon[points].tolist(), lat[points].tolist(), areas.tolist()),
    ).fetchall()
    farther: Floats = np.array(found)[:, 0] - np.abs(measures[:, 0])
    farther = farther[np.abs(measures[:, 0]) < 1000]
    assert len(farther) > 1000
    assert farther.min() > -0.01
    assert np.quantile(farther, 0.99) < 0.01
