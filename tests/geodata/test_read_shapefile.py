import struct
from pathlib import Path

import pytest

from geodata.errors import CrsError, EncodingError, GeodataError, ReadError
from geodata.read import read_features
from tests.geodata.files import HTML, shapefile_parts, write_shapefile, write_zip

GBK_NAMES = ["黄浦区".encode("gbk"), "徐汇区".encode("gbk")]
PLAIN = [b"Huangpu", b"Xuhui"]


def refusal(path: Path, **options: str) -> GeodataError:
    with pytest.raises(GeodataError) as caught:
        read_features(path, **options)
    assert caught.value.en
    assert caught.value.zh
    return caught.value


@pytest.mark.parametrize(
    ("codec", "text", "cpg", "ldid"),
    [
        ("gbk", "黄浦区", b"GBK", 0),
        ("gbk", "黄浦区", b"936", 0),
        ("gb18030", "㐀㐁𠀀", b"GB18030", 0),
        ("gbk", "黄浦区", None, 0x4D),
        ("gbk", "黄浦区", None, 0x7A),
        ("gbk", "黄浦区", b"GBK", 0x03),  # the .cpg overrules the header
        ("big5", "國語", b"Big-5", 0),
        ("big5", "國語", None, 0x4F),
        ("utf-8", "黄浦区", b"UTF-8", 0),
        ("utf-8", "黄浦区", None, 0),
        ("utf-8", "黄浦区", None, 0x57),
        ("latin-1", "Ñandú", b"ISO-8859-1", 0),
        ("latin-1", "Ñandú", None, 0x03),
        ("ascii", "Huangpu", None, 0),
    ],
)
def test_letters_are_read_where_the_encoding_is_stated_or_proved(
    tmp_path: Path, codec: str, text: str, cpg: bytes | None, ldid: int
) -> None:
    parts = shapefile_parts([text.encode(codec), b"Xuhui"], cpg=cpg, ldid=ldid)
    frame = read_features(write_shapefile(tmp_path, parts))
    assert frame["name"].tolist() == [text, "Xuhui"]
    assert frame.crs == "EPSG:4490"
    assert frame.geometry.bounds.to_numpy().tolist() == [[121, 31, 122, 32], [122, 31, 123, 32]]


@pytest.mark.parametrize(
    ("codec", "text"), [("gbk", "黄浦区"), ("big5", "國語"), ("latin-1", "Ñandú")]
)
def test_letters_that_nothing_states_are_read_as_declared(
    tmp_path: Path, codec: str, text: str
) -> None:
    path = write_shapefile(tmp_path, shapefile_parts([text.encode(codec)]))
    assert refusal(path).code == "undecided_encoding"
    assert read_features(path, encoding=codec)["name"].tolist() == [text]


def test_a_declared_encoding_overrules_the_cpg_but_not_the_bytes(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path, shapefile_parts(GBK_NAMES, cpg=b"UTF-8"))
    assert refusal(path).code == "contradicted_encoding"
    assert read_features(path, encoding="gbk")["name"].tolist() == ["黄浦区", "徐汇区"]
    assert refusal(path, encoding="utf-8").code == "contradicted_encoding"


def test_names_of_columns_are_letters_too(tmp_path: Path) -> None:
    parts = shapefile_parts(PLAIN, field="网格名称".encode("gbk"))
    assert refusal(write_shapefile(tmp_path, parts)).code == "undecided_encoding"
    path = write_shapefile(tmp_path, parts | {".cpg": b"GBK"})
    assert read_features(path).columns.tolist() == ["网格名称", "geometry"]


def test_letters_cut_by_the_width_of_their_field_are_dropped(tmp_path: Path) -> None:
    name, heading = "黄浦区外滩街道".encode()[:20], "所属街道名称".encode()[:10]
    parts = shapefile_parts([name], field=heading, width=20)
    frame = read_features(write_shapefile(tmp_path, parts))
    assert frame.iloc[0, 0] == "黄浦区外滩街"
    assert frame.columns[0] == "所属街"


@pytest.mark.parametrize(
    ("cpg", "code"),
    [(HTML, "bad_cpg"), (b"nonsense", "bad_cpg"), (b"", "bad_cpg"), (b"UTF-16", "wide_encoding")],
)
def test_a_false_cpg_is_named(tmp_path: Path, cpg: bytes, code: str) -> None:
    path = write_shapefile(tmp_path, shapefile_parts(GBK_NAMES, cpg=cpg))
    error = refusal(path)
    assert isinstance(error, EncodingError)
    assert error.code == code
    assert "areas.cpg" in error.en
    assert read_features(path, encoding="gbk")["name"][0] == "黄浦区"


@pytest.mark.parametrize("prj", [HTML, b"nonsense", b"\xff\xfe\x00", b'GEOGCS["cut off'])
def test_a_false_prj_is_named(tmp_path: Path, prj: bytes) -> None:
    error = refusal(write_shapefile(tmp_path, shapefile_parts(PLAIN, prj=prj)))
    assert isinstance(error, CrsError)
    assert error.code == "bad_prj"
    assert "areas.prj" in error.zh


@pytest.mark.parametrize("prj", [None, b"", b"\n"])
def test_without_prj_the_system_is_unknown(tmp_path: Path, prj: bytes | None) -> None:
    assert read_features(write_shapefile(tmp_path, shapefile_parts(PLAIN, prj=prj))).crs is None


@pytest.mark.parametrize("missing", [".shx", ".dbf"])
def test_a_missing_part_is_named(tmp_path: Path, missing: str) -> None:
    parts = shapefile_parts(PLAIN)
    del parts[missing]
    error = refusal(write_shapefile(tmp_path, parts))
    assert error.code == "missing_part"
    assert error.detail["missing"] == [missing]


@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf"])
@pytest.mark.parametrize("rest", [12, 60, -10])
def test_a_part_that_is_cut_off_loses_no_area_in_silence(
    tmp_path: Path, part: str, rest: int
) -> None:
    parts = shapefile_parts(PLAIN)
    parts[part] = parts[part][:rest]
    error = refusal(write_shapefile(tmp_path, parts))
    assert error.code == "cut_off"
    assert f"areas{part}" in error.en


def test_parts_of_different_files_are_told(tmp_path: Path) -> None:
    parts = shapefile_parts(PLAIN) | {".dbf": shapefile_parts([b"one"])[".dbf"]}
    error = refusal(write_shapefile(tmp_path, parts))
    assert error.code == "parts_differ"
    assert "2 shapes, 1 rows" in error.en


def test_an_index_that_points_nowhere_is_refused(tmp_path: Path) -> None:
    parts = shapefile_parts(PLAIN)
    parts[".shx"] = parts[".shx"][:100] + struct.pack(">4I", 9**9, 64, 50, 64)
    error = refusal(write_shapefile(tmp_path, parts))
    assert error.code == "parts_differ"
    assert "1 shapes beyond the end" in error.en


def test_absent_shapes_are_kept(tmp_path: Path) -> None:
    parts = shapefile_parts(PLAIN)
    nothing = struct.pack(">2I", 1, 2) + bytes(4)
    parts[".shp"] = parts[".shp"][:100] + nothing + parts[".shp"][236:] + bytes(124)
    parts[".shx"] = parts[".shx"][:100] + struct.pack(">4I", 50, 2, 56, 64)
    frame = read_features(write_shapefile(tmp_path, parts))
    assert frame.geometry.isna().tolist() == [True, False]


def test_suffixes_and_names_may_be_in_capitals(tmp_path: Path) -> None:
    parts = {suffix.upper(): data for suffix, data in shapefile_parts(PLAIN).items()}
    write_shapefile(tmp_path, parts, stem="AREAS")
    (tmp_path / "AREAS.DBF").rename(tmp_path / "Areas.dbf")
    assert len(read_features(tmp_path / "AREAS.SHP")) == 2


def test_a_file_name_may_hold_signs_that_gdal_reads_otherwise(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path, shapefile_parts(PLAIN), stem="!区 域.zip!")
    assert read_features(path)["name"].tolist() == ["Huangpu", "Xuhui"]


@pytest.mark.parametrize("number", [b"68,5", b"1 200"])
def test_a_number_that_cannot_be_read_is_not_rounded(tmp_path: Path, number: bytes) -> None:
    path = write_shapefile(tmp_path, shapefile_parts([number], kind=b"N", width=8))
    assert refusal(path).code == "damaged_number"


def test_a_part_given_for_the_whole_is_told(tmp_path: Path) -> None:
    write_shapefile(tmp_path, shapefile_parts(PLAIN))
    assert refusal(tmp_path / "areas.dbf").code == "shapefile_part"


def zipped(folder: Path, parts: dict[str, bytes], *, stem: str = "areas") -> Path:
    return write_zip(folder / "boundaries.zip", {f"{stem}{s}": data for s, data in parts.items()})


@pytest.mark.parametrize("stem", ["areas", "上海/区界", "deep/er/Areas"])
def test_a_zip_may_hold_its_shapefile_anywhere(tmp_path: Path, stem: str) -> None:
    path = zipped(tmp_path, shapefile_parts(GBK_NAMES, cpg=b"GBK"), stem=stem)
    assert read_features(path)["name"].tolist() == ["黄浦区", "徐汇区"]


def test_shadows_that_macos_leaves_in_a_zip_are_no_second_shapefile(tmp_path: Path) -> None:
    members = {f"areas{suffix}": data for suffix, data in shapefile_parts(PLAIN).items()}
    members |= {"__MACOSX/._areas.shp": b"\0", "._areas.shp": b"\0", "readme.txt": b"hello"}
    assert len(read_features(write_zip(tmp_path / "boundaries.zip", members))) == 2


def test_one_of_several_shapefiles_is_chosen_by_name(tmp_path: Path) -> None:
    members = {f"streets{suffix}": data for suffix, data in shapefile_parts(PLAIN).items()}
    members |= {f"old/grids{suffix}": data for suffix, data in shapefile_parts([b"one"]).items()}
    path = write_zip(tmp_path / "boundaries.zip", members)
    error = refusal(path)
    assert error.code == "choose_layer"
    assert error.detail["layers"] == ["streets", "old/grids"]
    assert read_features(path, layer="old/grids")["name"].tolist() == ["one"]
    assert refusal(path, layer="grids").code == "choose_layer"


@pytest.mark.parametrize(
    "members", [{}, {"readme.txt": b""}, {"areas.dbf": b"\3", "areas.prj": b""}]
)
def test_a_zip_without_shp_is_refused(tmp_path: Path, members: dict[str, bytes]) -> None:
    assert refusal(write_zip(tmp_path / "boundaries.zip", members)).code == "no_shapefile"


def test_a_zip_with_half_a_shapefile_is_refused(tmp_path: Path) -> None:
    assert (
        refusal(zipped(tmp_path, {".shp": shapefile_parts(PLAIN)[".shp"]})).code == "missing_part"
    )


def test_a_zip_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, shapefile_parts(PLAIN))
    path.write_bytes(path.read_bytes()[:-30])
    assert refusal(path).code == "bad_zip"


def test_a_zip_with_damaged_content_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, shapefile_parts(PLAIN))
    path.write_bytes(path.read_bytes().replace(b"Huangpu", b"Hongkou"))
    assert refusal(path).code == "bad_zip"


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, shapefile_parts(PLAIN))
    data = bytearray(path.read_bytes())
    entry = data.find(b"PK\x01\x02")
    while entry >= 0:
        data[entry + 8] |= 1  # the flag "encrypted" of the central directory
        entry = data.find(b"PK\x01\x02", entry + 4)
    path.write_bytes(data)
    error = refusal(path)
    assert error.code == "bad_zip"
    assert "password" in error.en


def test_a_zip_that_would_unpack_to_more_than_a_shapefile_can_be_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, shapefile_parts(PLAIN))
    data = bytearray(path.read_bytes())
    entry = data.find(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", 3 * 2**30)  # size of the first member
    path.write_bytes(data)
    assert refusal(path).code == "too_large"


def test_a_single_shapefile_has_no_layers(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path, shapefile_parts(PLAIN))
    assert isinstance(refusal(path, layer="areas"), ReadError)
