from pathlib import Path

import geopandas
import pytest
import shapely

from geodata.crs import gcj02_to_wgs84, wgs84_to_gcj02
from geodata.errors import ColumnError, CrsError, GeodataError, GeometryError
from geodata.frames import COLUMNS, check_areas
from geodata.read import Columns, read_areas
from tests.geodata.files import (
    SQUARE,
    areas,
    dbf,
    feature,
    shapefile_parts,
    square_feature,
    write_collection,
    write_geopackage,
    write_shapefile,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "areas.geojson"


def test_columns_called_code_name_and_parent_need_no_mapping(path: Path) -> None:
    write_collection(path, square_feature(name="外滩街道", code="310101002", parent="310101"))
    frame = read_areas(path)
    check_areas(frame)
    assert frame.iloc[0, :3].tolist() == ["310101002", "外滩街道", "310101"]


def test_columns_are_chosen_and_the_others_kept_behind(path: Path) -> None:
    write_collection(path, square_feature(adcode="310101", label="黄浦区", up="31", population=52))
    frame = read_areas(path, columns=Columns(code="adcode", name="label", parent="up"))
    assert tuple(frame.columns) == (*COLUMNS, "population")
    assert frame.iloc[0, :3].tolist() == ["310101", "黄浦区", "31"]
    assert frame["population"].tolist() == [52]


def test_a_column_that_was_not_chosen_makes_way_for_one_that_was(path: Path) -> None:
    write_collection(path, square_feature(code="x", name="y", adcode="310101", label="黄浦区"))
    frame = read_areas(path, columns=Columns(code="adcode", name="label"))
    assert tuple(frame.columns) == COLUMNS
    assert frame.iloc[0, :3].tolist() == ["310101", "黄浦区", None]


def test_one_column_may_be_code_and_name(path: Path) -> None:
    write_collection(path, square_feature(id="310101"))
    assert read_areas(path, columns=Columns("id", "id")).iloc[0, :2].tolist() == ["310101"] * 2


@pytest.mark.parametrize("parent", ["parent", "上级"])
def test_a_chosen_column_that_is_not_there_is_refused_with_those_there_are(
    path: Path, parent: str
) -> None:
    write_collection(path, square_feature(code="310101", 名称="黄浦区"))
    with pytest.raises(ColumnError) as caught:
        read_areas(path, columns=Columns(parent=parent))
    assert caught.value.detail == {"missing": ["name", parent], "found": ["code", "名称"]}
    assert "名称" in caught.value.en
    assert parent in caught.value.zh


@pytest.mark.parametrize(("code", "text"), [(310101, "310101"), (310101.0, "310101"), ("07", "07")])
def test_a_code_is_text_however_json_has_it(path: Path, code: object, text: str) -> None:
    write_collection(path, square_feature(code=code, name="a"), square_feature(name="b"))
    assert read_areas(path)["code"].tolist() == [text, None]


@pytest.mark.parametrize(
    ("digits", "code"), [(b"310101", "310101"), (b"310101002003", "310101002003")]
)
def test_a_code_is_text_however_dbase_has_it(tmp_path: Path, digits: bytes, code: str) -> None:
    parts = shapefile_parts([digits], field=b"code", kind=b"N", width=18)
    path = write_shapefile(tmp_path, parts)
    assert read_areas(path, columns=Columns("code", "code"))["code"].tolist() == [code]


def test_missing_text_is_none_everywhere(path: Path) -> None:
    write_collection(path, square_feature(code="1", name="a", note="x"), square_feature(code=" "))
    frame = read_areas(path)
    assert frame["name"].tolist() == ["a", None]
    assert frame["code"].tolist() == ["1", None]
    assert frame["note"].tolist() == ["x", None]


def test_absent_empty_and_invalid_shapes_are_kept_for_validation(path: Path) -> None:
    bow_tie = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    empty: dict[str, object] = {"type": "Polygon", "coordinates": []}
    shapes = [None, empty, bow_tie]
    write_collection(path, *[feature(shape, code="1", name="a") for shape in shapes])
    frame = read_areas(path)
    assert frame.geometry[0] is None
    assert frame.geometry[1].is_empty
    assert not frame.geometry[2].is_valid


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Point(121, 31),
        shapely.LineString([(121, 31), (122, 32)]),
        shapely.GeometryCollection([SQUARE, shapely.Point(121, 31)]),
    ],
)
def test_what_is_no_area_is_refused_by_its_row(path: Path, shape: shapely.Geometry) -> None:
    odd = feature(shapely.geometry.mapping(shape), code="2", name="b")
    write_collection(path, square_feature(code="1", name="a"), odd)
    with pytest.raises(GeometryError, match=f"{shape.geom_type}.*row 2") as caught:
        read_areas(path)
    assert caught.value.zh


@pytest.mark.parametrize("code", ["EPSG:4490", "EPSG:4549", "EPSG:32651"])
def test_areas_come_in_longitude_and_latitude(tmp_path: Path, code: str) -> None:
    path = write_geopackage(tmp_path / "areas.gpkg", areas=areas().to_crs(code))
    frame = read_areas(path)
    check_areas(frame)
    assert frame.geometry.geom_equals_exact(areas().geometry, 1e-9).all()
    assert read_areas(path, crs=code).equals(frame)


def test_a_file_that_states_no_system_needs_one_declared(tmp_path: Path) -> None:
    parts = shapefile_parts([b"310101"], field=b"code", prj=None)
    path = write_shapefile(tmp_path, parts)
    columns = Columns("code", "code")
    with pytest.raises(CrsError) as caught:
        read_areas(path, columns=columns)
    assert caught.value.code == "no_crs"
    assert read_areas(path, columns=columns, crs="cgcs2000").total_bounds.tolist() == [
        121,
        31,
        122,
        32,
    ]


def test_a_file_that_states_another_system_than_declared_is_refused(tmp_path: Path) -> None:
    path = write_geopackage(tmp_path / "areas.gpkg", areas=areas())
    with pytest.raises(CrsError, match=r"EPSG:4326.*EPSG:4549") as caught:
        read_areas(path, crs="EPSG:4549")
    assert caught.value.code == "crs_contradicted"


def test_geojson_that_states_no_system_may_be_declared_in_any(path: Path) -> None:
    metres = areas().to_crs("EPSG:4549").geometry[0]
    write_collection(path, feature(shapely.geometry.mapping(metres), code="1", name="a"))
    with pytest.raises(CrsError) as caught:
        read_areas(path)
    assert caught.value.code == "out_of_range"
    assert read_areas(path, crs="EPSG:4549").geometry[0].equals_exact(SQUARE, 1e-9)


@pytest.mark.parametrize(
    "member", [{}, {"crs": {"type": "name", "properties": {"name": "EPSG:4326"}}}]
)
def test_gcj02_is_declared_of_files_that_cannot_say_it(
    path: Path, member: dict[str, object]
) -> None:
    moved = shapely.transform(SQUARE, wgs84_to_gcj02, interleaved=False)
    write_collection(path, feature(shapely.geometry.mapping(moved), code="1", name="a"), **member)
    frame = read_areas(path, crs="gcj02")
    assert frame.crs == "EPSG:4326"
    assert frame.geometry[0].equals_exact(SQUARE, 1e-7)
    assert gcj02_to_wgs84(*moved.exterior.coords[0]) == pytest.approx(SQUARE.exterior.coords[0])


def test_a_layer_and_an_encoding_are_passed_on(tmp_path: Path) -> None:
    path = write_geopackage(tmp_path / "areas.gpkg", a=areas(), b=areas(code=["1", "2"]))
    assert read_areas(path, layer="b")["code"].tolist() == ["1", "2"]
    table = dbf(["黄浦区".encode("gbk")], field=b"code")
    shapefile = write_shapefile(tmp_path, shapefile_parts([b""]) | {".dbf": table})
    frame = read_areas(shapefile, columns=Columns("code", "code"), encoding="gbk")
    assert frame["name"].tolist() == ["黄浦区"]


def test_reading_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    path = write_geopackage(tmp_path / "areas.gpkg", areas=areas())
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    read_areas(path)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_an_empty_layer_is_an_empty_frame(tmp_path: Path) -> None:
    empty: geopandas.GeoDataFrame = areas().iloc[:0]
    frame = read_areas(write_geopackage(tmp_path / "areas.gpkg", areas=empty))
    check_areas(frame)
    assert len(frame) == 0


def test_every_refusal_speaks_both_languages(path: Path) -> None:
    with pytest.raises(GeodataError) as caught:
        read_areas(path)
    assert str(caught.value) == caught.value.en
    assert path.name in caught.value.zh
