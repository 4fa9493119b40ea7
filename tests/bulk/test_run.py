"""Files in, files out: every form, bad rows aside, interrupted and taken up again."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import pytest

from geodata.crs import Crs, from_wgs84
from geodata.errors import GeodataError
from gridsvc.bulk import run
from gridsvc.bulk.engine import Engine
from gridsvc.bulk.fields import Column, Fields
from gridsvc.bulk.order import Order
from gridsvc.bulk.points import Answers, Points
from gridsvc.bulk.reading import parquet
from gridsvc.errors import Invalid
from tests.bulk.charts import two_cleaners
from tests.factories import at
from tests.routing.maps import NOON

PLACES = [(0.5, 0.5), (1.5, 0.5), (2.5, 0.5), (9.0, 9.0), (1.0, 0.5)]
PLACES_DEEP = [at(*place) for place in PLACES[:4]]
EXPECTED = [
    ("routed", "w", "W", "cleaning"),
    ("routed", "e", "E", "cleaning"),
    ("fallback", "s", "S", "street"),
    ("outside", None, None, None),
    ("ambiguous", "e", "E", "cleaning"),
]
FIELDS = Fields(
    lon=Column("lon"), lat=Column("lat"), crs="wgs84", category=Column("category"), at=NOON
)


def frame(**columns: list[Any]) -> pd.DataFrame:
    lon, lat = zip(*(at(*place) for place in PLACES), strict=True)
    given = {"id": [f"00{n}" for n in range(5)], "lon": lon, "lat": lat, "category": ["0201"] * 5}
    return pd.DataFrame({**given, **columns})


def write(path: Path, table: pd.DataFrame) -> Path:
    if path.suffix == ".csv":
        table.to_csv(path, index=False)
    elif path.suffix == ".parquet":
        table.to_parquet(path)
    else:
        points = geopandas.points_from_xy(table["lon"], table["lat"], crs=4326)
        geopandas.GeoDataFrame(table.drop(columns=["lon", "lat"]), geometry=points).to_file(path)
    return path


def read(path: Path) -> pd.DataFrame:
    if path.suffix == ".csv":
        return pd.read_csv(path, dtype={"id": str, "category": str})
    return pd.read_parquet(path) if path.suffix == ".parquet" else geopandas.read_file(path)


def told(path: Path) -> list[tuple[object, ...]]:
    columns = read(path)[["outcome", "lead", "zone", "layer"]].astype(object)
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in columns.values]


def route(order: Order, engine: Engine | None = None, **options: Any) -> run.Tally:
    return run.route_file(order, engine or two_cleaners(), tell=lambda _: None, **options)


def bad_rows(order: Order) -> list[tuple[int, str]]:
    with order.bad.open(encoding="utf-8", newline="") as opened:
        return [(int(row["line"]), row["code"]) for row in csv.DictReader(opened)]


@pytest.mark.parametrize("out", ["out.csv", "out.parquet", "out.gpkg"])
@pytest.mark.parametrize("name", ["p.csv", "p.parquet", "p.gpkg", "p.geojson"])
def test_every_form_becomes_every_form(tmp_path: Path, name: str, out: str) -> None:
    file = write(tmp_path / name, frame())
    own = name.endswith(("gpkg", "geojson"))
    fields = replace(FIELDS, lon=None, lat=None, crs=None) if own else FIELDS
    order = Order(file=file, out=tmp_path / out, fields=fields)
    tally = route(order)
    assert told(order.out) == EXPECTED
    assert read(order.out)["id"].tolist() == frame()["id"].tolist()
    assert (tally.rows, tally.bad) == (5, 0)
    assert tally.outcomes == {"ambiguous": 1, "fallback": 1, "outside": 1, "routed": 2}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, out])
    if out.endswith("gpkg"):
        assert list(zip(read(order.out).geometry.x, read(order.out).geometry.y, strict=True)) == [
            pytest.approx(at(*place)) for place in PLACES
        ]


def test_a_geoparquet_stays_one(tmp_path: Path) -> None:
    table = frame()
    points = geopandas.points_from_xy(table["lon"], table["lat"], crs=4490)
    given = geopandas.GeoDataFrame(table[["id", "category"]], geometry=points)
    given.to_parquet(tmp_path / "p.parquet")
    fields = replace(FIELDS, lon=None, lat=None, crs=None)
    order = Order(file=tmp_path / "p.parquet", out=tmp_path / "out.parquet", fields=fields)
    route(order)
    assert told(order.out) == EXPECTED
    routed = geopandas.read_parquet(order.out)
    assert routed.crs == "EPSG:4490"
    assert routed.geometry.geom_equals(given.geometry).all()


class TestColumns:
    def test_times_and_accuracies_may_be_each_its_own(self, tmp_path: Path) -> None:
        table = frame(
            t=["2026-03-01", "2026-03-01T08:00", "2026-03-01T08:00+08:00", "2020-01-01", "soon"],
            accuracy=[0, "2000", "", "3", "4"],
        )
        fields = replace(FIELDS, at=Column("t"), accuracy=Column("accuracy"))
        order = Order(file=write(tmp_path / "p.csv", table), out=tmp_path / "o.csv", fields=fields)
        route(order)
        assert [row[:2] for row in told(order.out)] == [
            ("routed", "w"),
            ("ambiguous", "e"),
            ("fallback", "s"),
        ]
        assert bad_rows(order) == [(5, "unknown_category"), (6, "invalid_time")]

    @pytest.mark.parametrize(
        "times",
        [
            pd.date_range("2026-03-01", periods=5),
            pd.date_range("2026-03-01", periods=5, tz="UTC"),
            [date(2026, 3, 1)] * 5,
        ],
    )
    def test_times_may_be_times(self, tmp_path: Path, times: Any) -> None:
        file = write(tmp_path / "p.parquet", frame(t=list(times)))
        fields = replace(FIELDS, at=Column("t"))
        order = Order(file=file, out=tmp_path / "o.csv", fields=fields)
        route(order)
        assert told(order.out) == EXPECTED

    def test_one_category_may_hold_for_all(self, tmp_path: Path) -> None:
        order = Order(
            file=write(tmp_path / "p.csv", frame()),
            out=tmp_path / "o.csv",
            fields=replace(FIELDS, category="0301"),
            keep=["id"],
        )
        route(order)
        assert [row[0] for row in told(order.out)] == ["fallback"] * 3 + ["outside", "fallback"]
        assert list(read(order.out).columns)[0:2] == ["id", "outcome"]

    @pytest.mark.parametrize("crs", ["gcj02", "bd09", "EPSG:4523"])
    def test_another_system_is_undone(self, tmp_path: Path, crs: str) -> None:
        lon, lat = np.array(PLACES_DEEP).T
        if crs.startswith("EPSG"):
            way = pyproj.Transformer.from_crs(4490, crs, always_xy=True)
            x, y = way.transform(lon, lat)
        else:
            x, y = from_wgs84(lon, lat, Crs(crs))
        order = Order(
            file=write(tmp_path / "p.csv", frame()[:4].assign(lon=x, lat=y)),
            out=tmp_path / "o.csv",
            fields=replace(FIELDS, crs=crs),
        )
        route(order)
        assert told(order.out) == EXPECTED[:4]


BAD: dict[str, list[Any]] = {
    "lon": ["104.005", "", "abc", "204", ""],
    "lat": [30.605, 30.605, 30.605, 30.605, None],
    "category": ["0201", "0201", "0201", "0201", "0201"],
}


def test_bad_rows_stand_aside_with_line_and_reason(tmp_path: Path) -> None:
    file = write(tmp_path / "p.csv", frame(**BAD))
    order = Order(file=file, out=tmp_path / "o.parquet", fields=FIELDS)
    tally = route(order)
    assert (tally.rows, tally.bad) == (2, 3)
    assert [row[0] for row in told(order.out)] == ["routed", "unlocated"]
    assert bad_rows(order) == [(3, "not_a_number"), (4, "not_a_number"), (5, "not_degrees")]


def test_bad_rows_of_an_earlier_run_do_not_stay(tmp_path: Path) -> None:
    order = Order(
        file=write(tmp_path / "p.csv", frame(**BAD)), out=tmp_path / "o.csv", fields=FIELDS
    )
    route(order)
    write(order.file, frame())
    route(order)
    assert not order.bad.exists()


class Unplugged(Exception):
    """The power went."""


class Failing(Engine):
    """Decides a few pieces, then the power goes."""

    left = 3

    def decide(self, points: Points, *, measured: bool = True) -> Answers:
        self.left -= 1
        if self.left < 0:
            raise Unplugged
        return super().decide(points, measured=measured)


class Counting(Engine):
    pieces = 0

    def decide(self, points: Points, *, measured: bool = True) -> Answers:
        self.pieces += 1
        return super().decide(points, measured=measured)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_interrupted_run_goes_on_to_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(parquet, "ROWS", 2)
    engine = two_cleaners()
    file = write(tmp_path / "p.parquet", pd.concat([frame()] * 4))
    whole = Order(file=file, out=tmp_path / f"whole.{form}", fields=FIELDS)
    route(whole, engine)
    broken = replace(whole, out=tmp_path / f"broken.{form}")
    engine.__class__ = Failing
    with pytest.raises(Unplugged):
        route(broken, engine, threads=1)
    assert not broken.out.exists()
    engine.__class__ = Counting
    route(broken, engine)
    assert broken.out.read_bytes() == whole.out.read_bytes()
    assert engine.pieces == 7  # type: ignore[attr-defined]  # counted now
    assert not broken.partial.exists()


def test_another_input_begins_anew(tmp_path: Path) -> None:
    order = Order(file=write(tmp_path / "p.csv", frame()), out=tmp_path / "o.csv", fields=FIELDS)
    engine = two_cleaners()
    engine.__class__ = Failing
    Failing.left = 0
    with pytest.raises(Unplugged):
        route(order, engine)
    write(order.file, frame(category=["0301"] * 5))
    route(order)
    assert {row[0] for row in told(order.out)} == {"fallback", "outside"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"out": "o.xlsx"}, "unknown_form"),
        ({"out": "p.csv"}, "same_file"),
        ({"file": "none.csv"}, "file_missing"),
        ({"keep": ["nothing"]}, "columns_missing"),
        ({"fields": replace(FIELDS, lon=Column("x"))}, "columns_missing"),
        ({"fields": replace(FIELDS, lon=None, lat=None)}, "no_position"),
        ({"fields": replace(FIELDS, crs=None)}, "no_crs"),
        ({"file": "taken.csv"}, "columns_taken"),
        ({"file": "broken.parquet"}, "unreadable_points"),
        ({"file": "broken.gpkg"}, "unreadable_points"),
        ({"file": "headless.parquet"}, "unreadable_points"),
        ({"file": "pointless.parquet"}, "unreadable_points"),
        ({"file": "empty.csv"}, "no_rows"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_written(
    tmp_path: Path, changes: dict[str, Any], code: str
) -> None:
    write(tmp_path / "p.csv", frame())
    write(tmp_path / "taken.csv", frame(lead=["x"] * 5))
    write(tmp_path / "empty.csv", frame()[:0])
    for name in ("broken.parquet", "broken.gpkg"):
        (tmp_path / name).write_bytes(b"none")
    for name, said in (("headless", b"[]"), ("pointless", b'{"primary_column": "place"}')):
        table = pa.table({"lon": [0.0]}).replace_schema_metadata({"geo": said})
        pq.write_table(table, tmp_path / f"{name}.parquet")
    before = sorted(tmp_path.iterdir())
    given: dict[str, Any] = {"file": "p.csv", "out": "o.csv", "fields": FIELDS, **changes}
    order = Order(**{**given, "file": tmp_path / given["file"], "out": tmp_path / given["out"]})
    with pytest.raises((Invalid, GeodataError)) as refused:
        route(order)
    error = refused.value
    assert isinstance(error, Invalid | GeodataError)
    assert error.code == code
    assert error.zh
    assert sorted(tmp_path.iterdir()) == before


def test_a_column_of_lists_is_neither_numbers_nor_text(tmp_path: Path) -> None:
    write(tmp_path / "p.parquet", frame(category=[["0201"]] * 5))
    with pytest.raises(Invalid) as refused:
        route(Order(file=tmp_path / "p.parquet", out=tmp_path / "o.csv", fields=FIELDS))
    assert refused.value.code == "column_kind"
    assert not (tmp_path / "o.csv").exists()
