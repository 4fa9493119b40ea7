"""Real files with real faults: what each of them gives, or with which sentence it is refused."""

from pathlib import Path

import pytest

from geodata.errors import GeodataError
from geodata.frames import check_areas
from geodata.read import Columns, read_areas, read_features
from tests.geodata.files import shapefile_parts, write_shapefile

pytestmark = pytest.mark.real_data

# File, then rows or the code of the refusal: as features, and as areas. Where a file has columns,
# the first of them stands for code and name.
DIRTY: tuple[tuple[str, int | str, int | str], ...] = (
    ("admin/braunschweig.geojson", 20, 20),
    ("admin/des-moines.geojson", 58, 58),
    ("admin/saskatoon.geojson", 56, 56),
    ("admin/surrey.geojson", 7, 7),
    ("dbf_encoding/cpg/big5.shp", 1, "no_crs"),
    ("dbf_encoding/latin1.shp", "missing_part", "missing_part"),
    ("dbf_encoding/ldid/chinese.shp", 1, "out_of_range"),
    ("geojson/!test.geojson", 1, 1),
    ("geojson/ex1_invalid_rings.json", 1, 1),
    ("geojson/ex2.json", 2, "out_of_range"),
    ("geojson/invalid_coordinates.json", 1, "out_of_range"),
    ("geojson/issue627.geojson", 3, 3),
    ("geojson/mixed_feature.json", 3, "not_an_area"),
    ("geojson/multipolygon.json", 1, "column_missing"),
    ("geojson/openring.json", "broken_shape", "broken_shape"),
    ("geojson/sample.json", "bad_json", "bad_json"),
    ("geojson/six_counties_three_null.json", 6, 6),
    ("geojson/split_island_geo.json", 1, "column_missing"),
    ("gpkg/curvepolygon.gpkg", 1, "column_missing"),
    ("gpkg/line_zm.gpkg", 1, "column_missing"),
    ("gpkg/multisurface.gpkg", 1, "column_missing"),
    ("gpkg/test_gpkg_nulls.gpkg", 4, "not_an_area"),
    ("shapefile/SHP_Exclude.zip", 1, "no_crs"),
    ("shapefile/b_utm.shp", 1, 1),
    ("shapefile/badzip.zip", "wrong_content", "wrong_content"),
    ("shapefile/c_utm.shp", 1, "no_crs"),
    ("shapefile/cell1.shp", "missing_part", "missing_part"),
    ("shapefile/codepage.shp", 2, "not_an_area"),
    ("shapefile/corrupt_too_long.shp", 10, "no_crs"),
    ("shapefile/data_corruption_error.shp", 8, "not_an_area"),
    ("shapefile/empty-shp.zip", 2, "column_missing"),
    ("shapefile/empty_zipfile.zip", "no_shapefile", "no_shapefile"),
    ("shapefile/gauss_kruger.shp", "missing_part", "missing_part"),
    ("shapefile/htmlcpg.shp", "missing_part", "missing_part"),
    ("shapefile/htmlprj.shp", "missing_part", "missing_part"),
    ("shapefile/invalid_coordinates.shp", 1, "out_of_range"),
    ("shapefile/max_callstack_error.shp", 138, "not_an_area"),
    ("shapefile/mixedcase.zip", 40, 40),
    ("shapefile/noshp.zip", "no_shapefile", "no_shapefile"),
    ("shapefile/test_tin.shp", "surface", "surface"),
    ("shapefile/utf.zip", 2, "not_an_area"),
    ("shapefile/zero-len-line.zip", 3, "not_an_area"),
)
GEOJSON: tuple[tuple[str, int | str, int | str], ...] = (
    ("bad/bad-duplicate-properties.geojson", 1, 1),
    ("bad/bad-featurelist.geojson", "damaged_file", "damaged_file"),
    ("bad/bad-json.geojson", "bad_json", "bad_json"),
    ("bad/bad-object-type.geojson", "not_geojson", "not_geojson"),
    ("bad/bad-polygon-interiorring-rhr.geojson", 1, "column_missing"),
    ("bad/bad-polygonloop.geojson", "bad_coordinates", "bad_coordinates"),
    ("bad/bad-properties-as-array.geojson", 1, "column_missing"),
    ("bad/badcoord.geojson", "damaged_file", "damaged_file"),
    ("bad/badcoordtype.geojson", "bad_coordinates", "bad_coordinates"),
    ("bad/badfeature.geojson", "not_geojson", "not_geojson"),
    ("bad/badfeatureid.geojson", 1, "not_an_area"),
    ("bad/bbox-4or6elements.geojson", 1, "column_missing"),
    ("bad/bbox-contains-string.geojson", 1, "column_missing"),
    ("bad/bbox-string.geojson", 1, "column_missing"),
    ("bad/different-first-last.geojson", "broken_shape", "broken_shape"),
    ("bad/different-first-size.geojson", 1, "column_missing"),
    ("bad/excessive_precision_truncated.geojson", 1, "column_missing"),
    ("bad/expected_object.geojson", 1, 1),
    ("bad/false.geojson", "bad_coordinates", "bad_coordinates"),
    ("bad/feature_changed_semantics.geojson", 1, "not_an_area"),
    ("bad/featurecollection-obj.geojson", "not_geojson", "not_geojson"),
    ("bad/featurecollection-type-case.geojson", "not_geojson", "not_geojson"),
    ("bad/featurecollection.geojson", "not_geojson", "not_geojson"),
    ("bad/featurecollection_changed_semantics.geojson", 3, "not_an_area"),
    ("bad/geometry_changed_semantics.geojson", 1, "column_missing"),
    ("bad/geometrycollection_nested.geojson", 1, "column_missing"),
    ("bad/geometrycollection_single.geojson", 1, "column_missing"),
    ("bad/multiple_problems.geojson", "not_geojson", "not_geojson"),
    ("bad/multipoint-multidimension.geojson", "damaged_file", "damaged_file"),
    ("bad/multipoint-nondimension.geojson", "damaged_file", "damaged_file"),
    ("bad/nofeaturetype.geojson", "not_geojson", "not_geojson"),
    ("bad/notype.geojson", "not_geojson", "not_geojson"),
    ("bad/point-labeled-as-a-multipolygon.geojson", "bad_coordinates", "bad_coordinates"),
    ("bad/point-string.geojson", "damaged_file", "damaged_file"),
    ("bad/point-toofew.geojson", "damaged_file", "damaged_file"),
    ("bad/point-toomany.geojson", 1, "column_missing"),
    ("bad/point.geojson", "damaged_file", "damaged_file"),
    ("bad/polygon_winding_order.geojson", 1, "column_missing"),
    ("bad/rootstring.geojson", "wrong_content", "wrong_content"),
    ("bad/short-line.geojson", "broken_shape", "broken_shape"),
    ("bad/short-linearring.geojson", "broken_shape", "broken_shape"),
    ("bad/short-multilinestring.geojson", "broken_shape", "broken_shape"),
    ("bad/stringcoord.geojson", "bad_coordinates", "bad_coordinates"),
    ("bad/unknowntype.geojson", "not_geojson", "not_geojson"),
    ("good/good-feature-with-id.geojson", 1, "not_an_area"),
    ("good/good-feature-with-string-id.geojson", 1, "not_an_area"),
    ("good/good-feature.geojson", 1, "not_an_area"),
    ("good/good-featurecollection-bbox.geojson", 2, "not_an_area"),
    ("good/good-featurecollection-bbox3d.geojson", 2, "not_an_area"),
    ("good/good-featurecollection-extensions.geojson", 3, "not_an_area"),
    ("good/good-featurecollection.geojson", 3, "not_an_area"),
    ("good/good-geometrycollection.geojson", 1, "column_missing"),
    ("good/good-linestring.geojson", 1, "column_missing"),
    ("good/good-multilinestring.geojson", 1, "column_missing"),
    ("good/good-multipoint.geojson", 1, "column_missing"),
    ("good/good-point-3d.geojson", 1, "column_missing"),
    ("good/good-point.geojson", 1, "column_missing"),
    ("good/good-polygon.geojson", 1, "column_missing"),
    ("good/issue82.geojson", 1, "column_missing"),
    ("good/multipolygon.geojson", 1, "column_missing"),
    ("good/nullgeometry.geojson", 1, "column_missing"),
    ("good/nullproperties.geojson", 1, "column_missing"),
)


def outcome(path: Path, columns: Columns | None = None) -> int | str:
    try:
        frame = read_features(path) if columns is None else read_areas(path, columns=columns)
    except GeodataError as error:
        return spoken(error)
    if columns is not None:
        check_areas(frame)
    return len(frame)


def spoken(error: GeodataError) -> str:
    """Give the code of a refusal that speaks English and Chinese."""
    assert error.en.isprintable()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in error.zh)
    return error.code


def first_column(path: Path) -> Columns:
    try:
        frame = read_features(path)
    except GeodataError:
        return Columns()
    names = [column for column in frame.columns if column != frame.geometry.name]
    return Columns(names[0], names[0]) if names else Columns()


@pytest.mark.parametrize(("file", "features", "areas"), DIRTY)
def test_dirty_files(shared_data: Path, file: str, features: int | str, areas: int | str) -> None:
    path = shared_data / "dirty" / file
    assert outcome(path) == features
    assert outcome(path, first_column(path)) == areas


@pytest.mark.parametrize(("file", "features", "areas"), GEOJSON)
def test_edges_of_geojson(
    shared_data: Path, file: str, features: int | str, areas: int | str
) -> None:
    path = shared_data / "geojson_edge" / file
    assert outcome(path) == features
    assert outcome(path, first_column(path)) == areas


def test_no_file_is_left_out(shared_data: Path) -> None:
    suffixes = {".shp", ".zip", ".json", ".geojson", ".gpkg"}
    for folder, table in (("dirty", DIRTY), ("geojson_edge", GEOJSON)):
        files = [file for file in (shared_data / folder).rglob("*") if file.suffix in suffixes]
        assert {str(file.relative_to(shared_data / folder)) for file in files} == {
            file for file, _, _ in table
        }


def test_a_table_without_its_shapes_is_refused(shared_data: Path) -> None:
    tables = sorted((shared_data / "dirty").rglob("*.dbf"))
    assert tables
    assert {outcome(table) for table in tables} == {"shapefile_part"}


@pytest.mark.parametrize(
    ("table", "encoding", "text"),
    [
        ("gbk", "gbk", "简体国语"),
        ("gb2312", "gb2312", "简体国语"),
        ("big5", "big5", "繁體國語"),
        ("utf8", None, "国语國語"),
    ],
)
def test_tables_in_the_encodings_of_china(
    shared_data: Path, tmp_path: Path, table: str, encoding: str | None, text: str
) -> None:
    data = (shared_data / "dirty" / "dbf_encoding" / f"{table}.dbf").read_bytes()
    path = write_shapefile(tmp_path, shapefile_parts([b""]) | {".dbf": data})
    assert read_features(path, encoding=encoding)["NAME"].tolist() == [text]
    if encoding is not None:
        with pytest.raises(GeodataError, match=text) as caught:
            read_features(path)
        assert caught.value.code == "undecided_encoding"


@pytest.mark.parametrize(
    ("table", "rows", "result"),
    [("duplicate_fields", 5, 5), ("comma_separated", 7, "damaged_number")],
)
def test_tables_with_odd_fields(
    shared_data: Path, tmp_path: Path, table: str, rows: int, result: int | str
) -> None:
    data = (shared_data / "dirty" / "dbf_encoding" / f"{table}.dbf").read_bytes()
    path = write_shapefile(tmp_path, shapefile_parts([b""] * rows) | {".dbf": data})
    assert outcome(path) == result


@pytest.mark.parametrize(("name", "code"), [("htmlcpg", "bad_cpg"), ("htmlprj", "bad_prj")])
def test_web_pages_in_place_of_parts(
    shared_data: Path, tmp_path: Path, name: str, code: str
) -> None:
    folder = shared_data / "dirty" / "shapefile"
    parts = {s: (folder / f"{name}{s}").read_bytes() for s in (".shp", ".dbf", ".prj", ".cpg")}
    parts[".shx"] = (folder / "codepage.shx").read_bytes()  # the same two points
    assert outcome(write_shapefile(tmp_path, parts)) == code


def test_cities_come_whole(shared_data: Path) -> None:
    columns = Columns(code="nbs_code", name="name")
    streets = read_areas(shared_data / "shanghai" / "streets_central.geojson", columns=columns)
    assert len(streets) == 33
    assert streets["code"].str.fullmatch(r"310\d{6}(\d{3})?").all()
    assert streets.geometry.is_valid.all()
    wards = read_areas(
        shared_data / "dc_311" / "wards_2012.geojson", columns=Columns("ward", "name")
    )
    assert set(wards["code"]) == set("12345678")
