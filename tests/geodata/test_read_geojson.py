from pathlib import Path

import orjson
import pytest
import shapely

from geodata.errors import GeodataError
from geodata.read import read_features
from tests.geodata.files import (
    HTML,
    SQUARE,
    Json,
    feature,
    square_feature,
    write_collection,
    write_json,
)

OPEN_RING = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}


def refusal(path: Path, **options: str) -> GeodataError:
    with pytest.raises(GeodataError) as caught:
        read_features(path, **options)
    assert caught.value.en
    assert caught.value.zh
    return caught.value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "areas.geojson"


def test_longitude_and_latitude_in_wgs84_without_asking(path: Path) -> None:
    frame = read_features(write_collection(path, square_feature(name="黄浦区", grids=12)))
    assert frame.crs == "EPSG:4326"
    assert frame["name"].tolist() == ["黄浦区"]
    assert frame["grids"].tolist() == [12]
    assert frame.geometry[0].equals(SQUARE)


@pytest.mark.parametrize(
    ("crs", "code"),
    [
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}, "EPSG:4490"),
        ({"type": "name", "properties": {"name": "EPSG:4549"}}, "EPSG:4549"),
        ({"type": "EPSG", "properties": {"code": 4549}}, "EPSG:4549"),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, "OGC:CRS84"),
        (None, "EPSG:4326"),
    ],
)
def test_an_old_crs_member_is_honoured(path: Path, crs: Json | None, code: str) -> None:
    frame = read_features(write_collection(path, square_feature(), crs=crs))
    assert frame.crs == code
    assert frame.geometry[0].equals(SQUARE)


@pytest.mark.parametrize(
    "crs",
    [
        "EPSG:4490",
        {"type": "name", "properties": {"name": "Shanghai 2000"}},
        {"type": "name", "properties": None},
        {"type": "link", "properties": {"href": "example"}},
        {},
    ],
)
def test_a_crs_member_that_names_nothing_known_is_refused(path: Path, crs: object) -> None:
    error = refusal(write_collection(path, square_feature(), crs=crs))
    assert error.code == "unknown_crs"
    assert "--crs" in error.zh


def test_a_property_called_crs_is_no_crs_member(path: Path) -> None:
    frame = read_features(write_collection(path, square_feature(crs="EPSG:4549")))
    assert frame.crs == "EPSG:4326"


def test_a_feature_and_a_geometry_are_read_as_one_row(path: Path) -> None:
    assert len(read_features(write_json(path, square_feature()))) == 1
    assert len(read_features(write_json(path, shapely.geometry.mapping(SQUARE)))) == 1


def test_an_empty_collection_has_no_rows(path: Path) -> None:
    assert len(read_features(write_collection(path))) == 0


def test_absent_and_empty_shapes_are_kept(path: Path) -> None:
    empty: Json = {"type": "Polygon", "coordinates": []}
    frame = read_features(write_collection(path, feature(None), feature(empty), square_feature()))
    assert frame.geometry.isna().tolist() == [True, False, False]
    assert frame.geometry.is_empty.tolist() == [False, True, False]


def test_dates_stay_as_written(path: Path) -> None:
    frame = read_features(write_collection(path, square_feature(since="2024/01/31")))
    assert frame["since"].tolist() == ["2024/01/31"]


def test_a_mark_of_utf8_at_the_start_is_no_letter(path: Path) -> None:
    write_collection(path, square_feature(name="黄浦区"))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_features(path)["name"].tolist() == ["黄浦区"]


def test_gbk_is_refused_with_samples_and_read_where_declared(path: Path) -> None:
    write_collection(path, square_feature(name="黄浦区"))
    path.write_bytes(path.read_bytes().decode().encode("gbk"))
    error = refusal(path)
    assert error.code == "contradicted_encoding"
    assert "黄浦区" in error.en
    assert read_features(path, encoding="gbk")["name"].tolist() == ["黄浦区"]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_named(path: Path, codec: str) -> None:
    write_collection(path, square_feature(name="黄浦区"))
    path.write_bytes(path.read_bytes().decode().encode(codec))
    assert refusal(path).code == "wide_encoding"
    assert "UTF-16" in refusal(path).zh


@pytest.mark.parametrize(
    ("content", "code", "seen"),
    [
        (b"", "empty_file", "empty"),
        (b" \n\t ", "empty_file", "empty"),
        (HTML, "web_page", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git_lfs_pointer", "lfs"),
        (b'{"message":"API rate limit exceeded"}', "not_geojson", "message"),
        (b'{"status":"0","info":"INVALID_USER_KEY"}', "not_geojson", "status, info"),
        (b'{"type":"Topology","objects":{},"arcs":[]}', "not_geojson", "Topology"),
        (b'{"type":{}}', "not_geojson", "type"),
        (b"[]", "not_geojson", "list"),
        (b"null", "wrong_content", "something else"),
        (b"<kml></kml>", "wrong_content", "<kml>"),
        (b"SQLite format 3\0", "wrong_content", "SQLite"),
        (b"PK\3\4", "wrong_content", "zip"),
        (b'{"type":"FeatureCollection"}', "not_geojson", "without a list"),
        (b'{"type":"FeatureCollection","features":{}}', "not_geojson", "without a list"),
        (b'{"type":"FeatureCollection","features":[null]}', "not_geojson", "item 1"),
        (b'{"type":"FeatureCollection","features":[{"type":"Featre"}]}', "not_geojson", "item 1"),
        (b'{"type":"FeatureCollection",\n"features":[}', "bad_json", "line 2"),
        (b'{"type":"Point","coordinates":[1,2]]}', "damaged_file", "reader says"),
        (b'{"type":"Point","coordinates":["a",2]}', "damaged_file", "reader says"),
    ],
)
def test_what_is_no_geojson_is_called_what_it_is(
    path: Path, content: bytes, code: str, seen: str
) -> None:
    path.write_bytes(content)
    error = refusal(path)
    assert error.code == code
    assert seen in error.en


def test_the_line_of_a_fault_is_counted_over_the_whole_file(path: Path) -> None:
    features = orjson.dumps([square_feature()] * 3, option=orjson.OPT_INDENT_2)
    path.write_bytes(b'{"type":"FeatureCollection","features":' + features + b",\n,}")
    assert refusal(path).detail["line"] == features.count(b"\n") + 2


@pytest.mark.parametrize(
    "coordinates",
    [[[["121", "31"], ["122", "31"], ["122", "32"], ["121", "31"]]], [[[1]]], [1, 2], "here"],
)
def test_coordinates_that_gdal_leaves_out_are_refused_by_their_feature(
    path: Path, coordinates: object
) -> None:
    lost = feature({"type": "Polygon", "coordinates": coordinates})
    error = refusal(write_collection(path, square_feature(), lost))
    assert error.code == "bad_coordinates"
    assert error.detail["rows"] == [1]
    assert "feature 2" in error.en


@pytest.mark.parametrize("ring", [OPEN_RING, OPEN_RING | {"coordinates": [[[0, 0], [1, 1]]]}])
def test_an_open_or_too_short_ring_is_refused_by_its_row(path: Path, ring: Json) -> None:
    error = refusal(write_collection(path, square_feature(), square_feature(), feature(ring)))
    assert error.code == "broken_shape"
    assert error.detail["rows"] == [2]
    assert "row 3" in error.en


def test_a_cut_off_file_is_refused(path: Path) -> None:
    write_collection(path, *[square_feature()] * 5)
    path.write_bytes(path.read_bytes()[:-40])
    assert refusal(path).code == "bad_json"


def test_features_that_are_listed_twice_are_not_added_up(path: Path) -> None:
    once = orjson.dumps(square_feature())
    path.write_bytes(b'{"type":"FeatureCollection","features":[%b],"features":[%b]}' % (once, once))
    assert refusal(path).code == "damaged_file"


def test_the_name_of_the_file_means_nothing(tmp_path: Path) -> None:
    assert (
        len(read_features(write_collection(tmp_path / "!a b.zip!test.json", square_feature()))) == 1
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("absent.geojson", "no_file"),
        ("folder.geojson", "unreadable_file"),
        ("a.kml", "unknown_format"),
    ],
)
def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "folder.geojson").mkdir()
    assert refusal(tmp_path / name).code == code


def test_geojson_has_no_layers(path: Path) -> None:
    assert refusal(write_collection(path, square_feature()), layer="areas").code == "no_layers"
