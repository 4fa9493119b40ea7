from pathlib import Path

import orjson
import pyogrio
import pytest
import shapely

from geodata.errors import ColumnError, CrsError, WriteError
from geodata.frames import as_areas
from geodata.read import read_areas
from geodata.write import write_areas
from tests.geodata.files import SQUARE, areas

SUFFIXES = (".gpkg", ".geojson", ".json", ".parquet", ".geoparquet")
FRAME = as_areas(
    areas(
        parent=["3101", None],
        population=[52, 113],
        estate_type=["商品房", None],
    ).set_geometry([SQUARE, shapely.MultiPolygon([shapely.box(121.1, 31.2, 0.1 + 121.2, 31.3)])])
)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_written_is_read_again_to_the_last_digit(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"areas{suffix}"
    write_areas(FRAME, path)
    again = read_areas(path)
    assert again.columns.tolist() == FRAME.columns.tolist()
    assert again.drop(columns="geometry").to_dict("list") == FRAME.drop(columns="geometry").to_dict(
        "list"
    )
    assert again.geometry.geom_type.tolist() == ["Polygon", "MultiPolygon"]
    assert again.geometry.normalize().geom_equals_exact(FRAME.geometry.normalize(), 0.0).all()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_frame_gives_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    first, second = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
    write_areas(FRAME, first, layer="areas" if suffix == ".gpkg" else None)
    write_areas(FRAME, second, layer="areas" if suffix == ".gpkg" else None)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_is_replaced_and_leaves_no_trace(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"areas{suffix}"
    write_areas(FRAME.iloc[:1], path)
    once = path.read_bytes()
    write_areas(FRAME, path)
    write_areas(FRAME.iloc[:1], path)
    assert path.read_bytes() == once


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_absent_and_empty_shapes_are_written(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"areas{suffix}"
    write_areas(FRAME.set_geometry([None, shapely.Polygon()], crs="EPSG:4326"), path)
    again = read_areas(path)
    assert again.geometry[0] is None
    assert again.geometry[1].is_empty


def test_geojson_is_written_as_the_standard_has_it(tmp_path: Path) -> None:
    clockwise = shapely.orient_polygons(SQUARE, exterior_cw=True)
    path = tmp_path / "areas.geojson"
    write_areas(FRAME.set_geometry([clockwise, None], crs="EPSG:4326"), path)
    document = orjson.loads(path.read_bytes())
    assert document.keys() == {"type", "features"}
    ring = shapely.LinearRing(document["features"][0]["geometry"]["coordinates"][0])
    assert ring.is_ccw
    assert document["features"][1] == {
        "type": "Feature",
        "properties": {
            "code": "310104",
            "name": "徐汇区",
            "parent": None,
            "population": 113,
            "estate_type": None,
        },
        "geometry": None,
    }


def test_geojson_has_a_line_for_each_area(tmp_path: Path) -> None:
    path = tmp_path / "areas.geojson"
    write_areas(FRAME, path)
    assert [line.count('"Feature"') for line in path.read_text("utf-8").splitlines()] == [
        0,
        1,
        1,
        0,
    ]


def test_a_geopackage_takes_several_layers(tmp_path: Path) -> None:
    path = tmp_path / "city.gpkg"
    write_areas(FRAME, path, layer="districts")
    write_areas(FRAME.iloc[:1], path, layer="streets")
    write_areas(FRAME.iloc[:1], path, layer="districts")
    assert sorted(name for name, _ in pyogrio.list_layers(path)) == ["districts", "streets"]
    assert len(read_areas(path, layer="districts")) == 1


def test_a_layer_has_the_name_of_its_file(tmp_path: Path) -> None:
    write_areas(FRAME, tmp_path / "街道.gpkg")
    assert pyogrio.list_layers(tmp_path / "街道.gpkg")[0][0] == "街道"


@pytest.mark.parametrize(
    ("name", "layer", "code"),
    [
        ("areas.shp", None, "unknown_format"),
        ("areas", None, "unknown_format"),
        ("areas.geojson", "districts", "no_layers"),
        ("absent/areas.gpkg", None, "no_folder"),
    ],
)
def test_what_cannot_be_written_is_refused(
    tmp_path: Path, name: str, layer: str | None, code: str
) -> None:
    with pytest.raises(WriteError) as caught:
        write_areas(FRAME, tmp_path / name, layer=layer)
    assert caught.value.code == code
    assert caught.value.zh
    assert not list(tmp_path.iterdir())


def test_only_an_area_frame_is_written(tmp_path: Path) -> None:
    with pytest.raises(ColumnError):
        write_areas(areas(), tmp_path / "areas.gpkg")
    with pytest.raises(CrsError):
        write_areas(FRAME.to_crs("EPSG:4490"), tmp_path / "areas.gpkg")
    assert not list(tmp_path.iterdir())
