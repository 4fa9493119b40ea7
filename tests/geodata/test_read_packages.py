"""GeoPackage and GeoParquet: one file, one table or several, and the faults of each."""

import math
import sqlite3
import struct
import zipfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from geodata.errors import GeodataError
from geodata.read import Columns, read_areas, read_features
from tests.geodata.files import areas, write_geopackage


def refusal(path: Path, **options: str) -> GeodataError:
    with pytest.raises(GeodataError) as caught:
        read_features(path, **options)
    assert caught.value.en
    assert caught.value.zh
    return caught.value


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write_geopackage(tmp_path / "areas.gpkg", districts=areas().to_crs("EPSG:4490"))


def test_the_only_layer_needs_no_name(package: Path) -> None:
    frame = read_features(package)
    assert frame.crs == "EPSG:4490"
    assert frame["name"].tolist() == ["黄浦区", "徐汇区"]
    assert frame.equals(read_features(package, layer="districts"))


def test_one_of_several_layers_is_chosen_by_name(package: Path) -> None:
    write_geopackage(package, streets=areas(code=["1", "2"]))
    error = refusal(package)
    assert error.code == "choose_layer"
    assert error.detail["layers"] == ["districts", "streets"]
    assert read_features(package, layer="streets")["code"].tolist() == ["1", "2"]
    assert refusal(package, layer="grids").code == "choose_layer"


def test_a_table_without_shapes_is_no_layer(package: Path, tmp_path: Path) -> None:
    table = pd.DataFrame({"code": ["1"]})
    pyogrio.write_dataframe(table, package, layer="notes", driver="GPKG")
    assert len(read_features(package)) == 2
    pyogrio.write_dataframe(table, tmp_path / "notes.gpkg", driver="GPKG")
    assert refusal(tmp_path / "notes.gpkg").code == "no_shapes"


@pytest.mark.parametrize("srs", [0, -1])
def test_an_undefined_system_is_none(package: Path, srs: int) -> None:
    with closing(sqlite3.connect(package)) as connection:
        connection.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", (srs,))
        connection.execute("UPDATE gpkg_contents SET srs_id = ?", (srs,))
        connection.commit()
    assert read_features(package).crs is None
    with pytest.raises(GeodataError) as caught:
        read_areas(package)
    assert caught.value.code == "no_crs"


def test_what_the_reader_notes_is_passed_on(package: Path) -> None:
    with closing(sqlite3.connect(package)) as connection:
        connection.execute("DELETE FROM gpkg_spatial_ref_sys WHERE srs_id = 4490")
        connection.commit()
    with pytest.warns(UserWarning, match=r"areas\.gpkg is read, but the reader notes"):
        assert read_features(package).crs is None


def test_letters_that_are_no_utf8_in_a_package_are_refused(package: Path) -> None:
    data = package.read_bytes()
    assert data.count(b"districts") > 1
    package.write_bytes(data.replace("徐汇区".encode(), b"\xd0\xec\xbb\xe3\xc7\xf8\x20\x20\x20"))
    assert refusal(package).code == "contradicted_encoding"


def test_changes_that_another_program_holds_back_are_waited_for(package: Path) -> None:
    (package.parent / "areas.gpkg-wal").write_bytes(b"pages")
    assert refusal(package).code == "file_in_use"
    (package.parent / "areas.gpkg-wal").write_bytes(b"")
    assert len(read_features(package)) == 2


@pytest.mark.parametrize("part", [0.1, 0.5, 0.95])
def test_a_cut_off_package_is_refused(package: Path, part: float) -> None:
    data = package.read_bytes()
    package.write_bytes(data[: int(len(data) * part)])
    assert refusal(package).code == "damaged_file"


def test_a_database_that_is_no_geopackage_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.gpkg")) as connection:
        connection.execute("CREATE TABLE notes (text)")
    assert refusal(tmp_path / "other.gpkg").code in {"no_shapes", "damaged_file"}


def with_shape(path: Path, wkb: bytes) -> Path:
    """Write a GeoPackage whose first shape is one that shapely cannot write."""
    write = {"driver": "GPKG", "geometry_type": "Unknown", "SPATIAL_INDEX": "NO"}
    pyogrio.write_dataframe(areas(), path, layer="areas", **write)
    header = b"GP" + struct.pack("<BBi", 0, 1, 4326)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE areas SET geom = ? WHERE fid = 1", (header + wkb,))
        connection.commit()
    return path


def test_curves_become_polygons(tmp_path: Path) -> None:
    points = struct.pack("<10d", 0, 0, 1, 1, 2, 0, 1, -1, 0, 0)
    circle = struct.pack("<BII", 1, 10, 1) + struct.pack("<BII", 1, 8, 5) + points
    frame = read_features(with_shape(tmp_path / "curved.gpkg", circle))
    assert frame.geom_type.tolist() == ["Polygon", "Polygon"]
    assert frame.geometry[0].area == pytest.approx(math.pi, rel=0.01)


def test_a_surface_of_triangles_is_refused_by_its_row(tmp_path: Path) -> None:
    triangle = struct.pack("<BIII", 1, 17, 1, 4) + struct.pack("<8d", 0, 0, 1, 0, 1, 1, 0, 0)
    path = with_shape(tmp_path / "tin.gpkg", struct.pack("<BII", 1, 16, 1) + triangle)
    error = refusal(path)
    assert error.code == "surface"
    assert error.detail["rows"] == [0]
    assert "TIN" in error.zh
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'TIN'")
        connection.commit()
    assert refusal(path).code == "surface"


def test_heights_are_read_and_dropped_from_areas(tmp_path: Path) -> None:
    high = areas().set_geometry(shapely.force_3d(areas().geometry, 5.0))
    path = write_geopackage(tmp_path / "high.gpkg", high=high)
    assert read_features(path).has_z.all()
    flat = read_areas(path)
    assert not flat.has_z.any()
    assert flat.geometry.geom_equals(areas().geometry).all()


def test_geoparquet_keeps_its_system(tmp_path: Path) -> None:
    areas().to_crs("EPSG:4549").to_parquet(tmp_path / "areas.parquet")
    frame = read_features(tmp_path / "areas.parquet")
    assert frame.crs == "EPSG:4549"
    assert frame["name"].tolist() == ["黄浦区", "徐汇区"]


def test_geoparquet_without_a_system_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "areas.geoparquet"
    areas().set_crs(None, allow_override=True).to_parquet(path)
    assert read_features(path).crs is None
    assert read_areas(path, crs="cgcs2000").geometry.geom_equals(areas().geometry).all()


class TestASmallFileThatIsALargeOne:
    """Read with room for a megabyte."""

    MOST = 2**20

    def code(self, path: Path) -> str:
        with pytest.raises(GeodataError) as caught:
            read_areas(path, columns=Columns(code="name"), most_bytes=self.MOST)
        return caught.value.code

    def test_one_long_text_in_every_row(self, tmp_path: Path) -> None:
        many = pd.concat([areas()] * 500, ignore_index=True).assign(note="长" * 10_000)
        path = tmp_path / "areas.parquet"
        many.to_parquet(path)
        assert path.stat().st_size < 2**18
        assert self.code(path) == "too_large"

    def test_one_number_in_very_many_rows(self, tmp_path: Path) -> None:
        table = pa.table({"n": pa.array(np.zeros(1_000_000, dtype=np.int64))})
        path = tmp_path / "areas.parquet"
        pq.write_table(table, path)
        assert path.stat().st_size < 2**15
        assert self.code(path) == "too_large"

    def test_what_was_packed_tightly(self, tmp_path: Path) -> None:
        noise = np.random.default_rng(1).bytes(2**10).hex()
        table = pa.table({"t": [noise * 10 + str(row) for row in range(200)]})
        path = tmp_path / "areas.parquet"
        pq.write_table(table, path, compression="zstd", use_dictionary=False)
        assert path.stat().st_size < 2**18
        assert self.code(path) == "too_large"

    def test_a_zip_of_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "areas.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for suffix in (".shp", ".shx", ".dbf"):
                archive.writestr(f"areas{suffix}", bytes(2**19))
        assert path.stat().st_size < 2**13
        assert self.code(path) == "too_large"

    def test_what_fits_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "areas.parquet"
        areas().to_parquet(path)
        frame = read_areas(path, columns=Columns(code="name"), most_bytes=self.MOST)
        assert len(frame) == 2


def test_parquet_without_geometry_is_refused(tmp_path: Path) -> None:
    pd.DataFrame({"code": ["1"]}).to_parquet(tmp_path / "table.parquet")
    assert refusal(tmp_path / "table.parquet").code == "no_shapes"


@pytest.mark.parametrize("cut", [slice(0, -1), slice(0, 40)])
def test_a_cut_off_geoparquet_is_refused(tmp_path: Path, cut: slice) -> None:
    path = tmp_path / "areas.parquet"
    areas().to_parquet(path)
    path.write_bytes(path.read_bytes()[cut])
    assert refusal(path).code == "damaged_file"


def test_letters_that_are_no_utf8_in_geoparquet_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "areas.parquet"
    areas().to_parquet(path, compression=None)
    path.write_bytes(
        path.read_bytes().replace("徐汇区".encode(), b"\xd0\xec\xbb\xe3\xc7\xf8\x20\x20\x20")
    )
    assert refusal(path).code == "damaged_file"


def test_a_system_that_is_not_known_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "areas.parquet"
    areas().to_parquet(path)
    table = pq.read_table(path)
    geo = table.schema.metadata[b"geo"].replace(b"GeographicCRS", b"GeometricaCRS")
    pq.write_table(table.replace_schema_metadata({b"geo": geo}), path)
    assert refusal(path).code == "unknown_crs"


def test_a_file_under_the_wrong_suffix_is_called_what_it_is(package: Path) -> None:
    renamed = package.rename(package.with_suffix(".parquet"))
    error = refusal(renamed)
    assert error.code == "wrong_content"
    assert "SQLite" in error.en
